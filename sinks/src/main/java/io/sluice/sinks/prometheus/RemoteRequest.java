package io.sluice.sinks.prometheus;

import io.sluice.schemas.otlp.Slice;
import io.sluice.sinks.prometheus.RemoteWriteConfig.Histograms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Points that go to the receiver together, written as they come. Any run of them is a request of
 * its own, should the receiver refuse the whole. Filled by one thread, then read by another.
 */
final class RemoteRequest {

  /** What a point usually takes: growing would copy most of them once more. */
  private static final int POINT_BYTES = 400;

  private final WriteRequest written;
  private final List<@Nullable ConsumerRecord<byte[], byte[]>> sources = new ArrayList<>();
  private final List<RemoteSeries> series = new ArrayList<>();
  private int[] ends = new int[64]; // of each point
  private long[] millis = new long[64];

  /**
   * @param points how many it will have, about
   */
  RemoteRequest(Histograms histograms, int points) {
    this.written = new WriteRequest(histograms, Math.min(points, 1_000) * POINT_BYTES);
  }

  /**
   * Adds a point.
   *
   * @return how many bytes it takes
   */
  int add(RemotePoint point) {
    int before = written.size();
    if (point.described()) {
      written.addMetadata(point.shown());
    }
    written.add(point);
    if (sources.size() == ends.length) {
      ends = Arrays.copyOf(ends, 2 * ends.length);
      millis = Arrays.copyOf(millis, ends.length);
    }
    millis[sources.size()] = point.timeMillis();
    ends[sources.size()] = written.size();
    sources.add(point.source());
    series.add(point.series());
    return written.size() - before;
  }

  /** How many points. */
  int size() {
    return sources.size();
  }

  /** The record that a point came in; null when its series' last point is written again. */
  @Nullable ConsumerRecord<byte[], byte[]> source(int point) {
    return sources.get(point);
  }

  /** The series of a point. */
  RemoteSeries series(int point) {
    return series.get(point);
  }

  /** The time of a point. */
  long millis(int point) {
    return millis[point];
  }

  /** The one with the latest time in a run of points that is not empty. */
  int newest(int from, int to) {
    int newest = from;
    for (int i = from + 1; i < to; i++) {
      if (millis[i] > millis[newest]) {
        newest = i;
      }
    }
    return newest;
  }

  /** The message of a run of points, not copied. */
  Slice message(int from, int to) {
    return new Slice(written.buffer(), from == 0 ? 0 : ends[from - 1], ends[to - 1]);
  }
}
