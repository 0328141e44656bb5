package io.sluice.processors.traces;

import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import java.util.Arrays;

/**
 * Where in a batch stands what is not spans: resources, scopes, schema urls, and what this build
 * does not know. Every trace of the batch gets its own copy, so the batch is walked for it once.
 *
 * <p>Only scope groups that have spans are in it, numbered in the order of the bytes. What is to be
 * copied for a resource or a scope are ranges of the batch; the scopes of a resource share those of
 * the resource, however many they are.
 */
final class BatchLayout {

  private int groups;

  /** Where each scope group ends in the batch. */
  private int[] ends = new int[2];

  /** Which resource each belongs to, numbered too. */
  private int[] resources = new int[2];

  /** For each, where in the ranges those of its scope begin and end. */
  private int[] scopeRanges = new int[4];

  /** For each resource, where in the ranges its own begin and end. */
  private int[] resourceRanges = new int[4];

  private int resourceCount;

  /** Of the batch: from, to. */
  private int[] ranges = new int[8];

  private int size;

  private BatchLayout() {}

  /** Reads a batch that is known to be valid. */
  static BatchLayout of(byte[] batch) {
    BatchLayout layout = new BatchLayout();
    ProtoReader request = new ProtoReader(batch, 0, batch.length);
    while (request.next()) {
      if (request.field() == 1) {
        layout.addResource(batch, request.start(), request.end());
      }
    }
    return layout;
  }

  /** The scope group of a span that begins here. */
  int groupAt(int spanStart) {
    int found = Arrays.binarySearch(ends, 0, groups, spanStart);
    return found < 0 ? -found - 1 : found + 1;
  }

  int end(int group) {
    return ends[group];
  }

  int resource(int group) {
    return resources[group];
  }

  /** Appends what the resource has beside scopes. */
  void copyResource(int resource, byte[] batch, ProtoWriter out) {
    copy(resourceRanges[2 * resource], resourceRanges[2 * resource + 1], batch, out);
  }

  /** Appends what the scope group has beside spans. */
  void copyScope(int group, byte[] batch, ProtoWriter out) {
    copy(scopeRanges[2 * group], scopeRanges[2 * group + 1], batch, out);
  }

  private void copy(int from, int to, byte[] batch, ProtoWriter out) {
    for (int i = from; i < to; i += 2) {
      out.raw(batch, ranges[i], ranges[i + 1]);
    }
  }

  private void addResource(byte[] batch, int start, int end) {
    int begun = size;
    ProtoReader resource = new ProtoReader(batch, start, end);
    if (!addRest(resource)) {
      size = begun;
      return;
    }
    resourceRanges = withRoom(resourceRanges, 2 * resourceCount + 1);
    resourceRanges[2 * resourceCount] = begun;
    resourceRanges[2 * resourceCount + 1] = size;
    ProtoReader scope = new ProtoReader(batch, start, end);
    resource.over(batch, start, end);
    while (resource.next()) {
      if (resource.field() == 2) {
        addScope(scope.over(batch, resource.start(), resource.end()), resource.end());
      }
    }
    resourceCount++;
  }

  private void addScope(ProtoReader scope, int end) {
    int begun = size;
    if (!addRest(scope)) {
      size = begun;
      return;
    }
    ends = withRoom(ends, groups);
    resources = withRoom(resources, groups);
    scopeRanges = withRoom(scopeRanges, 2 * groups + 1);
    ends[groups] = end;
    resources[groups] = resourceCount;
    scopeRanges[2 * groups] = begun;
    scopeRanges[2 * groups + 1] = size;
    groups++;
  }

  /**
   * Adds the fields other than 2, those that lie side by side as one range.
   *
   * @return whether there is a field 2
   */
  private boolean addRest(ProtoReader message) {
    boolean open = false;
    boolean found = false;
    while (message.next()) {
      if (message.field() == 2) {
        found = true;
        open = false;
      } else if (open) {
        ranges[size - 1] = message.end();
      } else {
        ranges = withRoom(ranges, size + 1);
        ranges[size++] = message.tagStart();
        ranges[size++] = message.end();
        open = true;
      }
    }
    return found;
  }

  private static int[] withRoom(int[] numbers, int index) {
    return index < numbers.length ? numbers : Arrays.copyOf(numbers, 2 * index);
  }
}
