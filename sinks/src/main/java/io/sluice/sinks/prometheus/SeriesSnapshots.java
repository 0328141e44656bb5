package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import io.prometheus.metrics.model.snapshots.Unit;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Series as the Prometheus client's snapshots, which it writes in every format. */
final class SeriesSnapshots {

  private static final String TOTAL = "_total";
  private static final List<Unit> UNITS = List.of(Unit.SECONDS, Unit.BYTES, Unit.RATIO);

  // With the infinite one behind the others.
  private final double[] times;
  private final double[] sizes;

  /**
   * @param times bounds of classic buckets for durations and all else
   * @param sizes bounds for sizes and numbers
   */
  SeriesSnapshots(List<Double> times, List<Double> sizes) {
    this.times = withInfinity(times);
    this.sizes = withInfinity(sizes);
  }

  private static double[] withInfinity(List<Double> bounds) {
    double[] all = new double[bounds.size() + 1];
    Arrays.setAll(all, i -> i < bounds.size() ? bounds.get(i) : Double.POSITIVE_INFINITY);
    return all;
  }

  /**
   * What all points of this one's series have in common.
   *
   * @throws IllegalArgumentException when Prometheus cannot show it
   */
  ShownSeries series(SeriesPoint point) {
    ShownSeries series = new ShownSeries(point, metricName(point), kind(point), labels(point));
    var unused = metric(series.name(), series, List.of(data(series, point)));
    return series;
  }

  /** Other names than those of counters keep what they end with, {@code _info} too. */
  private static String metricName(SeriesPoint point) {
    String name = point.getName();
    boolean strip = point.getType() == SeriesType.COUNTER && name.endsWith(TOTAL);
    return valid(strip ? name.substring(0, name.length() - TOTAL.length()) : name);
  }

  private static String valid(String name) {
    StringBuilder valid = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
      boolean digit = c >= '0' && c <= '9';
      valid.append(letter || (digit && i > 0) ? c : '_');
    }
    return valid.isEmpty() ? "_" : valid.toString();
  }

  private static ShownSeries.Kind kind(SeriesPoint point) {
    return switch (point.getType()) {
      case COUNTER ->
          point.getName().endsWith(TOTAL) ? ShownSeries.Kind.COUNTER : ShownSeries.Kind.UNKNOWN;
      case GAUGE -> ShownSeries.Kind.GAUGE;
      case HISTOGRAM -> ShownSeries.Kind.HISTOGRAM;
    };
  }

  /**
   * A point of a series.
   *
   * @throws IllegalArgumentException when Prometheus cannot show it
   */
  DataPointSnapshot data(ShownSeries series, SeriesPoint point) {
    Labels labels = series.labels();
    return switch (series.kind()) {
      case COUNTER -> counter(labels, point);
      case UNKNOWN -> new UnknownDataPointSnapshot(point.getValue(), labels, null);
      case GAUGE -> new GaugeDataPointSnapshot(point.getValue(), labels, null);
      case HISTOGRAM -> histogram(series, point);
    };
  }

  /**
   * One metric of points.
   *
   * @param like one of its series
   * @param points of series of this kind, each with other labels
   */
  MetricSnapshot metric(String name, ShownSeries like, List<DataPointSnapshot> points) {
    return metric(new MetricMetadata(name, like.help(), unit(name)), like, points);
  }

  /** The same for a metric that has points elsewhere too: all have one unit. */
  static MetricSnapshot metric(
      MetricMetadata metadata, ShownSeries like, List<DataPointSnapshot> points) {
    return switch (like.kind()) {
      case COUNTER -> new CounterSnapshot(metadata, all(points, CounterDataPointSnapshot.class));
      case UNKNOWN -> new UnknownSnapshot(metadata, all(points, UnknownDataPointSnapshot.class));
      case GAUGE -> new GaugeSnapshot(metadata, all(points, GaugeDataPointSnapshot.class));
      case HISTOGRAM ->
          new HistogramSnapshot(metadata, all(points, HistogramDataPointSnapshot.class));
    };
  }

  private static <T> List<T> all(List<DataPointSnapshot> points, Class<T> type) {
    return points.stream().map(type::cast).toList();
  }

  /** OpenMetrics names the unit that a metric's name ends with. */
  static @Nullable Unit unit(String name) {
    return UNITS.stream().filter(unit -> name.endsWith("_" + unit)).findFirst().orElse(null);
  }

  private static CounterDataPointSnapshot counter(Labels labels, SeriesPoint point) {
    List<Exemplar> exemplars = exemplars(point);
    Exemplar newest = exemplars.isEmpty() ? null : exemplars.get(exemplars.size() - 1);
    return new CounterDataPointSnapshot(
        point.getValue(), labels, newest, millis(point.getStartTimeUnixNano()));
  }

  private HistogramDataPointSnapshot histogram(ShownSeries series, SeriesPoint point) {
    ExplicitHistogram explicit = point.getExplicitHistogram();
    if (explicit != null) {
      return new HistogramDataPointSnapshot(
          classic(explicit),
          explicit.getSum(),
          series.labels(),
          Exemplars.of(exemplars(point)),
          millis(point.getStartTimeUnixNano()));
    }
    ExponentialHistogram histogram = point.getHistogram();
    if (histogram == null) {
      throw new IllegalStateException(point.getName() + ": a histogram point without histogram");
    }
    return histogram(
        series,
        ExponentialBuckets.of(histogram),
        Exemplars.of(exemplars(point)),
        point.getStartTimeUnixNano());
  }

  /** A point of a histogram that has exponential buckets. */
  HistogramDataPointSnapshot histogram(
      ShownSeries series, ExponentialBuckets buckets, Exemplars exemplars, long startTimeUnixNano) {
    if (!buckets.canBeNative()) {
      return new HistogramDataPointSnapshot(
          buckets.classic(bounds(series.sourceName())),
          buckets.sum(),
          series.labels(),
          exemplars,
          millis(startTimeUnixNano));
    }
    return new HistogramDataPointSnapshot(
        buckets.classic(bounds(series.sourceName())),
        buckets.schema(),
        buckets.zeroCount(),
        0,
        buckets.nativeBuckets(),
        NativeHistogramBuckets.EMPTY,
        buckets.sum(),
        series.labels(),
        exemplars,
        millis(startTimeUnixNano));
  }

  private static ClassicHistogramBuckets classic(ExplicitHistogram histogram) {
    long[] counts = histogram.getCounts().stream().mapToLong(Long::longValue).toArray();
    return ClassicHistogramBuckets.of(withInfinity(histogram.getBounds()), counts);
  }

  private double[] bounds(String name) {
    return name.endsWith("_bytes") || name.endsWith("_rows") ? sizes : times;
  }

  /** With names that every version of Prometheus takes. */
  private static Labels labels(SeriesPoint point) {
    TreeMap<String, String> valid = new TreeMap<>();
    new TreeMap<>(point.getLabels())
        .forEach((name, value) -> valid.merge(validLabel(name), value, (a, b) -> a + ";" + b));
    Labels.Builder labels = Labels.builder();
    valid.forEach(labels::label);
    return labels.build();
  }

  /** Of two that become the same the values are joined, as OpenTelemetry does. */
  private static String validLabel(String name) {
    String label = PrometheusNaming.sanitizeLabelName(valid(name).replace(':', '_'));
    return label.equals("le") ? "exported_le" : label;
  }

  private static List<Exemplar> exemplars(SeriesPoint point) {
    List<Exemplar> exemplars = new ArrayList<>();
    for (io.sluice.schemas.Exemplar exemplar : point.getExemplars()) {
      exemplars.add(
          Exemplar.builder()
              .value(exemplar.getValue())
              .traceId(HexFormat.of().formatHex(exemplar.getTraceId().bytes()))
              .spanId(HexFormat.of().formatHex(exemplar.getSpanId().bytes()))
              .timestampMillis(millis(exemplar.getTimeUnixNano()))
              .build());
    }
    return exemplars;
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
