package io.sluice.processors.traces;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * What the assembler needs of each span of one batch, in columns that are used again for the next:
 * nothing is allocated for a span. Reads whatever is read again when a trace is closed: by then it
 * is too late to refuse the bytes.
 */
final class BatchSpans {

  /** Each trace of a batch gets a copy of its resource: a large one times many is a bomb. */
  private static final long MAX_COPIED_BYTES = 64L << 20;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private int size;
  private long[] traceHigh = new long[64];
  private long[] traceLow = new long[64];
  private long[] ids = new long[64];
  private long[] parents = new long[64];
  private int[] contents = new int[64];
  private int[] starts = new int[64];
  private int[] lengths = new int[64];
  private int[] groups = new int[64];

  private int groupCount;
  private int[] groupBytes = new int[8];

  private final ProtoReader request = Slice.empty().reader();
  private final ProtoReader resourceGroup = Slice.empty().reader();
  private final ProtoReader scopeGroup = Slice.empty().reader();
  private final ProtoReader span = Slice.empty().reader();
  private final ProtoReader nested = Slice.empty().reader();
  private final CRC32C crc = new CRC32C();

  /**
   * Reads a batch in place of the one before.
   *
   * @throws InvalidInputException when it is not OTLP, or would become too large
   */
  void read(byte[] batch) {
    size = 0;
    groupCount = 0;
    request.over(batch, 0, batch.length);
    while (request.next()) {
      if (request.field() == 1) {
        readResourceGroup(batch);
      }
    }
    refuseBomb();
  }

  int size() {
    return size;
  }

  /** False for a span whose ids cannot be: of the wrong length, or zeros. */
  boolean hasValidIds(int i) {
    return ids[i] != 0;
  }

  boolean isOf(int i, TraceKey trace) {
    return traceLow[i] == trace.low() && traceHigh[i] == trace.high();
  }

  TraceKey trace(int i) {
    return new TraceKey(traceHigh[i], traceLow[i]);
  }

  long id(int i) {
    return ids[i];
  }

  /** 0 for a root. */
  long parent(int i) {
    return parents[i];
  }

  /** Checksum of its bytes, to tell a repetition from a collision of ids. */
  int content(int i) {
    return contents[i];
  }

  /** Where its field begins in the batch. */
  int start(int i) {
    return starts[i];
  }

  /** Bytes of its field. */
  int length(int i) {
    return lengths[i];
  }

  /** Which resource and scope it belongs to, numbered in the order of the bytes. */
  int group(int i) {
    return groups[i];
  }

  /** Bytes that a record needs for this resource and scope beside the spans. */
  int groupBytes(int group) {
    return groupBytes[group];
  }

  private void readResourceGroup(byte[] batch) {
    request.enter(resourceGroup);
    int firstGroup = groupCount;
    int rest = 0;
    while (resourceGroup.next()) {
      if (resourceGroup.field() == 2) {
        readScopeGroup(batch);
        continue;
      }
      if (resourceGroup.field() == 1) {
        new ResourceView(resourceGroup.slice()).serviceName();
      }
      rest += resourceGroup.end() - resourceGroup.tagStart();
    }
    for (int group = firstGroup; group < groupCount; group++) {
      groupBytes[group] += rest;
    }
  }

  private void readScopeGroup(byte[] batch) {
    resourceGroup.enter(scopeGroup);
    int group = groupCount++;
    if (group == groupBytes.length) {
      groupBytes = Arrays.copyOf(groupBytes, 2 * group);
    }
    int rest = 2 * 6; // tags and lengths of both messages
    while (scopeGroup.next()) {
      if (scopeGroup.field() == 2) {
        readSpan(batch, group);
        continue;
      }
      if (scopeGroup.field() == 1) {
        scopeGroup.slice(); // or it is malformed
      }
      rest += scopeGroup.end() - scopeGroup.tagStart();
    }
    groupBytes[group] = rest;
  }

  private void readSpan(byte[] batch, int group) {
    scopeGroup.enter(span);
    boolean valid = true;
    long high = 0;
    long low = 0;
    long id = 0;
    long parent = 0;
    while (span.next()) {
      switch (span.field()) {
        case 1 -> {
          span.slice();
          boolean whole = span.end() - span.start() == TraceKey.BYTES;
          high = whole ? (long) LONGS.get(batch, span.start()) : 0;
          low = whole ? (long) LONGS.get(batch, span.start() + Long.BYTES) : 0;
        }
        case 2 -> {
          span.slice();
          id = isId(span) ? (long) LONGS.get(batch, span.start()) : 0;
        }
        case 4 -> {
          span.slice();
          valid = isId(span) || span.end() == span.start();
          parent = isId(span) ? (long) LONGS.get(batch, span.start()) : 0;
        }
        case 3, 5 -> span.slice();
        case 6 -> span.varint();
        case 7, 8 -> span.fixed64();
        case 13 -> readLink();
        case 15 -> readStatus();
        default -> {}
      }
    }
    valid &= id != 0 && (high | low) != 0;
    int i = next();
    traceHigh[i] = high;
    traceLow[i] = low;
    ids[i] = valid ? id : 0;
    parents[i] = parent;
    contents[i] = checksum(batch, scopeGroup.start(), scopeGroup.end());
    starts[i] = scopeGroup.tagStart();
    lengths[i] = scopeGroup.end() - scopeGroup.tagStart();
    groups[i] = group;
  }

  private static boolean isId(ProtoReader field) {
    return field.end() - field.start() == Long.BYTES;
  }

  private void readStatus() {
    span.enter(nested);
    while (nested.next()) {
      if (nested.field() == 3) {
        nested.varint();
      }
    }
  }

  private void readLink() {
    span.enter(nested);
    while (nested.next()) {
      if (nested.field() == 1) {
        nested.slice();
      }
    }
  }

  private int checksum(byte[] batch, int start, int end) {
    crc.reset();
    crc.update(batch, start, end - start);
    return (int) crc.getValue();
  }

  private int next() {
    if (size == ids.length) {
      int more = 2 * size;
      traceHigh = Arrays.copyOf(traceHigh, more);
      traceLow = Arrays.copyOf(traceLow, more);
      ids = Arrays.copyOf(ids, more);
      parents = Arrays.copyOf(parents, more);
      contents = Arrays.copyOf(contents, more);
      starts = Arrays.copyOf(starts, more);
      lengths = Arrays.copyOf(lengths, more);
      groups = Arrays.copyOf(groups, more);
    }
    return size++;
  }

  private void refuseBomb() {
    if (copiedAtMost() > MAX_COPIED_BYTES && copied() > MAX_COPIED_BYTES) {
      throw new InvalidInputException(
          Reason.TOO_LARGE,
          "resources and scopes too large to be copied to each of the batch's traces");
    }
  }

  private long copiedAtMost() {
    long bytes = 0;
    for (int i = 0; i < size; i++) {
      if (i == 0 || groups[i] != groups[i - 1] || !sameTrace(i, i - 1)) {
        bytes += groupBytes[groups[i]];
      }
    }
    return bytes;
  }

  private boolean sameTrace(int i, int j) {
    return traceLow[i] == traceLow[j] && traceHigh[i] == traceHigh[j];
  }

  private long copied() {
    long bytes = 0;
    Set<TraceKey> inGroup = new HashSet<>();
    for (int i = 0; i < size; i++) {
      if (i > 0 && groups[i] != groups[i - 1]) {
        inGroup.clear();
      }
      if (inGroup.add(trace(i))) {
        bytes += groupBytes[groups[i]];
      }
    }
    return bytes;
  }
}
