package io.sluice.sinks.search;

import io.sluice.schemas.otlp.LogRecordView;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.ScopeView;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The log entries of a record of {@code sluice.logs}. Of what all of them have, the resource, each
 * has no more than there is room for in all ({@link SharedTexts}).
 */
public final class LogEntries {

  private LogEntries() {}

  public static List<LogEntry> of(ConsumerRecord<byte[], byte[]> record) {
    Reading reading = new Reading(record);
    OtlpRequest.forEachLog(Slice.of(record.value()), reading::add);
    reading.shorten();
    return reading.entries;
  }

  private static final class Reading {

    private final List<LogEntry> entries = new ArrayList<>();
    private final String place;
    private final long arrivalUnixNano;

    // All logs of a resource come one after the other: its texts are made once.
    private @Nullable ResourceView resource;
    private Map<String, String> resourceTexts = Map.of();

    Reading(ConsumerRecord<byte[], byte[]> record) {
      this.place = RecordPlace.of(record) + "-";
      this.arrivalUnixNano =
          TimeUnit.MILLISECONDS.toNanos(record.timestamp()); // or the last there is
    }

    void add(ResourceView of, ScopeView scope, LogRecordView log) {
      if (of != resource) {
        resource = of;
        resourceTexts = LogText.of(of.attributes());
      }
      entries.add(
          new LogEntry(
              place + entries.size(),
              log.timeUnixNano() > 0 ? log.timeUnixNano() : arrivalUnixNano,
              of.serviceName(),
              log.severityNumber(),
              log.severityText(),
              LogText.of(log.body()),
              HexFormat.of().formatHex(log.traceId().toBytes()),
              HexFormat.of().formatHex(log.spanId().toBytes()),
              LogText.of(log.attributes()),
              resourceTexts));
    }

    /** Only now is it known how many there are. */
    void shorten() {
      int share = SharedTexts.share(entries.size());
      Map<String, String> whole = Map.of();
      Map<String, String> within = whole;
      for (int i = 0; i < entries.size(); i++) {
        LogEntry entry = entries.get(i);
        if (entry.resource() != whole) {
          whole = entry.resource();
          within = SharedTexts.within(share, whole);
        }
        if (within != whole) {
          entries.set(i, entry.ofResource(SharedTexts.within(share, entry.service()), within));
        }
      }
    }
  }
}
