package io.sluice.processors.sli;

import io.sluice.schemas.otlp.Slice;

/**
 * For how many events a span or trace counts. A sampled one stands for as many as its sampler says,
 * which need not be a whole number: one in three kept stands for 3 events two times in three and
 * for 4 in the third. Which one is decided by the span's id, so that a replay counts as the first
 * run did.
 */
final class SampledEvents {

  private SampledEvents() {}

  /**
   * @param standsFor how many, as the sampler says
   * @param id of the span or trace
   */
  static long of(double standsFor, Slice id) {
    long whole = (long) standsFor;
    double rest = standsFor - whole;
    return rest > 0 && random(id) < rest ? whole + 1 : whole;
  }

  /** From 0 to 1, the same for the same id. */
  private static double random(Slice id) {
    long hash = 0;
    for (int i = id.start(); i < id.end(); i++) {
      hash = (hash ^ id.array()[i]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return (hash >>> 11) * 0x1p-53;
  }
}
