package io.sluice.processors.sanitize;

import io.sluice.schemas.Reason;
import io.sluice.schemas.Signal;
import io.sluice.schemas.TracePartition;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a request into records for a clean topic: each of one resource, the spans of a record of one
 * partition, and none over the size limit. Cuts are made between records as byte ranges; a request
 * that needs none passes as the same array. Immutable.
 */
final class RequestSplitter {

  private static final int GROUPS = 1;

  /** What stands beside the records is copied to each part; a request may name it only once. */
  private static final long MAX_COPIED_BYTES = 64L << 20;

  /**
   * A record to send.
   *
   * @param key hash of the resource, for metrics of what tells the producer from others; for spans
   *     the trace id of the first one
   * @param service {@code service.name} of the resource
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Part(byte[] key, byte[] value, String service) {}

  /**
   * Records that cannot be sent, as a request of their own.
   *
   * @param message what is wrong with them
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Refused(Reason reason, String message, byte[] value) {}

  /** What a request becomes. */
  record Split(List<Part> parts, List<Refused> refused) {}

  private final Signal signal;
  private final int partitions;
  private final int maxBytes;

  /**
   * @param partitions of the clean topic
   * @param maxBytes largest value of a record
   */
  RequestSplitter(Signal signal, int partitions, int maxBytes) {
    this.signal = signal;
    this.partitions = partitions;
    this.maxBytes = maxBytes;
  }

  /** Cuts a request that was walked before, so that it is well-formed. */
  Split split(byte[] request) {
    List<Slice> groups = new ArrayList<>(1);
    ProtoWriter beside = new ProtoWriter(16);
    ProtoReader in = Slice.of(request).reader();
    while (in.next()) {
      if (in.field() == GROUPS && in.wireType() == ProtoReader.LEN) {
        groups.add(in.slice());
      } else {
        beside.raw(in.wholeField()); // unknown to this build: travels with the first part
      }
    }
    Split split = new Split(new ArrayList<>(groups.size()), new ArrayList<>(0));
    long copied = 0;
    for (Slice bytes : groups) {
      if (!ResourceGroup.hasRecords(bytes)) {
        continue; // came so, or rules dropped them
      }
      boolean whole = groups.size() == 1 && request.length <= maxBytes;
      if (whole && signal != Signal.SPANS) {
        ResourceView resource = ResourceGroup.resourceOf(bytes);
        split.parts().add(new Part(key(resource), request, resource.serviceName()));
        return split;
      }
      ResourceGroup group = new ResourceGroup(bytes, this::lane);
      if (whole && group.records().isOneLane() && group.records().lane(0) != invalid()) {
        String service = group.resource().serviceName();
        split.parts().add(new Part(traceId(group.record(0)).toBytes(), request, service));
        return split;
      }
      copied = cut(group, beside, copied, split);
    }
    return split;
  }

  /**
   * One part for each lane, or more where one would be too large. A group is refused as a whole
   * when its copies would take more than all of a request may.
   *
   * @param copied bytes that were copied for the groups before
   * @return the same with those of this group
   */
  private long cut(ResourceGroup group, ProtoWriter beside, long copied, Split split) {
    RecordIndex records = group.records();
    int[] order = records.byLane(invalid() + 1);
    int around = group.baseSize() + beside.size();
    int[] ends = new int[order.length];
    int parts = 0;
    long copies = copied;
    for (int from = 0; from < order.length; from = ends[parts++]) {
      ends[parts] = endOfPart(group, order, from, around);
      copies += around + group.scopeSizes(order, from, ends[parts]);
      if (around > maxBytes || copies > MAX_COPIED_BYTES) {
        refuse(group, beside, split);
        return copied;
      }
    }
    int from = 0;
    for (int part = 0; part < parts; part++) {
      byte[] request = group.request(beside.slice(), order, from, ends[part]);
      beside.reset();
      add(group, order[from], ends[part] - from, request, split);
      from = ends[part];
    }
    return copies;
  }

  /** One after the last record that has room beside the first, in the order of lanes. */
  private int endOfPart(ResourceGroup group, int[] order, int from, int around) {
    RecordIndex records = group.records();
    int lane = records.lane(order[from]);
    int size = around + group.sizeWithScope(order[from]);
    int to = from + 1;
    while (to < order.length && records.lane(order[to]) == lane) {
      boolean sameScope = records.scope(order[to]) == records.scope(order[to - 1]);
      size += sameScope ? records.length(order[to]) : group.sizeWithScope(order[to]);
      if (size > maxBytes) {
        break;
      }
      to++;
    }
    return to;
  }

  /** As one request, as it came: of each record its own copy would be what is too large. */
  private static void refuse(ResourceGroup group, ProtoWriter beside, Split split) {
    String message =
        "a resource and its scopes are too large to be copied to each part of the "
            + group.records().size()
            + " records that they belong to";
    split.refused().add(new Refused(Reason.TOO_LARGE, message, group.request(beside.slice())));
    beside.reset();
  }

  private void add(ResourceGroup group, int first, int count, byte[] request, Split split) {
    if (group.records().lane(first) == invalid()) {
      String message = count + " spans have no valid trace id: 16 bytes, not all zero";
      split.refused().add(new Refused(Reason.INVALID, message, request));
    } else if (request.length > maxBytes) {
      String message =
          "a single record takes " + request.length + " bytes, the limit is " + maxBytes;
      split.refused().add(new Refused(Reason.TOO_LARGE, message, request));
    } else {
      byte[] key =
          signal == Signal.SPANS ? traceId(group.record(first)).toBytes() : key(group.resource());
      split.parts().add(new Part(key, request, group.resource().serviceName()));
    }
  }

  /** The partition of a span; the one after the last for spans that belong to no trace. */
  private int lane(Slice record) {
    if (signal != Signal.SPANS) {
      return 0;
    }
    Slice traceId = traceId(record);
    return isValid(traceId) ? TracePartition.of(traceId.toBytes(), partitions) : invalid();
  }

  private int invalid() {
    return partitions;
  }

  private static boolean isValid(Slice traceId) {
    if (traceId.length() != 16) {
      return false;
    }
    int bits = 0;
    for (int i = traceId.start(); i < traceId.end(); i++) {
      bits |= traceId.array()[i];
    }
    return bits != 0;
  }

  private static Slice traceId(Slice span) {
    Slice found = new Slice(span.array(), span.start(), span.start());
    ProtoReader in = span.reader();
    while (in.next()) {
      if (in.field() == 1 && in.wireType() == ProtoReader.LEN) {
        found = in.slice();
      }
    }
    return found;
  }

  /** What a producer has counted is known in one partition only, whatever else is said of it. */
  private byte[] key(ResourceView resource) {
    return hash(signal == Signal.METRICS ? resource.producer() : resource.bytes());
  }

  /** FNV-1a, 64 bits: equal for equal resources on every machine and in every version. */
  private static byte[] hash(Slice resource) {
    long hash = 0xcbf29ce484222325L;
    for (int i = resource.start(); i < resource.end(); i++) {
      hash = (hash ^ (resource.array()[i] & 0xff)) * 0x100000001b3L;
    }
    return ByteBuffer.allocate(Long.BYTES).putLong(hash).array();
  }
}
