package io.sluice.processors.sli;

import io.sluice.schemas.SliWindow;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the events of one batch per SLO and window, so that a batch of a thousand spans becomes a
 * few records.
 */
final class BatchCount {

  private static final int MAX_BAD_TRACES = 5;

  private record WindowKey(String sloId, long startNanos) {}

  private static final class Tally {
    private long good;
    private long total;
    private final List<TraceId> badTraces = new ArrayList<>();
    private final Contributors contributors = new Contributors();
  }

  private final SloIndex slos;
  private final SliConfig config;
  private final long arrivalNanos;
  private final long bucketNanos;
  private final Map<WindowKey, Tally> tallies = new HashMap<>();
  private long tooLate;
  private long future;

  /**
   * @param arrivalNanos when the batch reached Kafka: what event times are held against
   */
  BatchCount(SloIndex slos, SliConfig config, long arrivalNanos) {
    this.slos = slos;
    this.config = config;
    this.arrivalNanos = arrivalNanos;
    this.bucketNanos = config.bucket().toNanos();
  }

  BatchCount add(Slice request) {
    OtlpRequest.forEachSpan(request, (resource, scope, span) -> add(resource, span));
    return this;
  }

  /** Events that are left out because they are older than the limit. */
  long tooLate() {
    return tooLate;
  }

  /** Events that are left out because their sender's clock runs ahead. */
  long future() {
    return future;
  }

  /** One partial count per SLO and window. */
  List<SliWindow> windows() {
    List<SliWindow> windows = new ArrayList<>();
    tallies.forEach(
        (key, tally) ->
            windows.add(
                SliWindow.newBuilder()
                    .setSloId(key.sloId())
                    .setStartTimeUnixNano(key.startNanos())
                    .setLengthNanos(bucketNanos)
                    .setGood(tally.good)
                    .setTotal(tally.total)
                    .setRevision(0)
                    .setLateCount(0)
                    .setBadTraces(tally.badTraces)
                    .setContributors(tally.contributors.kept())
                    .build()));
    return windows;
  }

  private void add(ResourceView resource, SpanView span) {
    if (!slos.ignores(resource)) {
      slos.forEachMatch(
          resource,
          span,
          slo -> {
            // The event happened when its outcome was known.
            long time = span.endTimeUnixNano();
            if (time < 0 || time > arrivalNanos + config.maxAhead().toNanos()) {
              future++; // a negative long is an unsigned time beyond the year 2262
            } else if (time < arrivalNanos - config.maxLateness().toNanos()) {
              tooLate++;
            } else {
              count(slo, time, resource, span);
            }
          });
    }
  }

  private void count(Slo slo, long time, ResourceView resource, SpanView span) {
    WindowKey key = new WindowKey(slo.id(), time - Math.floorMod(time, bucketNanos));
    Tally tally = tallies.computeIfAbsent(key, unused -> new Tally());
    long events = SampledEvents.of(span);
    tally.total += events;
    if (slo.good().isMet(span)) {
      tally.good += events;
      return;
    }
    if (tally.badTraces.size() < MAX_BAD_TRACES && span.traceId().length() == 16) {
      addOnce(tally.badTraces, new TraceId(span.traceId().toBytes()));
    }
    contribute(tally.contributors, resource, span, events);
  }

  private static void contribute(
      Contributors contributors, ResourceView resource, SpanView span, long events) {
    contributors.add("route", span.attributes().text("http.route"), events);
    contributors.add("operation", span.name(), events);
    contributors.add("error", span.attributes().text("error.type"), events);
    contributors.add("service", resource.serviceName(), events);
    contributors.add("version", resource.attributes().text("service.version"), events);
  }

  /** Adds a trace to the few that are named, unless it is one of them or there are enough. */
  static void addOnce(List<TraceId> badTraces, TraceId trace) {
    if (badTraces.size() < MAX_BAD_TRACES && !badTraces.contains(trace)) {
      badTraces.add(trace);
    }
  }
}
