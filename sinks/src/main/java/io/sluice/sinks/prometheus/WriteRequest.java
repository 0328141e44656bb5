package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Unit;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.sinks.prometheus.RemoteWriteConfig.Histograms;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes points as the protobuf message of a remote-write request. Not safe for use by several
 * threads.
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec/">Remote write 1.0</a>
 */
final class WriteRequest {

  /** The value that ends a series. It is one of many that are not a number. */
  static final long STALE_BITS = 0x7ff0000000000002L;

  private final Histograms histograms;
  private final ProtoWriter out;
  private final BoundTexts bounds = new BoundTexts();

  /**
   * @param capacity bytes that it will have, about
   */
  WriteRequest(Histograms histograms, int capacity) {
    this.histograms = histograms;
    this.out = new ProtoWriter(capacity);
  }

  /** Bytes that are written. */
  int size() {
    return out.size();
  }

  /** What is written, not copied: valid until the next is. */
  byte[] buffer() {
    return out.slice().array();
  }

  /** What kind of metric a name is of, and of which unit, for people who look at it. */
  void addMetadata(ShownSeries series) {
    int message = out.begin(3);
    out.varint(
        1,
        switch (series.kind()) {
          case UNKNOWN -> 0;
          case COUNTER -> 1;
          case GAUGE -> 2;
          case HISTOGRAM -> 3;
        });
    out.utf8(2, series.shownName());
    out.utf8(4, series.help());
    Unit unit = SeriesSnapshots.unit(series.name());
    if (unit != null) {
      out.utf8(5, unit.toString());
    }
    out.end(message);
  }

  void add(RemotePoint point) {
    DataPointSnapshot data = point.data();
    if (data == null) {
      sample(point, "", "", point.value(), List.of());
    } else if (data instanceof CounterDataPointSnapshot counter) {
      Exemplar exemplar = counter.getExemplar();
      sample(point, "", "", counter.getValue(), exemplar == null ? List.of() : List.of(exemplar));
    } else if (data instanceof GaugeDataPointSnapshot gauge) {
      sample(point, "", "", gauge.getValue(), List.of());
    } else if (data instanceof UnknownDataPointSnapshot unknown) {
      sample(point, "", "", unknown.getValue(), List.of());
    } else if (data instanceof HistogramDataPointSnapshot histogram) {
      boolean hasNative = histogram.hasNativeHistogramData();
      if (histograms != Histograms.CLASSIC && hasNative) {
        nativeHistogram(point, histogram);
      }
      if (histograms != Histograms.NATIVE || !hasNative) {
        classicHistogram(point, histogram);
      }
    } else {
      throw new IllegalStateException("a point of " + data.getClass());
    }
  }

  private void classicHistogram(RemotePoint point, HistogramDataPointSnapshot histogram) {
    ClassicHistogramBuckets buckets = histogram.getClassicBuckets();
    long count = 0;
    double lower = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < buckets.size(); i++) {
      count += buckets.getCount(i);
      double upper = buckets.getUpperBound(i);
      sample(
          point,
          "_bucket",
          bounds.of(upper),
          (double) count,
          exemplarsBetween(histogram, lower, upper));
      lower = upper;
    }
    sample(point, "_sum", "", histogram.getSum(), List.of());
    sample(point, "_count", "", (double) count, List.of());
  }

  private static List<Exemplar> exemplarsBetween(
      HistogramDataPointSnapshot histogram, double lower, double upper) {
    if (histogram.getExemplars().size() == 0) {
      return List.of();
    }
    List<Exemplar> found = new ArrayList<>();
    for (Exemplar exemplar : histogram.getExemplars()) {
      if (exemplar.getValue() > lower && exemplar.getValue() <= upper) {
        found.add(exemplar);
      }
    }
    return found;
  }

  private void sample(
      RemotePoint point, String suffix, String bound, double value, List<Exemplar> exemplars) {
    int series = out.begin(1);
    point.series().writeLabels(suffix, bound, out);
    int sample = out.begin(2);
    out.fixed64(1, point.stale() ? STALE_BITS : Double.doubleToRawLongBits(value));
    out.varint(2, point.timeMillis());
    out.end(sample);
    if (!point.stale()) {
      exemplars(point, exemplars);
    }
    out.end(series);
  }

  private void exemplars(RemotePoint point, List<Exemplar> exemplars) {
    if (exemplars.isEmpty()) {
      return;
    }
    exemplars.stream()
        .filter(exemplar -> exemplar.getTimestampMillis() > point.exemplarsAfterMillis())
        .sorted((a, b) -> Long.compare(a.getTimestampMillis(), b.getTimestampMillis()))
        .forEach(
            exemplar -> {
              int message = out.begin(3);
              Labels labels = exemplar.getLabels();
              for (int i = 0; i < labels.size(); i++) {
                RemoteSeries.label(labels.getName(i), labels.getValue(i), out);
              }
              out.fixed64(2, Double.doubleToRawLongBits(exemplar.getValue()));
              out.varint(3, exemplar.getTimestampMillis());
              out.end(message);
            });
  }

  private void nativeHistogram(RemotePoint point, HistogramDataPointSnapshot data) {
    int series = out.begin(1);
    point.series().writeLabels("", "", out);
    if (!point.stale()) {
      List<Exemplar> exemplars = new ArrayList<>();
      data.getExemplars().forEach(exemplars::add);
      exemplars(point, exemplars);
    }
    int histogram = out.begin(4);
    if (point.stale()) {
      out.fixed64(3, STALE_BITS);
    } else {
      out.varint(1, data.getCount());
      out.fixed64(3, Double.doubleToRawLongBits(data.getSum()));
      out.varint(4, zigzag(data.getNativeSchema()));
      out.fixed64(5, Double.doubleToRawLongBits(data.getNativeZeroThreshold()));
      out.varint(6, data.getNativeZeroCount());
      buckets(data.getNativeBucketsForPositiveValues());
    }
    out.varint(15, point.timeMillis());
    out.end(histogram);
    out.end(series);
  }

  /** Runs of buckets side by side, and each bucket's count as what it has more than the last. */
  private void buckets(NativeHistogramBuckets buckets) {
    int from = 0;
    int behindLast = 0;
    while (from < buckets.size()) {
      int to = from + 1;
      while (to < buckets.size()
          && buckets.getBucketIndex(to) == buckets.getBucketIndex(to - 1) + 1) {
        to++;
      }
      int span = out.begin(11);
      out.varint(1, zigzag(buckets.getBucketIndex(from) - behindLast));
      out.varint(2, (long) to - from);
      out.end(span);
      behindLast = buckets.getBucketIndex(to - 1) + 1;
      from = to;
    }
    int deltas = out.begin(12);
    long before = 0;
    for (int i = 0; i < buckets.size(); i++) {
      out.rawVarint(zigzag(buckets.getCount(i) - before));
      before = buckets.getCount(i);
    }
    out.end(deltas);
  }

  private static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }
}
