package io.sluice.processors.traces;

import io.sluice.schemas.otlp.ProtoWriter;

/**
 * Cuts spans out of batches, as byte ranges with their resources and scopes, into one valid OTLP
 * request. Used again and again, so that it keeps its buffer.
 */
final class TraceCutter {

  /** A buffer that grew for a huge trace is not kept. */
  private static final int MOST_KEPT = 1 << 20;

  private ProtoWriter out = new ProtoWriter(1 << 14);

  /**
   * Adds spans of one batch.
   *
   * @param starts where the spans' fields begin, from one index to before another, ascending
   */
  void add(byte[] batch, BatchLayout layout, int[] starts, int from, int to) {
    int next = from;
    int openResource = -1;
    int resourceBegun = 0;
    while (next < to) {
      int group = layout.groupAt(starts[next]);
      int resource = layout.resource(group);
      if (resource != openResource) {
        if (openResource >= 0) {
          out.end(resourceBegun);
        }
        resourceBegun = out.begin(1);
        openResource = resource;
        layout.copyResource(resource, batch, out);
      }
      int scopeBegun = out.begin(2);
      layout.copyScope(group, batch, out);
      while (next < to && starts[next] < layout.end(group)) {
        copySpan(batch, starts[next++]);
      }
      out.end(scopeBegun);
    }
    if (openResource >= 0) {
      out.end(resourceBegun);
    }
  }

  /** The request, after which another may begin. */
  byte[] take() {
    byte[] otlp = out.toBytes();
    if (otlp.length > MOST_KEPT) {
      out = new ProtoWriter(1 << 14);
    } else {
      out.reset();
    }
    return otlp;
  }

  /**
   * A field with a length, known to be valid: a tag of any width, then the length, then so much.
   */
  private void copySpan(byte[] batch, int start) {
    int at = start;
    while (batch[at++] < 0) {
      // the tag
    }
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = batch[at++];
      length |= (b & 0x7f) << shift;
      if (b >= 0) {
        break;
      }
    }
    out.raw(batch, start, at + length);
  }
}
