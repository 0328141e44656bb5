package io.sluice.instrumentation.kafka;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.util.Collection;

/**
 * Cumulative metrics. All of one process have the same key, so that the points of a series stay in
 * order.
 */
final class KafkaMetricExporter implements MetricExporter {

  private final KafkaExporters.Opened opened;
  private final Courier courier;
  private final Batches<MetricData> batches;
  private final byte[] key;

  KafkaMetricExporter(
      KafkaExporters.Opened opened, Courier courier, Batches<MetricData> batches, byte[] key) {
    this.opened = opened;
    this.courier = courier;
    this.batches = batches;
    this.key = key;
  }

  @Override
  public CompletableResultCode export(Collection<MetricData> metrics) {
    return Batches.result(batches.send(metrics, key));
  }

  /** They are bytes before {@link #export} returns, so that the SDK may use its objects again. */
  @Override
  public MemoryMode getMemoryMode() {
    return MemoryMode.REUSABLE_DATA;
  }

  @Override
  public AggregationTemporality getAggregationTemporality(InstrumentType type) {
    return AggregationTemporality.CUMULATIVE;
  }

  @Override
  public CompletableResultCode flush() {
    return courier.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return opened.close();
  }

  @Override
  public String toString() {
    return "metrics to Kafka at " + opened;
  }
}
