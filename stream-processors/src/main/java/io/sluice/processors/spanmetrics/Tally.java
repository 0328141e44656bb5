package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.SpanReader;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one batch adds to one series. */
final class Tally {

  private final LabelTexts.Text[] labels;

  private final Aggregation aggregation;
  private final MergeableHistogram histogram = new MergeableHistogram();
  private final ExplicitBuckets buckets = new ExplicitBuckets();
  private final ExemplarSlots exemplars = new ExemplarSlots();
  private final @Nullable StatementCalls calls;
  private double value;
  private long newestNanos;
  private boolean touched;

  /**
   * @param labels the values of the series' labels
   */
  Tally(Aggregation aggregation, LabelTexts.Text[] labels) {
    this.aggregation = aggregation;
    this.labels = labels;
    this.calls = aggregation == Aggregation.RANKED ? new StatementCalls() : null;
  }

  /** Notes that the batch has something for the series; true the first time. */
  boolean touch() {
    boolean first = !touched;
    touched = true;
    return first;
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
    Objects.requireNonNull(calls).record(span);
    newestNanos = Math.max(newestNanos, span.endNanos());
  }

  /** Keeps a value with the span that it comes from as an example, if the span has ids. */
  void exemplar(double measured, long timeNanos, SpanReader span) {
    exemplars.put(measured, timeNanos, span);
  }

  /**
   * Keeps a value as an example.
   *
   * @param ids trace id and span id that it comes from; empty when there are none
   */
  void exemplar(double measured, long timeNanos, byte[] ids) {
    if (ids.length > 0) {
      exemplars.put(measured, timeNanos, ids);
    }
  }

  /** Writes what the batch adds, and is empty for the next. */
  void drain(LabelTexts texts, Packer out) {
    for (LabelTexts.Text label : labels) {
      texts.pack(label, out);
    }
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
    exemplars.packNew(out);
    histogram.clear();
    buckets.clear();
    value = 0;
    newestNanos = 0;
    touched = false;
  }
}
