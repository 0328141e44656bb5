package io.sluice.processors.spanmetrics;

/**
 * A label of a metric.
 *
 * @param name as Prometheus shows it
 * @param values who decides what they are
 */
record Label(String name, Values values) {

  /** Who decides what values a label has. */
  enum Values {
    /** Sluice: there is a handful. No limit is about them. */
    CLOSED,
    /** Senders. */
    OPEN,
    /** Senders, and they are paths or names: a segment that varies is learned and replaced. */
    SEGMENTED
  }

  static Label open(String name) {
    return new Label(name, Values.OPEN);
  }

  static Label segmented(String name) {
    return new Label(name, Values.SEGMENTED);
  }

  static Label closed(String name) {
    return new Label(name, Values.CLOSED);
  }

  /** Whether limits are about it. */
  boolean open() {
    return values != Values.CLOSED;
  }
}
