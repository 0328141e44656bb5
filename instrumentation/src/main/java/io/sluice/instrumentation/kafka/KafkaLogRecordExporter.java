package io.sluice.instrumentation.kafka;

import io.opentelemetry.api.common.Value;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import java.util.Collection;

/**
 * Log records, without a key: any partition will do. What the exporter's own client says of itself
 * is left out; a record about each record that is sent would have no end.
 */
final class KafkaLogRecordExporter implements LogRecordExporter {

  private static final String OWN = "clientId=" + Courier.CLIENT_ID;

  private final KafkaExporters.Opened opened;
  private final Courier courier;
  private final Batches<LogRecordData> batches;

  KafkaLogRecordExporter(
      KafkaExporters.Opened opened, Courier courier, Batches<LogRecordData> batches) {
    this.opened = opened;
    this.courier = courier;
    this.batches = batches;
  }

  @Override
  public CompletableResultCode export(Collection<LogRecordData> logs) {
    boolean own = logs.stream().anyMatch(KafkaLogRecordExporter::isOwn);
    return Batches.result(
        batches.send(own ? logs.stream().filter(log -> !isOwn(log)).toList() : logs, null));
  }

  private static boolean isOwn(LogRecordData log) {
    if (!log.getInstrumentationScopeInfo().getName().startsWith("org.apache.kafka.")) {
      return false;
    }
    Value<?> body = log.getBodyValue();
    return body != null && body.asString().contains(OWN);
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
    return "logs to Kafka at " + opened;
  }
}
