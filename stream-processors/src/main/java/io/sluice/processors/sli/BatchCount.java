package io.sluice.processors.sli;

import io.sluice.schemas.SliWindow;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.definitions.EventSignal;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.SloGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the events of one batch per SLO and window, so that a batch of a thousand events becomes a
 * few records.
 */
final class BatchCount {

  private static final int MAX_BAD_TRACES = 5;

  /**
   * What a batch counted for a window.
   *
   * @param sloId of the SLO in the file, who owns all its groups
   * @param window of the SLO, or of a group as its events have it
   */
  record Partial(String sloId, SliWindow window) {}

  private record WindowKey(String sloId, String group, long startNanos) {

    String id() {
      return group.isEmpty() ? sloId : SloGroup.id(sloId, group);
    }
  }

  private static final class Tally {
    private final long lengthNanos;
    private long good;
    private long total;
    private final List<TraceId> badTraces = new ArrayList<>();
    private final Contributors contributors = new Contributors();

    private Tally(long lengthNanos) {
      this.lengthNanos = lengthNanos;
    }
  }

  private final SloIndex slos;
  private final SliConfig config;
  private final long arrivalNanos;

  /** As they came: where groups are too many, the first have a place. */
  private final Map<WindowKey, Tally> tallies = new LinkedHashMap<>();

  private long tooLate;
  private long future;

  /**
   * @param arrivalNanos when the batch reached Kafka: what event times are held against
   */
  BatchCount(SloIndex slos, SliConfig config, long arrivalNanos) {
    this.slos = slos;
    this.config = config;
    this.arrivalNanos = arrivalNanos;
  }

  /**
   * Counts every event of a record.
   *
   * @param metrics knows the points before
   */
  BatchCount add(EventSignal signal, byte[] record, MetricEvents metrics) {
    if (slos.has(signal)) {
      Events.forEach(
          signal,
          record,
          slos,
          metrics,
          event -> slos.forEachMatch(signal, event, slo -> add(slo, event)));
    }
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

  /** One per SLO or group, and window. */
  List<Partial> partials() {
    List<Partial> partials = new ArrayList<>();
    tallies.forEach((key, tally) -> partials.add(new Partial(key.sloId(), window(key, tally))));
    return partials;
  }

  private static SliWindow window(WindowKey key, Tally tally) {
    return SliWindow.newBuilder()
        .setSloId(key.id())
        .setStartTimeUnixNano(key.startNanos())
        .setLengthNanos(tally.lengthNanos)
        .setGood(tally.good)
        .setTotal(tally.total)
        .setRevision(0)
        .setLateCount(0)
        .setBadTraces(tally.badTraces)
        .setContributors(tally.contributors.kept())
        .build();
  }

  private void add(Slo slo, CountedEvent event) {
    long time = event.timeUnixNano();
    if (time < 0 || time > arrivalNanos + config.maxAhead().toNanos()) {
      future++; // a negative long is an unsigned time beyond the year 2262
    } else if (time < arrivalNanos - config.maxLateness().toNanos()) {
      tooLate++;
    } else {
      count(slo, time, event);
    }
  }

  private void count(Slo slo, long time, CountedEvent event) {
    long length = config.window(slo).toNanos();
    String group = slo.groupBy() == null ? "" : slo.groupBy().of(event);
    WindowKey key = new WindowKey(slo.id(), group, time - Math.floorMod(time, length));
    Tally tally = tallies.computeIfAbsent(key, unused -> new Tally(length));
    long events = event.count();
    tally.total += events;
    if (slo.good().isMet(event)) {
      tally.good += events;
      return;
    }
    if (tally.badTraces.size() < MAX_BAD_TRACES && event.traceId().length() == 16) {
      addOnce(tally.badTraces, new TraceId(event.traceId().toBytes()));
    }
    event.contributeTo(tally.contributors, events);
  }

  /** Adds a trace to the few that are named, unless it is one of them or there are enough. */
  static void addOnce(List<TraceId> badTraces, TraceId trace) {
    if (badTraces.size() < MAX_BAD_TRACES && !badTraces.contains(trace)) {
      badTraces.add(trace);
    }
  }
}
