package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.SpanReader;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What input adds to one series until it is drained. Used again for another series after that. */
final class Tally {

  private final ExemplarGate gate;
  private Aggregation aggregation = Aggregation.SUM;
  private long series;
  private final MergeableHistogram histogram = new MergeableHistogram();
  private final ExplicitBuckets buckets = new ExplicitBuckets();
  private final ExemplarSlots exemplars = new ExemplarSlots();
  private @Nullable StatementCalls calls;
  private double value;
  private long newestNanos;

  /**
   * @param gate says which exemplars are wanted
   */
  Tally(ExemplarGate gate) {
    this.gate = gate;
  }

  /**
   * Begins with a series.
   *
   * @param number tells it from all others
   */
  Tally begin(Aggregation itsAggregation, long number) {
    aggregation = itsAggregation;
    series = number;
    return this;
  }

  /**
   * Adds to a counter.
   *
   * @param timeNanos when it happened
   */
  void add(double amount, long timeNanos) {
    value += amount;
    newestNanos = Math.max(newestNanos, timeNanos);
  }

  /** Sets a gauge; the newest value holds, of two of the same time the one that is set last. */
  void set(double newValue, long timeNanos) {
    value = timeNanos >= newestNanos ? newValue : value;
    newestNanos = Math.max(newestNanos, timeNanos);
  }

  /**
   * Counts a measured value in a histogram.
   *
   * @param weight for how many values it stands
   */
  void record(double measured, double weight, long timeNanos) {
    histogram.record(measured, weight);
    newestNanos = Math.max(newestNanos, timeNanos);
  }

  /** Adds a histogram. */
  void merge(MergeableHistogram other, long timeNanos) {
    histogram.merge(other);
    newestNanos = Math.max(newestNanos, timeNanos);
  }

  /** Adds counts in the producer's buckets. */
  void merge(double[] bounds, double[] counts, double sum, long timeNanos) {
    buckets.add(bounds, counts, sum);
    newestNanos = Math.max(newestNanos, timeNanos);
  }

  /** Counts a call of the statement that the series is about. */
  void call(MeasuredSpan span) {
    calls = calls == null ? new StatementCalls() : calls;
    calls.record(span);
    newestNanos = Math.max(newestNanos, span.endNanos());
  }

  /** Keeps a value with the span that it comes from as an example, if the span has ids. */
  void exemplar(double measured, long timeNanos, SpanReader span) {
    int step = ExemplarSlots.step(measured);
    if (isWanted(step, timeNanos) && span.hasIds()) {
      int at = exemplars.put(measured, timeNanos);
      span.copyIds(exemplars.ids(), at);
    }
  }

  /**
   * Keeps a value as an example.
   *
   * @param ids trace id and span id that it comes from; empty when there are none
   */
  void exemplar(double measured, long timeNanos, byte[] ids) {
    int step = ExemplarSlots.step(measured);
    if (ids.length > 0 && isWanted(step, timeNanos)) {
      int at = exemplars.put(measured, timeNanos);
      System.arraycopy(ids, 0, exemplars.ids(), at, ExemplarSlots.IDS);
    }
  }

  /** What is given on anyway may as well be the newest. */
  private boolean isWanted(int step, long timeNanos) {
    return exemplars.has(step) || gate.pass(series, step, timeNanos);
  }

  /** Writes what was added, and is empty. */
  void drain(Packer out) {
    out.signed(newestNanos);
    switch (aggregation) {
      case SUM, LAST -> out.real(value);
      case EXPONENTIAL -> histogram.pack(out);
      case EXPLICIT -> buckets.pack(out);
      case RANKED -> {
        Objects.requireNonNull(calls).pack(out);
        calls.clear();
      }
    }
    exemplars.pack(out);
    histogram.clear();
    buckets.clear();
    exemplars.clear();
    value = 0;
    newestNanos = 0;
  }
}
