package io.sluice.processors.traces;

import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;

/**
 * Cuts spans out of batches, as byte ranges with their resources and scopes, into one valid OTLP
 * request. Used again and again, so that it keeps its buffer.
 */
final class TraceCutter {

  /** A buffer that grew for a huge trace is not kept. */
  private static final int MOST_KEPT = 1 << 20;

  private final ProtoReader request = Slice.empty().reader();
  private final ProtoReader resourceGroup = Slice.empty().reader();
  private final ProtoReader scopeGroup = Slice.empty().reader();
  private ProtoWriter out = new ProtoWriter(1 << 14);

  /**
   * Adds spans of one batch.
   *
   * @param starts where the spans' fields begin, from one index to before another, ascending
   */
  void add(byte[] batch, int[] starts, int from, int to) {
    int next = from;
    request.over(batch, 0, batch.length);
    while (next < to && request.next()) {
      if (request.field() == 1 && starts[next] < request.end()) {
        next = addResource(starts, next, to);
      }
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

  private int addResource(int[] starts, int from, int to) {
    int next = from;
    int begun = out.begin(1);
    request.enter(resourceGroup);
    addRest(resourceGroup); // resource, schema url, and what this build does not know
    request.enter(resourceGroup);
    while (next < to && resourceGroup.next()) {
      if (resourceGroup.field() == 2 && starts[next] < resourceGroup.end()) {
        next = addScope(starts, next, to);
      }
    }
    out.end(begun);
    return next;
  }

  private int addScope(int[] starts, int from, int to) {
    int next = from;
    int begun = out.begin(2);
    resourceGroup.enter(scopeGroup);
    addRest(scopeGroup);
    resourceGroup.enter(scopeGroup);
    while (next < to && scopeGroup.next()) {
      if (scopeGroup.field() == 2 && starts[next] == scopeGroup.tagStart()) {
        out.raw(scopeGroup.wholeField());
        next++;
      }
    }
    out.end(begun);
    return next;
  }

  private void addRest(ProtoReader group) {
    while (group.next()) {
      if (group.field() != 2) {
        out.raw(group.wholeField());
      }
    }
  }
}
