package io.sluice.processors.sanitize;

import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * One resource's part of a request, taken apart into byte ranges: what belongs to the resource,
 * what belongs to each scope, and the records. Parts are written from these ranges, so whatever
 * stands beside the records travels with each of them.
 */
final class ResourceGroup {

  private static final int GROUP = 1;
  private static final int RESOURCE = 1;
  private static final int SCOPE = 2;
  private static final int RECORD = 2;

  /** A tag of these fields and the longest length. */
  private static final int AROUND_MESSAGE = 6;

  private final Slice bytes;
  private final RecordIndex records = new RecordIndex();
  private final ProtoWriter resourceFields = new ProtoWriter(256);
  private final List<Slice> scopeFields = new ArrayList<>();
  private final ResourceView resource;

  /**
   * @param bytes a {@code ResourceLogs}, {@code ResourceSpans} or {@code ResourceMetrics}
   * @param lane of a record, given the record's message
   */
  ResourceGroup(Slice bytes, ToIntFunction<Slice> lane) {
    this.bytes = bytes;
    this.resource = resourceOf(bytes);
    ProtoReader in = bytes.reader();
    while (in.next()) {
      if (in.field() == SCOPE && in.wireType() == ProtoReader.LEN) {
        readScope(in.slice(), lane);
      } else {
        resourceFields.raw(in.wholeField());
      }
    }
  }

  /** The resource of a group; empty when it has none. */
  static ResourceView resourceOf(Slice group) {
    ResourceView found = ResourceView.empty();
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() == RESOURCE && in.wireType() == ProtoReader.LEN) {
        found = new ResourceView(in.slice());
      }
    }
    return found;
  }

  /** Whether a group has a record. */
  static boolean hasRecords(Slice group) {
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() == SCOPE && in.wireType() == ProtoReader.LEN) {
        ProtoReader scope = in.message();
        while (scope.next()) {
          if (scope.field() == RECORD && scope.wireType() == ProtoReader.LEN) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void readScope(Slice scope, ToIntFunction<Slice> lane) {
    ProtoWriter fields = new ProtoWriter(64);
    ProtoReader in = scope.reader();
    while (in.next()) {
      if (in.field() == RECORD && in.wireType() == ProtoReader.LEN) {
        records.add(in.tagStart(), in.end(), scopeFields.size(), lane.applyAsInt(in.slice()));
      } else {
        fields.raw(in.wholeField());
      }
    }
    scopeFields.add(fields.slice());
  }

  ResourceView resource() {
    return resource;
  }

  RecordIndex records() {
    return records;
  }

  /** The message of a record. */
  Slice record(int number) {
    ProtoReader in = new ProtoReader(bytes.array(), records.start(number), records.end(number));
    if (!in.next()) {
      throw new IllegalStateException("a record is never empty: it has a tag");
    }
    return in.slice();
  }

  /** At most this is what a request takes besides scopes and records. */
  int baseSize() {
    return resourceFields.size() + AROUND_MESSAGE;
  }

  /** At most this is what a record adds that is the first of its scope. */
  int sizeWithScope(int record) {
    return scopeFields.get(records.scope(record)).length()
        + AROUND_MESSAGE
        + records.length(record);
  }

  /** What a request with these records holds of their scopes. */
  long scopeSizes(int[] order, int from, int to) {
    long size = 0;
    int last = -1;
    for (int i = from; i < to; i++) {
      int scope = records.scope(order[i]);
      size += scope == last ? 0 : scopeFields.get(scope).length();
      last = scope;
    }
    return size;
  }

  /**
   * A request with all of the group, as it came.
   *
   * @param beside fields of the request that belong to no resource
   */
  byte[] request(Slice beside) {
    ProtoWriter request = new ProtoWriter(beside.length() + bytes.length() + AROUND_MESSAGE);
    request.raw(beside);
    request.bytes(GROUP, bytes);
    return request.toBytes();
  }

  /**
   * A request with some of the records.
   *
   * @param beside fields of the request that belong to no resource
   * @param order numbers of records
   * @param from first place in the order
   * @param to one after the last
   */
  byte[] request(Slice beside, int[] order, int from, int to) {
    ProtoWriter group = new ProtoWriter(bytes.length());
    group.raw(resourceFields.slice());
    int i = from;
    while (i < to) {
      int scope = records.scope(order[i]);
      int end = i;
      int size = scopeFields.get(scope).length();
      while (end < to && records.scope(order[end]) == scope) {
        size += records.length(order[end++]);
      }
      group.tag(SCOPE, ProtoReader.LEN);
      group.rawVarint(size);
      group.raw(scopeFields.get(scope));
      for (; i < end; i++) {
        group.raw(bytes.array(), records.start(order[i]), records.end(order[i]));
      }
    }
    ProtoWriter request = new ProtoWriter(beside.length() + group.size() + AROUND_MESSAGE);
    request.raw(beside);
    request.bytes(GROUP, group.slice());
    return request.toBytes();
  }
}
