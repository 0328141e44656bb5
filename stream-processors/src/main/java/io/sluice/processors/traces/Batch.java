package io.sluice.processors.traces;

import org.jspecify.annotations.Nullable;

/** A batch of spans as it came, kept while an open trace has a span in it. */
final class Batch {

  /** How many spans came in all batches before it: its spans are numbered on from there. */
  final long position;

  final long arrivalMillis;
  final int length;

  /** Null while they are only in the store. */
  byte @Nullable [] bytes;

  /** Null before the first of its traces is closed, and while the bytes are only in the store. */
  private @Nullable BatchLayout layout;

  /** How many open traces have spans in it. */
  int uses;

  boolean stored;

  Batch(long position, long arrivalMillis, byte[] bytes) {
    this.position = position;
    this.arrivalMillis = arrivalMillis;
    this.bytes = bytes;
    this.length = bytes.length;
  }

  /** Where what is not spans stands in the bytes. */
  BatchLayout layout(byte[] ownBytes) {
    BatchLayout known = layout;
    if (known == null) {
      known = BatchLayout.of(ownBytes);
      layout = known;
    }
    return known;
  }

  /** Lets go what can be had from the store again. */
  void leaveMemory() {
    bytes = null;
    layout = null;
  }
}
