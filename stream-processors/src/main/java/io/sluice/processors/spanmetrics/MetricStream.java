package io.sluice.processors.spanmetrics;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one stream of points: one metric with one set of attributes from one producer.
 * It makes amounts to add of what the producer has counted, and knows points that come again.
 */
final class MetricStream {

  /** So many windows of a delta stream are remembered: a retry comes within a few. */
  private static final int WINDOWS = 16;

  private static final int LAYOUT = 1;

  private long seenMillis;
  private long startNanos;
  private long timeNanos;
  private @Nullable Reading last;

  /** Start and end of each window, the newest first. */
  private long[] windows = {};

  static MetricStream unpack(byte[] packed) {
    Unpacker in = read(packed);
    MetricStream stream = new MetricStream();
    stream.seenMillis = in.number();
    stream.startNanos = in.signed();
    stream.timeNanos = in.signed();
    stream.windows = new long[in.length()];
    for (int i = 0; i < stream.windows.length; i++) {
      stream.windows[i] = in.signed();
    }
    stream.last = in.atEnd() ? null : Reading.unpack(in);
    return stream;
  }

  byte[] pack() {
    Packer out =
        new Packer().number(LAYOUT).number(seenMillis).signed(startNanos).signed(timeNanos);
    out.number(windows.length);
    for (long time : windows) {
      out.signed(time);
    }
    if (last != null) {
      last.pack(out);
    }
    return out.toBytes();
  }

  /** When a point of a packed stream last came, by the time that it was told. */
  static long seenMillis(byte[] packed) {
    return read(packed).number();
  }

  private static Unpacker read(byte[] packed) {
    return Layout.read(packed, LAYOUT, SpanMetricsTopology.METRIC_STREAMS);
  }

  /** Notes that a point came. */
  MetricStream seen(long nowMillis) {
    seenMillis = nowMillis;
    return this;
  }

  /** When the first of its points was; that is this one, unless there was one before. */
  long first(long time) {
    timeNanos = timeNanos == 0 ? time : timeNanos;
    return timeNanos;
  }

  /**
   * What a cumulative point adds.
   *
   * @param start when the producer began to count; 0 when it does not say
   * @param underWay whether a stream that is new here was counted elsewhere before, so that its
   *     first point adds nothing
   * @return null when a point as new as this one was there
   */
  @Nullable Reading cumulative(Reading now, long start, long time, boolean underWay) {
    Reading before = last;
    if (before == null) {
      take(now, start, time);
      return underWay ? now.since(now) : now;
    }
    if (time <= timeNanos || (start != 0 && start < startNanos)) {
      return null; // late, sent twice, or of a process before this one
    }
    // A process that starts anew starts after the last point of the one before.
    boolean anew = start != 0 && startNanos != 0 && start >= timeNanos;
    Reading since = anew ? null : now.since(before);
    take(now, since == null || startNanos == 0 ? start : startNanos, time);
    return since == null ? now : since;
  }

  /** Whether a window of a delta stream is there for the first time. One without end always is. */
  boolean isNew(long start, long end) {
    if (end == 0) {
      return true;
    }
    for (int i = 0; i < windows.length; i += 2) {
      if (windows[i] == start && windows[i + 1] == end) {
        return false;
      }
    }
    long[] longer = new long[Math.min(windows.length + 2, 2 * WINDOWS)];
    longer[0] = start;
    longer[1] = end;
    System.arraycopy(windows, 0, longer, 2, longer.length - 2);
    windows = longer;
    return true;
  }

  /** What the deltas of a sum that may fall come to. */
  double total(double delta) {
    last = last == null ? Reading.of(delta) : last.plus(delta);
    return last.sum();
  }

  private void take(Reading now, long start, long time) {
    last = now;
    startNanos = start;
    timeNanos = time;
  }
}
