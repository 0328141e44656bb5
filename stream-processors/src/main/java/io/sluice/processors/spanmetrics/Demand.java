package io.sluice.processors.spanmetrics;

import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many series and values of labels a service asks for with one metric, whether it gets them or
 * not: what the limits are held against, and what would be there without one of the labels.
 */
final class Demand {

  private static final int LAYOUT = 1;

  /** Of so many labels it is known: the first that come. */
  private static final int MAX_LABELS = 32;

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private final String service;
  private final String metric;
  private final Distinct series;
  private final Map<String, OfLabel> labels = new TreeMap<>();
  private boolean changed;

  private record OfLabel(Distinct values, Distinct seriesWithout) {}

  Demand(String service, String metric) {
    this(service, metric, new Distinct());
  }

  private Demand(String service, String metric, Distinct series) {
    this.service = service;
    this.metric = metric;
    this.series = series;
  }

  /** Adds a series that came, as it came. */
  void add(SeriesKey key) {
    int size = key.values().size();
    long[] hashes = new long[size];
    long all = 0;
    for (int i = 0; i < size; i++) {
      hashes[i] = hash(key.values().get(i), i);
      all += hashes[i];
    }
    series.add(all);
    for (int i = 0; i < size; i++) {
      Label label = key.metric().labels().get(i);
      boolean known = labels.size() < MAX_LABELS || labels.containsKey(label.name());
      if (label.limited() && known) {
        OfLabel of =
            labels.computeIfAbsent(
                label.name(), none -> new OfLabel(new Distinct(), new Distinct()));
        of.values.add(hashes[i]);
        of.seriesWithout.add(all - hashes[i]);
      }
    }
    changed = true;
  }

  /** Begins a window. */
  void rotate() {
    series.rotate();
    for (OfLabel label : labels.values()) {
      label.values.rotate();
      label.seriesWithout.rotate();
    }
    changed = true;
  }

  /** Whether nothing came for two windows. */
  boolean isOver() {
    return series.isEmpty();
  }

  /** Whether something changed since this was asked last. */
  boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }

  /** The key in the store. */
  byte[] key() {
    return new Packer().text(service).text(metric).toBytes();
  }

  byte[] pack() {
    Packer out = new Packer().number(LAYOUT);
    series.pack(out);
    out.number(labels.size());
    labels.forEach(
        (name, label) -> {
          out.text(name);
          label.values.pack(out);
          label.seriesWithout.pack(out);
        });
    return out.toBytes();
  }

  /** Reads what was packed; null when another build packed it otherwise. */
  static @Nullable Demand unpack(byte[] key, byte[] packed) {
    Unpacker names = new Unpacker(key);
    Unpacker in = new Unpacker(packed);
    if (in.number() != LAYOUT) {
      return null;
    }
    Demand demand = new Demand(names.text(), names.text(), Distinct.unpack(in));
    for (int left = in.length(); left > 0; left--) {
      String label = in.text();
      demand.labels.put(label, new OfLabel(Distinct.unpack(in), Distinct.unpack(in)));
    }
    return demand;
  }

  /** What readers see of it: of all series, and for each open label. */
  List<SeriesPoint> points(SeriesLimits.Most most, long nowMillis) {
    List<SeriesPoint> points = new ArrayList<>();
    int limit = Math.min(most.seriesPerMetric(), most.seriesPerService());
    points.add(point(Metrics.CARDINALITY_DEMAND, "", series.estimate(), nowMillis));
    points.add(point(Metrics.CARDINALITY_LIMIT, "", limit, nowMillis));
    labels.forEach(
        (name, label) -> {
          points.add(point(Metrics.CARDINALITY_DEMAND, name, label.values.estimate(), nowMillis));
          points.add(point(Metrics.CARDINALITY_LIMIT, name, most.valuesPerLabel(), nowMillis));
          points.add(
              point(Metrics.CARDINALITY_WITHOUT, name, label.seriesWithout.estimate(), nowMillis));
        });
    return points;
  }

  private SeriesPoint point(Metric of, String label, long value, long nowMillis) {
    return SeriesPoint.newBuilder()
        .setName(of.name())
        .setHelp(of.help())
        .setType(SeriesType.GAUGE)
        .setLabels(Map.of(Metric.SERVICE, service, "metric", metric, "label", label))
        .setStartTimeUnixNano(nowMillis * 1_000_000)
        .setTimeUnixNano(nowMillis * 1_000_000)
        .setValue((double) value)
        .build();
  }

  private static long hash(String value, int position) {
    long hash = position + 1L;
    for (int i = 0; i < value.length(); i++) {
      hash = (hash ^ value.charAt(i)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    return hash * MULTIPLIER ^ hash >>> 29;
  }
}
