package io.sluice.instrumentation.kafka;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Spans whose trace ids belong to the same partition travel together; the key is the first one's
 * trace id. So all spans of a trace meet in a partition, whichever service they come from, and a
 * batch is cut into as many records as there are partitions and not as there are traces.
 */
final class KafkaSpanExporter implements SpanExporter {

  private final KafkaExporters.Opened opened;
  private final Courier courier;
  private final Batches<SpanData> batches;

  KafkaSpanExporter(KafkaExporters.Opened opened, Courier courier, Batches<SpanData> batches) {
    this.opened = opened;
    this.courier = courier;
    this.batches = batches;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int partitions = partitions();
    if (spans.isEmpty() || partitions <= 1) {
      return Batches.result(spans.isEmpty() || batches.send(spans, key(spans)));
    }
    List<@Nullable List<SpanData>> cut = new ArrayList<>(partitions);
    for (int i = 0; i < partitions; i++) {
      cut.add(null);
    }
    String lastTrace = "";
    int partition = 0;
    for (SpanData span : spans) {
      if (!span.getTraceId().equals(lastTrace)) {
        lastTrace = span.getTraceId();
        partition =
            Utils.toPositive(Utils.murmur2(span.getSpanContext().getTraceIdBytes())) % partitions;
      }
      List<SpanData> together = cut.get(partition);
      if (together == null) {
        together = new ArrayList<>(spans.size() / partitions + 16);
        cut.set(partition, together);
      }
      together.add(span);
    }
    boolean taken = true;
    for (List<SpanData> together : cut) {
      taken &= together == null || batches.send(together, key(together));
    }
    return Batches.result(taken);
  }

  /** How many the topic has; 0 while nobody knows. */
  int partitions() {
    return courier.partitions(Signal.SPANS);
  }

  private static byte[] key(Collection<SpanData> spans) {
    return spans.iterator().next().getSpanContext().getTraceIdBytes();
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
    return "spans to Kafka at " + opened;
  }
}
