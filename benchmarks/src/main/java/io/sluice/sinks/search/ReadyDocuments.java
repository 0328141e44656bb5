package io.sluice.sinks.search;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Trace;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.lucene.document.Document;

/** The documents that the Lucene store makes of records, for a loop that only writes them. */
public final class ReadyDocuments {

  private static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());

  private ReadyDocuments() {}

  /** Of records of logs. */
  public static List<Document> ofLogs(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .flatMap(record -> LogEntries.of(record).stream())
        .map(LogDocuments::of)
        .toList();
  }

  /** Of records of traces. */
  public static List<Document> ofTraces(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(record -> TRACES.decode(record.value()))
        .map(trace -> TraceDocuments.of(trace, TraceDocuments.id(trace)))
        .toList();
  }
}
