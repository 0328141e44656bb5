package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.SpanReader;

/** A span as derivations see it: what was read, and what every one of them needs of it. */
final class MeasuredSpan {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Nothing that one span measures lasts longer; its times are wrong. */
  private static final long MAX_DURATION_NANOS = 31L * 24 * 3600 * 1_000_000_000;

  /** More bytes, rows or results than one request has. */
  private static final double MAX_VALUE = 0x1p50;

  private final SpanReader reader;
  private long impossibleValues;
  private long refusedSampling;
  private double seconds;
  private double weight;
  private long endNanos;
  private boolean possible;

  MeasuredSpan(SpanReader reader) {
    this.reader = reader;
  }

  /**
   * Takes what the reader has read.
   *
   * @param arrivalNanos when the batch reached Kafka; no event time is taken for later than that
   */
  MeasuredSpan measure(long arrivalNanos) {
    long start = reader.startTimeUnixNano();
    long end = reader.endTimeUnixNano();
    long duration = end - start;
    possible = start > 0 && end >= start && duration <= MAX_DURATION_NANOS;
    seconds = possible ? (double) duration / NANOS_PER_SECOND : 0;
    weight = reader.adjustedCount();
    refusedSampling += weight == 1 && reader.isSamplingRefused() ? 1 : 0;
    endNanos = Math.max(0, Math.min(arrivalNanos, end));
    return this;
  }

  /** The span's fields and attributes. */
  SpanReader fields() {
    return reader;
  }

  /** The duration; 0 when the times are impossible. */
  double seconds() {
    return seconds;
  }

  /** For how many spans it stands. */
  double weight() {
    return weight;
  }

  /** When it ended, not after its arrival. */
  long endNanos() {
    return endNanos;
  }

  /** Whether it started, ended after that, and took less than a month. */
  boolean hasPossibleTimes() {
    return possible;
  }

  /** Counts the duration in a histogram, with this span as an example. */
  void recordDuration(Tally tally) {
    tally.record(seconds, weight, endNanos);
    tally.exemplar(seconds, endNanos, reader);
  }

  /** Whether a value can be what it is said to be; one that cannot is counted and left out. */
  boolean isPossible(double value) {
    boolean measurable = value >= 0 && value <= MAX_VALUE;
    impossibleValues += measurable ? 0 : 1;
    return measurable;
  }

  /** How many values could not be since this was asked last. */
  long takeImpossibleValues() {
    long count = impossibleValues;
    impossibleValues = 0;
    return count;
  }

  /** How many spans said since this was asked last that they stand for more than is believed. */
  long takeRefusedSampling() {
    long count = refusedSampling;
    refusedSampling = 0;
    return count;
  }

  /** Counts another value of this span in a histogram, with this span as an example. */
  void record(Tally tally, double value) {
    tally.record(value, weight, endNanos);
    tally.exemplar(value, endNanos, reader);
  }
}
