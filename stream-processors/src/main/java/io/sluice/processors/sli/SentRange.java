package io.sluice.processors.sli;

import java.nio.ByteBuffer;

/** The time in which every window of an SLO was sent. */
record SentRange(long fromNanos, long untilNanos) {

  static SentRange of(byte[] stored) {
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    return new SentRange(bytes.getLong(), bytes.getLong());
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(fromNanos).putLong(untilNanos).array();
  }

  boolean has(long startNanos) {
    return fromNanos <= startNanos && startNanos < untilNanos;
  }
}
