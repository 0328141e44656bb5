package io.sluice.processors.spanmetrics;

import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;

/**
 * About how many distinct values there were, in this window and the one before. A HyperLogLog of
 * each: some bytes for a few values, 1 KB for any number, an error of 2 %.
 */
final class Distinct {

  private static final int LOG_BUCKETS = 11;

  private HllSketch now = empty();
  private HllSketch before = empty();

  void add(long hash) {
    now.update(hash);
  }

  long estimate() {
    if (before.isEmpty()) {
      return Math.round(now.getEstimate());
    }
    Union both = new Union(LOG_BUCKETS);
    both.update(now);
    both.update(before);
    return Math.round(both.getEstimate());
  }

  /** Begins a window. */
  void rotate() {
    before = now;
    now = empty();
  }

  boolean isEmpty() {
    return now.isEmpty() && before.isEmpty();
  }

  void pack(Packer out) {
    out.bytes(now.toCompactByteArray()).bytes(before.toCompactByteArray());
  }

  static Distinct unpack(Unpacker in) {
    Distinct distinct = new Distinct();
    distinct.now = HllSketch.heapify(in.bytes());
    distinct.before = HllSketch.heapify(in.bytes());
    return distinct;
  }

  private static HllSketch empty() {
    return new HllSketch(LOG_BUCKETS, TgtHllType.HLL_4);
  }
}
