package io.sluice.processors.traces;

import org.jspecify.annotations.Nullable;

/** A batch of spans as it came, kept while an open trace has a span in it. */
final class Batch {

  /** How many spans came in all batches before it: its spans are numbered on from there. */
  final long position;

  final long arrivalMillis;

  /** Null while they are only in the store. */
  byte @Nullable [] bytes;

  /** See {@link BatchLayout}; null before the first of its traces is closed. */
  private int @Nullable [] layout;

  /** How many open traces have spans in it. */
  int uses;

  boolean stored;

  Batch(long position, long arrivalMillis, byte[] bytes) {
    this.position = position;
    this.arrivalMillis = arrivalMillis;
    this.bytes = bytes;
  }

  /** Where what is not spans stands in the bytes. */
  int[] layout(byte[] ownBytes) {
    int[] known = layout;
    if (known == null) {
      known = BatchLayout.of(ownBytes);
      layout = known;
    }
    return known;
  }
}
