package io.sluice.sinks.search;

import io.sluice.schemas.otlp.LogRecordView;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The log entries of a record of {@code sluice.logs}. */
public final class LogEntries {

  private LogEntries() {}

  public static List<LogEntry> of(ConsumerRecord<byte[], byte[]> record) {
    List<LogEntry> entries = new ArrayList<>();
    String place = record.partition() + "-" + record.offset() + "-";
    OtlpRequest.forEachLog(
        Slice.of(record.value()),
        (resource, scope, log) ->
            entries.add(entry(place + entries.size(), resource, log, record.timestamp())));
    return entries;
  }

  private static LogEntry entry(
      String id, ResourceView resource, LogRecordView log, long arrivalMillis) {
    long time = log.timeUnixNano() > 0 ? log.timeUnixNano() : arrivalMillis * 1_000_000;
    Map<String, String> resourceTexts = LogText.of(resource.attributes());
    return new LogEntry(
        id,
        time,
        resource.serviceName(),
        log.severityNumber(),
        log.severityText(),
        LogText.of(log.body()),
        HexFormat.of().formatHex(log.traceId().toBytes()),
        HexFormat.of().formatHex(log.spanId().toBytes()),
        LogText.of(log.attributes()),
        resourceTexts);
  }
}
