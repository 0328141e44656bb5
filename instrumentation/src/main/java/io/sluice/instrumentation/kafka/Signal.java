package io.sluice.instrumentation.kafka;

/** A kind of telemetry, its topic and what one item of it is called. */
enum Signal {
  SPANS("otlp_spans", "span", "spans"),
  LOGS("otlp_logs", "log", "log records"),
  METRICS("otlp_metrics", "metric_data_point", "data points");

  private final String topic;
  private final String item;
  private final String items;

  Signal(String topic, String item, String items) {
    this.topic = topic;
    this.item = item;
    this.items = items;
  }

  String topic(String namespace) {
    return namespace.isEmpty() ? topic : namespace + "." + topic;
  }

  /** As the conventions for the SDK's own metrics call it. */
  String item() {
    return item;
  }

  /** For people. */
  String items() {
    return items;
  }
}
