package io.sluice.processors.traces;

import io.sluice.schemas.otlp.Slice;
import java.nio.ByteBuffer;

/** The 16 bytes of a trace id, as a key of maps. */
record TraceKey(long high, long low) {

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
}
