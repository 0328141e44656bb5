package io.sluice.processors.spanmetrics;

import io.sluice.schemas.Exemplar;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Combines the spans of one batch: one partial point for each series, with the durations of its
 * spans and the slowest of them as an exemplar.
 */
final class BatchMetrics {

  private static final double NANOS_PER_SECOND = 1e9;

  private static final class Tally {
    private final MergeableHistogram durations = new MergeableHistogram();
    private long newestEnd;
    private double slowest = -1;
    private byte[] traceId = {};
    private byte[] spanId = {};
    private long slowestEnd;
  }

  private final SpanMetricsConfig config;
  private final long arrivalNanos;
  private final Map<SeriesLabels, Tally> tallies = new HashMap<>();

  /**
   * @param arrivalNanos when the batch reached Kafka; no event time is taken for later than that
   */
  BatchMetrics(SpanMetricsConfig config, long arrivalNanos) {
    this.config = config;
    this.arrivalNanos = arrivalNanos;
  }

  BatchMetrics add(Slice request) {
    OtlpRequest.forEachSpan(request, (resource, scope, span) -> add(resource, span));
    return this;
  }

  /** Partial points: what this batch adds. Only their histogram counts; calls are its count. */
  List<SeriesPoint> partials() {
    List<SeriesPoint> partials = new ArrayList<>(tallies.size());
    tallies.forEach((labels, tally) -> partials.add(partial(labels, tally)));
    return partials;
  }

  private void add(ResourceView resource, SpanView span) {
    Tally tally =
        tallies.computeIfAbsent(
            SeriesLabels.of(resource.serviceName(), span, config.maxNameLength()),
            labels -> new Tally());
    double seconds = (double) span.durationNanos() / NANOS_PER_SECOND;
    tally.durations.record(seconds);
    long end = Math.max(0, Math.min(arrivalNanos, span.endTimeUnixNano()));
    tally.newestEnd = Math.max(tally.newestEnd, end);
    if (seconds > tally.slowest && span.hasValidIds()) {
      tally.slowest = seconds;
      tally.slowestEnd = end;
      tally.traceId = span.traceId().toBytes();
      tally.spanId = span.spanId().toBytes();
    }
  }

  private static SeriesPoint partial(SeriesLabels labels, Tally tally) {
    List<Exemplar> exemplars = new ArrayList<>(1);
    if (tally.slowest >= 0) {
      exemplars.add(
          new Exemplar(
              tally.slowest,
              tally.slowestEnd,
              new TraceId(tally.traceId),
              new SpanId(tally.spanId)));
    }
    return SeriesPoint.newBuilder()
        .setName(SpanSeries.LATENCY)
        .setHelp("")
        .setType(SeriesType.HISTOGRAM)
        .setLabels(labels.toMap())
        .setStartTimeUnixNano(0)
        .setTimeUnixNano(tally.newestEnd)
        .setValue(0)
        .setHistogram(tally.durations.toRecord())
        .setExemplars(exemplars)
        .build();
  }
}
