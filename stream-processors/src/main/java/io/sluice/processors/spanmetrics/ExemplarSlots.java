package io.sluice.processors.spanmetrics;

import io.sluice.schemas.Exemplar;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.TraceId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * For each factor of two the newest value with the trace that it came from, so that every bucket of
 * a histogram has one to show. The steps lie at 2 ms, 4 ms, 8 ms and so on, as the usual classic
 * buckets do. There are at most {@value #MAX}; then the oldest gives way.
 */
final class ExemplarSlots {

  static final int MAX = 16;

  /** Bytes of a trace id and a span id. */
  static final int IDS = 24;

  private static final double STEPS_PER_SECOND = 500;
  private static final int INITIAL = 2;

  private int size;
  private int[] steps = new int[INITIAL];
  private double[] values = new double[INITIAL];
  private long[] times = new long[INITIAL];
  private byte[] ids = new byte[INITIAL * IDS];

  /** Whether there is a value of this step. */
  boolean has(int step) {
    return indexOf(step) >= 0;
  }

  /** Keeps a value; gives the place in {@link #ids} where its trace id and its span id belong. */
  int put(double value, long timeNanos) {
    return slot(value, timeNanos) * IDS;
  }

  /** The ids of all; another array after the next {@link #put}. */
  byte[] ids() {
    return ids;
  }

  void clear() {
    size = 0;
  }

  /** Takes those over that were packed: they are newer. */
  void merge(Unpacker in) {
    for (int left = in.length(); left > 0; left--) {
      double value = in.real();
      long time = in.signed();
      int from = in.skip(IDS);
      int slot = slot(value, time);
      System.arraycopy(in.array(), from, ids, slot * IDS, IDS);
    }
  }

  /** Reads over those that were packed. */
  static void skip(Unpacker in) {
    for (int left = in.length(); left > 0; left--) {
      in.real();
      in.signed();
      in.skip(IDS);
    }
  }

  void pack(Packer out) {
    out.number(size);
    for (int i = 0; i < size; i++) {
      out.real(values[i]).signed(times[i]).raw(ids, i * IDS, (i + 1) * IDS);
    }
  }

  /** Oldest first. */
  List<Exemplar> toRecords() {
    List<Exemplar> records = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      int at = i * IDS;
      records.add(
          new Exemplar(
              values[i],
              times[i],
              new TraceId(Arrays.copyOfRange(ids, at, at + 16)),
              new SpanId(Arrays.copyOfRange(ids, at + 16, at + IDS))));
    }
    records.sort(Comparator.comparingLong(Exemplar::getTimeUnixNano));
    return records;
  }

  private int slot(double value, long timeNanos) {
    int slot = find(step(value));
    steps[slot] = step(value);
    values[slot] = value;
    times[slot] = timeNanos;
    return slot;
  }

  private int indexOf(int step) {
    for (int i = 0; i < size; i++) {
      if (steps[i] == step) {
        return i;
      }
    }
    return -1;
  }

  private int find(int step) {
    int known = indexOf(step);
    if (known >= 0) {
      return known;
    }
    if (size == MAX) {
      return oldest();
    }
    if (size == steps.length) {
      int more = Math.min(MAX, size * 2);
      steps = Arrays.copyOf(steps, more);
      values = Arrays.copyOf(values, more);
      times = Arrays.copyOf(times, more);
      ids = Arrays.copyOf(ids, more * IDS);
    }
    return size++;
  }

  private int oldest() {
    int oldest = 0;
    for (int i = 1; i < size; i++) {
      if (times[i] < times[oldest]) {
        oldest = i;
      }
    }
    return oldest;
  }

  /** Values from above one step up to and with the next are one step. */
  static int step(double value) {
    return value > 0
        ? MergeableHistogram.index(Math.min(value * STEPS_PER_SECOND, Double.MAX_VALUE), 0)
        : Short.MIN_VALUE;
  }
}
