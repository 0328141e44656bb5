package io.sluice.processors.spanmetrics;

import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The cumulative state of one series at its owner. */
final class Series {

  private final SeriesKey key;
  private final MergeableHistogram histogram = new MergeableHistogram();
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

  static Series unpack(byte[] key, byte[] packed) {
    Unpacker in = new Unpacker(packed);
    Series series = new Series(SeriesKey.unpack(key, in), in.number());
    series.changedMillis = in.number();
    series.newestNanos = in.signed();
    if (series.key.metric().type() == SeriesType.HISTOGRAM) {
      series.histogram.merge(in);
    } else {
      series.value = in.real();
    }
    series.exemplars.merge(in);
    return series;
  }

  byte[] pack(Packer out) {
    key.packRest(out.reset());
    out.number(startMillis).number(changedMillis).signed(newestNanos);
    if (key.metric().type() == SeriesType.HISTOGRAM) {
      histogram.pack(out);
    } else {
      out.real(value);
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
    switch (key.metric().type()) {
      case HISTOGRAM -> histogram.merge(in);
      case COUNTER -> value += in.real();
      case GAUGE -> {
        double latest = in.real();
        value = time >= newestNanos ? latest : value;
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
    return switch (key.metric().type()) {
      case HISTOGRAM -> histogram.count();
      case COUNTER -> value;
      case GAUGE -> 0;
    };
  }

  /** The points that tell readers of the end of the series. */
  List<SeriesPoint> lastPoints() {
    return points().stream()
        .map(point -> SeriesPoint.newBuilder(point).setStale(true).build())
        .toList();
  }

  /** The points to write: of the metric, and of the counter that goes with it. */
  List<SeriesPoint> points() {
    Metric metric = key.metric();
    List<SeriesPoint> points = new ArrayList<>(2);
    boolean counts = metric.type() == SeriesType.HISTOGRAM;
    SeriesPoint.Builder point =
        point(metric.name(), metric.help(), metric.type()).setValue(counts ? 0 : value);
    points.add(counts ? point.setHistogram(histogram.toRecord()).build() : point.build());
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

  /** Name and sorted labels: the key of a point wherever it goes. */
  static String identity(SeriesPoint point) {
    StringBuilder identity = new StringBuilder(point.getName()).append('{');
    String separator = "";
    for (Map.Entry<String, String> label : new TreeMap<>(point.getLabels()).entrySet()) {
      String value = label.getValue().replace("\\", "\\\\").replace("\"", "\\\"");
      identity.append(separator).append(label.getKey()).append("=\"").append(value).append('"');
      separator = ",";
    }
    return identity.append('}').toString();
  }
}
