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
   * @param layout of the batch, see {@link BatchLayout}
   * @param starts where the spans' fields begin, from one index to before another, ascending
   */
  void add(byte[] batch, int[] layout, int[] starts, int from, int to) {
    int next = from;
    int group = 0;
    int openResource = -1;
    int resourceBegun = 0;
    while (next < to) {
      while (starts[next] >= layout[group]) {
        group = layout[group + 3];
      }
      int resource = layout[group + 1];
      int scopeRest = layout[group + 2];
      if (resource != openResource) {
        if (openResource >= 0) {
          out.end(resourceBegun);
        }
        resourceBegun = out.begin(1);
        openResource = resource;
        copy(batch, layout, group + 4, scopeRest);
      }
      int scopeBegun = out.begin(2);
      copy(batch, layout, scopeRest, layout[group + 3]);
      while (next < to && starts[next] < layout[group]) {
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

  private void copy(byte[] batch, int[] layout, int from, int to) {
    for (int i = from; i < to; i += 2) {
      out.raw(batch, layout[i], layout[i + 1]);
    }
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
