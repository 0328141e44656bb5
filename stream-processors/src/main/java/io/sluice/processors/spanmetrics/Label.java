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
    SEGMENTED,
    /** The label before it: the value says what that one's is, and is folded when that one is. */
    FOLLOWING
  }

  static Label open(String name) {
    return new Label(name, Values.OPEN);
  }

  static Label segmented(String name) {
    return new Label(name, Values.SEGMENTED);
  }

  static Label following(String name) {
    return new Label(name, Values.FOLLOWING);
  }

  static Label closed(String name) {
    return new Label(name, Values.CLOSED);
  }

  /** Whether senders decide what is in it. */
  boolean open() {
    return values != Values.CLOSED;
  }

  /** Whether a limit counts its values. */
  boolean limited() {
    return values == Values.OPEN || values == Values.SEGMENTED;
  }
}
