package io.sluice.processors.spanmetrics;

import java.util.function.UnaryOperator;

/**
 * A label of a metric.
 *
 * @param name as Prometheus shows it
 * @param open whether senders decide what its values are. Limits are about open labels; a closed
 *     one has a handful of values that Sluice knows.
 * @param form brings a value into the form in which it becomes the label
 */
record Label(String name, boolean open, UnaryOperator<String> form) {

  static Label open(String name) {
    return new Label(name, true, UnaryOperator.identity());
  }

  static Label open(String name, UnaryOperator<String> form) {
    return new Label(name, true, form);
  }

  static Label closed(String name) {
    return new Label(name, false, UnaryOperator.identity());
  }
}
