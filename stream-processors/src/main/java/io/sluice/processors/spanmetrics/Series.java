package io.sluice.processors.spanmetrics;

import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.util.ArrayList;
import java.util.List;

/** The cumulative state of one series at its owner. */
final class Series {

  private static final int LAYOUT = 1;

  private final SeriesKey key;
  private final MergeableHistogram histogram = new MergeableHistogram();
  private final ExplicitBuckets buckets = new ExplicitBuckets();
  private final ExemplarSlots exemplars = new ExemplarSlots();
  private final long startMillis;
  private final boolean overflow;
  private double value;
  private long newestNanos;
  private long changedMillis;
  private boolean changed;

  /**
   * @param startMillis when counting began
   */
  Series(SeriesKey key, long startMillis) {
    this.key = key;
    this.startMillis = startMillis;
    this.overflow = key.values().contains(SeriesKey.OVERFLOW);
  }

  /** What can be told of a series that was packed without reading what it counted. */
  record Outline(SeriesKey key, long changedMillis) {}

  static Outline outline(byte[] key, byte[] packed) {
    Unpacker in = reader(packed);
    SeriesKey unpacked = SeriesKey.unpack(key, in);
    in.number(); // when counting began
    return new Outline(unpacked, in.number());
  }

  private static Unpacker reader(byte[] packed) {
    return Layout.read(packed, LAYOUT, SpanMetricsTopology.SERIES);
  }

  static Series unpack(byte[] key, byte[] packed) {
    Unpacker in = reader(packed);
    Series series = new Series(SeriesKey.unpack(key, in), in.number());
    series.changedMillis = in.number();
    series.newestNanos = in.signed();
    switch (series.key.metric().aggregation()) {
      case SUM, LAST, RANKED -> series.value = in.real();
      case EXPONENTIAL -> series.histogram.merge(in);
      case EXPLICIT -> series.buckets.merge(in);
    }
    series.exemplars.merge(in);
    return series;
  }

  byte[] pack(Packer out) {
    key.packRest(out.reset().number(LAYOUT));
    out.number(startMillis).number(changedMillis).signed(newestNanos);
    switch (key.metric().aggregation()) {
      case SUM, LAST, RANKED -> out.real(value);
      case EXPONENTIAL -> histogram.pack(out);
      case EXPLICIT -> buckets.pack(out);
    }
    exemplars.pack(out);
    return out.toBytes();
  }

  SeriesKey key() {
    return key;
  }

  /** Whether it takes what a limit took out of other series. */
  boolean isOverflow() {
    return overflow;
  }

  /** When it was last written after a change. */
  long changedMillis() {
    return changedMillis;
  }

  /** Notes when it is written after a change. */
  void changedAt(long nowMillis) {
    changedMillis = nowMillis;
  }

  /** Adds what stands behind the labels of a partial, which was checked. */
  void add(Unpacker in) {
    long time = in.signed();
    switch (key.metric().aggregation()) {
      case EXPONENTIAL -> histogram.merge(in);
      case EXPLICIT -> buckets.merge(in);
      case SUM -> value += in.real();
      case LAST -> {
        double latest = in.real();
        value = time >= newestNanos ? latest : value;
      }
      case RANKED -> {
        StatementCalls.check(in); // Statements has them
        value = 1;
      }
    }
    exemplars.merge(in);
    newestNanos = Math.max(newestNanos, time);
  }

  /** Notes that the series has to be written; true the first time. */
  boolean change() {
    boolean first = !changed;
    changed = true;
    return first;
  }

  void written() {
    changed = false;
  }

  /** How many values were counted. */
  double total() {
    return switch (key.metric().aggregation()) {
      case EXPONENTIAL -> histogram.count();
      case EXPLICIT -> buckets.count();
      case SUM -> value;
      case LAST, RANKED -> 0;
    };
  }

  /**
   * The points that tell readers of the end of the series. It ends now: a receiver of samples takes
   * none as old as the last event of a quiet series, nor two at the same time.
   */
  List<SeriesPoint> lastPoints(long nowMillis) {
    long endNanos = Math.max(newestNanos + 1_000_000, nowMillis * 1_000_000);
    return points().stream()
        .map(
            point -> SeriesPoint.newBuilder(point).setTimeUnixNano(endNanos).setStale(true).build())
        .toList();
  }

  /** The points to write: of the metric, and of the counter that goes with it. */
  List<SeriesPoint> points() {
    Metric metric = key.metric();
    List<SeriesPoint> points = new ArrayList<>(2);
    SeriesPoint.Builder point = point(metric.name(), metric.help(), metric.type()).setValue(value);
    switch (metric.aggregation()) {
      case EXPONENTIAL -> point.setHistogram(histogram.toRecord());
      case EXPLICIT -> point.setExplicitHistogram(buckets.toRecord());
      case SUM, LAST, RANKED -> {}
    }
    points.add(point.build());
    if (!metric.counter().isEmpty()) {
      points.add(
          point(metric.counter(), metric.counterHelp(), SeriesType.COUNTER)
              .setValue(histogram.count())
              .build());
    }
    return points;
  }

  private SeriesPoint.Builder point(String name, String help, SeriesType type) {
    return SeriesPoint.newBuilder()
        .setName(name)
        .setHelp(help)
        .setType(type)
        .setLabels(key.labels())
        .setStartTimeUnixNano(startMillis * 1_000_000)
        .setTimeUnixNano(newestNanos)
        .setExemplars(exemplars.toRecords());
  }
}
