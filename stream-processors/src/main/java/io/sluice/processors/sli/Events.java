package io.sluice.processors.sli;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.schemas.definitions.EventSignal;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import java.util.List;
import java.util.function.Consumer;

/** The events in a record of each topic that has some. */
final class Events {

  private static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());
  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());

  private Events() {}

  /** All topics with events. */
  static List<Topic> topics() {
    return List.of(Topics.SPANS, Topics.LOGS, Topics.TRACES, Topics.SERIES);
  }

  /** What events a topic has. */
  static EventSignal signal(Topic topic) {
    if (topic.equals(Topics.SPANS)) {
      return EventSignal.SPANS;
    } else if (topic.equals(Topics.LOGS)) {
      return EventSignal.LOGS;
    } else if (topic.equals(Topics.TRACES)) {
      return EventSignal.TRACES;
    } else if (topic.equals(Topics.SERIES)) {
      return EventSignal.METRICS;
    }
    throw new IllegalArgumentException("no events in " + topic.name());
  }

  /**
   * Every event of a record.
   *
   * @param metrics knows the points before; only of series that one of these SLOs counts
   */
  static void forEach(
      EventSignal signal,
      byte[] record,
      SloIndex slos,
      MetricEvents metrics,
      Consumer<CountedEvent> consumer) {
    switch (signal) {
      case SPANS ->
          OtlpRequest.forEachSpan(
              Slice.of(record),
              (resource, scope, span) -> consumer.accept(new SpanEvent(resource, span)));
      case LOGS ->
          OtlpRequest.forEachLog(
              Slice.of(record),
              (resource, scope, log) -> consumer.accept(new LogEvent(resource, log)));
      case TRACES -> {
        Trace trace = TRACES.decode(record);
        if (trace.getVersion() == 1) {
          consumer.accept(new TraceEvent(trace));
        }
      }
      case METRICS ->
          metrics.forEach(
              SERIES.decode(record), event -> slos.counts(EventSignal.METRICS, event), consumer);
    }
  }
}
