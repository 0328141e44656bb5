package io.sluice.processors.spanmetrics;

import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.util.Arrays;

/**
 * Counts in buckets that a producer chose. The first bounds that come are kept; where others come
 * later, each of their buckets counts under the first bound that its upper end does not exceed, so
 * that no value is shown as smaller than it was and no count ever falls.
 */
final class ExplicitBuckets {

  static final int MAX_BOUNDS = 1000;

  private double[] bounds = {};
  private double[] counts = {};
  private double sum;

  /**
   * Adds counts.
   *
   * @param otherBounds upper ends, each larger than the one before
   * @param otherCounts one more than bounds
   */
  void add(double[] otherBounds, double[] otherCounts, double otherSum) {
    sum += otherSum;
    if (counts.length == 0) {
      bounds = otherBounds.clone();
      counts = otherCounts.clone();
      return;
    }
    int to = 0;
    for (int i = 0; i < otherCounts.length; i++) {
      double upper = i < otherBounds.length ? otherBounds[i] : Double.POSITIVE_INFINITY;
      while (to < bounds.length && bounds[to] < upper) {
        to++;
      }
      counts[to] += otherCounts[i];
    }
  }

  void clear() {
    bounds = new double[] {};
    counts = new double[] {};
    sum = 0;
  }

  double count() {
    return Arrays.stream(counts).sum();
  }

  void pack(Packer out) {
    out.real(sum).number(counts.length);
    for (double bound : bounds) {
      out.real(bound);
    }
    for (double count : counts) {
      out.amount(count);
    }
  }

  /** Adds packed ones. */
  void merge(Unpacker in) {
    double otherSum = in.real();
    int size = in.length();
    if (size == 0) {
      return;
    }
    double[] otherBounds = new double[size - 1];
    double[] otherCounts = new double[size];
    for (int i = 0; i < size - 1; i++) {
      otherBounds[i] = in.real();
    }
    for (int i = 0; i < size; i++) {
      otherCounts[i] = in.amount();
    }
    add(otherBounds, otherCounts, otherSum);
  }

  /** Reads over packed ones, to know that they can be merged. */
  static void check(Unpacker in) {
    boolean possible = Double.isFinite(in.real());
    int size = in.length();
    possible &= size <= MAX_BOUNDS + 1;
    double before = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size - 1; i++) {
      double bound = in.real();
      possible &= bound > before && bound < Double.POSITIVE_INFINITY;
      before = bound;
    }
    for (int i = 0; i < size; i++) {
      double count = in.amount();
      possible &= count >= 0 && count < Double.POSITIVE_INFINITY;
    }
    if (!possible) {
      throw new InvalidInputException(Reason.INVALID, "partial buckets are impossible");
    }
  }

  ExplicitHistogram toRecord() {
    return ExplicitHistogram.newBuilder()
        .setBounds(Arrays.stream(bounds).boxed().toList())
        .setCounts(Arrays.stream(counts).mapToObj(count -> (long) count).toList())
        .setSum(sum)
        .build();
  }
}
