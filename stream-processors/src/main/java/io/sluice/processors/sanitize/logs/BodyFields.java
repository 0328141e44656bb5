package io.sluice.processors.sanitize.logs;

import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import java.util.Arrays;

/**
 * What a body holds: keys, each with its value as the bytes of an OTLP {@code AnyValue}. Reusable.
 */
final class BodyFields {

  /** As many attributes as ingest takes for one record. */
  static final int MAX_FIELDS = 128;

  private final ProtoWriter bytes = new ProtoWriter(4096);
  private final int[] keyStarts = new int[MAX_FIELDS];
  private final int[] valueStarts = new int[MAX_FIELDS];
  private final int[] ends = new int[MAX_FIELDS];
  private int size;

  void clear() {
    bytes.reset();
    size = 0;
  }

  /** Where keys and values are written, a key first. */
  ProtoWriter bytes() {
    return bytes;
  }

  /**
   * Takes what was written as a field.
   *
   * @return false when there are too many, or one has this key already, or the key is empty
   */
  boolean add(int keyStart, int valueStart) {
    if (size == MAX_FIELDS || valueStart == keyStart || has(keyStart, valueStart)) {
      return false;
    }
    keyStarts[size] = keyStart;
    valueStarts[size] = valueStart;
    ends[size++] = bytes.size();
    return true;
  }

  private boolean has(int keyStart, int keyEnd) {
    byte[] buf = bytes.slice().array();
    for (int i = 0; i < size; i++) {
      if (Arrays.equals(buf, keyStarts[i], valueStarts[i], buf, keyStart, keyEnd)) {
        return true;
      }
    }
    return false;
  }

  int size() {
    return size;
  }

  Slice key(int i) {
    return new Slice(bytes.slice().array(), keyStarts[i], valueStarts[i]);
  }

  Slice value(int i) {
    return new Slice(bytes.slice().array(), valueStarts[i], ends[i]);
  }

  /** Writes a string as an {@code AnyValue}. */
  void text(byte[] from, int start, int end) {
    bytes.bytes(1, from, start, end);
  }

  /** Begins a string in an {@code AnyValue}, for {@link ProtoWriter#end}. */
  int beginText() {
    return bytes.begin(1);
  }

  void bool(boolean value) {
    bytes.varint(2, value ? 1 : 0);
  }

  void integer(long value) {
    bytes.varint(3, value);
  }

  void real(double value) {
    bytes.tag(4, ProtoReader.FIXED64);
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < Long.BYTES; i++) {
      bytes.raw((int) (bits >>> (8 * i)));
    }
  }
}
