package io.sluice.instrumentation.kafka;

import io.opentelemetry.sdk.common.CompletableResultCode;

/**
 * Takes metrics that are OTLP requests already, for what writes OTLP without the SDK, such as
 * Micrometer. They share the connection, its bounded memory and its counts with the exporters. To
 * be shut down, as an exporter. Safe for use by several threads.
 */
public final class EncodedMetrics {

  private final KafkaExporters.Opened opened;
  private final Courier courier;
  private final Counts counts;
  private final byte[] key;

  EncodedMetrics(KafkaExporters.Opened opened, Courier courier, Counts counts, byte[] key) {
    this.opened = opened;
    this.courier = courier;
    this.counts = counts;
    this.key = key;
    courier.use(Signal.METRICS);
  }

  /**
   * Takes a request or drops it and counts it. Returns at once.
   *
   * @param request an {@code ExportMetricsServiceRequest}; one of more than 900 KiB is too large
   * @param dataPoints for how many points it counts when it is dropped
   * @return whether it was taken
   */
  public boolean send(byte[] request, int dataPoints) {
    if (request.length > Courier.MAX_RECORD_BYTES) {
      counts.dropped(Signal.METRICS, dataPoints, DropReason.TOO_LARGE, "");
      return false;
    }
    return courier.take(Signal.METRICS, dataPoints, key, request);
  }

  /** Done when Kafka has what was taken so far; a failure when some of it was dropped. */
  public CompletableResultCode flush() {
    return courier.flush();
  }

  /** Delivers what was taken; ends the connection if nothing else uses it. */
  public CompletableResultCode shutdown() {
    return opened.close();
  }

  @Override
  public String toString() {
    return "encoded metrics to Kafka at " + opened;
  }
}
