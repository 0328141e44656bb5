package io.sluice.processors.traces;

import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.trace.SeededHash;
import java.nio.ByteBuffer;

/**
 * The 16 bytes of a trace id, as a key of maps. Comparable, so that ids chosen to have the same
 * hash cost a map no more than a tree.
 */
record TraceKey(long high, long low) implements Comparable<TraceKey> {

  static final int BYTES = 16;

  static TraceKey of(Slice id) {
    ByteBuffer bytes = ByteBuffer.wrap(id.array(), id.start(), BYTES);
    return new TraceKey(bytes.getLong(), bytes.getLong());
  }

  static TraceKey of(byte[] bytes) {
    return of(Slice.of(bytes));
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  /** 64 bits with a seed, so that nobody can choose ids that meet in a table; never 0. */
  long hash() {
    long hash = SeededHash.of(low + SeededHash.of(high));
    return hash == 0 ? 1 : hash;
  }

  @Override
  public int compareTo(TraceKey other) {
    int byHigh = Long.compare(high, other.high);
    return byHigh != 0 ? byHigh : Long.compare(low, other.low);
  }
}
