package io.sluice.processors.traces;

import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the index keeps of a span.
 *
 * @param content hash of its bytes, to tell a repetition from a collision of ids
 */
record SpanRef(long id, long parent, boolean isRoot, int content) {

  static SpanRef of(SpanView span) {
    Slice bytes = span.bytes();
    int hash = 1;
    for (int i = bytes.start(); i < bytes.end(); i++) {
      hash = 31 * hash + bytes.array()[i];
    }
    return new SpanRef(
        id(span.spanId()), span.isRoot() ? 0 : id(span.parentSpanId()), span.isRoot(), hash);
  }

  private static long id(Slice id) {
    return ByteBuffer.wrap(Arrays.copyOfRange(id.array(), id.start(), id.end())).getLong();
  }
}
