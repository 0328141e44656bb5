package io.sluice.processors.spanmetrics;

import io.sluice.schemas.SeriesType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which series a service may have. The first come keep theirs. A value of a label that is
 * over the label's limit becomes {@code __overflow__}; a series that is over its metric's or its
 * service's limit counts in one whose open labels all say so. So totals stay right. Names of
 * metrics and labels that are over the service's limit are refused: nothing has the name that they
 * count under.
 *
 * <p>What is decided depends on the series there are and on the order of the input only, so every
 * restart decides alike.
 */
final class SeriesLimits {

  /** How many there may be: services of one owner, and the rest each for one service. */
  record Most(
      int services,
      int seriesPerService,
      int seriesPerMetric,
      int valuesPerLabel,
      int valuesPerSegment) {}

  private static final class OfService {
    private int series;

    /** Names of metrics and of their labels, of those that services choose themselves. */
    private final Set<List<String>> shapes = new HashSet<>();

    private final Map<String, OfMetric> metrics = new HashMap<>();
  }

  private static final class OfMetric {
    private @Nullable Aggregation aggregation;
    private int series;
    private final Map<String, Set<String>> values = new HashMap<>();
    private final Map<String, VariableSegments> segments = new HashMap<>();
  }

  private final Most most;
  private final String overflowService;
  private final Map<String, OfService> services = new HashMap<>();

  /**
   * @param partition that the owner has: the service that takes what no other may is one of the
   *     partition, because two owners of the same series would overwrite each other
   */
  SeriesLimits(Most most, int partition) {
    this.most = most;
    this.overflowService = SeriesKey.OVERFLOW + partition;
  }

  /** Forgets all series, to be told of them again. */
  void clear() {
    services.clear();
  }

  /** Tells of a series that is there. */
  void count(SeriesKey key) {
    OfMetric metric = metric(key);
    metric.aggregation = key.metric().aggregation();
    if (!Metrics.isFixed(key.metric())) {
      service(key).shapes.add(shape(key.metric()));
    }
    for (int i = 0; i < key.values().size(); i++) {
      Label label = key.metric().labels().get(i);
      String value = key.values().get(i);
      if (label.limited() && !value.equals(SeriesKey.OVERFLOW)) {
        metric.values.computeIfAbsent(label.name(), none -> new HashSet<>()).add(value);
        if (label.values() == Label.Values.SEGMENTED) {
          segments(metric, label).add(value);
        }
      }
    }
    if (!key.isOverflow()) {
      service(key).series++;
      metric.series++;
    }
  }

  /** The service, or the one that stands for all that are too many. */
  String service(String service) {
    return services.containsKey(service) || services.size() < most.services()
        ? service
        : overflowService;
  }

  /**
   * Whether a service may have series of a metric with such names of labels: one that overflows has
   * these names too, so there are no more of them than series. What Sluice derives it may always
   * have.
   */
  boolean admits(String service, Metric metric) {
    OfService of = services.get(service);
    return of == null
        || Metrics.isFixed(metric)
        || of.shapes.size() < most.seriesPerService()
        || of.shapes.contains(shape(metric));
  }

  private static List<String> shape(Metric metric) {
    List<String> names = new ArrayList<>(List.of(metric.name()));
    metric.labels().forEach(label -> names.add(label.name()));
    return names;
  }

  /**
   * The metric under a name that none of another kind comes out as: a series of each would else be
   * the same to every reader. The first keeps the name; those that Sluice derives always do.
   */
  Metric distinct(String service, Metric metric) {
    OfService of = services.get(service);
    return of == null || Metrics.find(metric.name()) != null || isFree(of, metric)
        ? metric
        : metric.named(metric.name() + metric.aggregation().suffix());
  }

  private static boolean isFree(OfService of, Metric metric) {
    Aggregation known = aggregation(of, metric.name());
    if (known != null) {
      return known == metric.aggregation();
    }
    return metric.names().stream().allMatch(name -> aggregation(of, name) == null)
        && Metric.HISTOGRAM_SUFFIXES.stream()
            .filter(metric.name()::endsWith)
            .map(suffix -> metric.name().substring(0, metric.name().length() - suffix.length()))
            .map(base -> aggregation(of, base))
            .noneMatch(kind -> kind != null && kind.type() == SeriesType.HISTOGRAM);
  }

  private static @Nullable Aggregation aggregation(OfService of, String name) {
    OfMetric known = of.metrics.get(name);
    return known == null ? null : known.aggregation;
  }

  /** The key with the segments replaced that are known to vary. */
  SeriesKey learned(SeriesKey key) {
    OfMetric metric = metric(key);
    List<String> values = new ArrayList<>(key.values());
    for (int i = 0; i < values.size(); i++) {
      Label label = key.metric().labels().get(i);
      if (label.values() == Label.Values.SEGMENTED) {
        values.set(i, segments(metric, label).apply(values.get(i)));
      }
    }
    return key.with(values);
  }

  /** The key with the values replaced that are over the limit of their label. */
  SeriesKey withinLabels(SeriesKey key) {
    OfMetric metric = metric(key);
    List<String> values = new ArrayList<>(key.values());
    for (int i = 0; i < values.size(); i++) {
      Label label = key.metric().labels().get(i);
      Set<String> known = metric.values.getOrDefault(label.name(), Set.of());
      boolean over = known.size() >= most.valuesPerLabel() && !known.contains(values.get(i));
      boolean follows = label.values() == Label.Values.FOLLOWING && i > 0;
      if ((label.limited() && over) || (follows && values.get(i - 1).equals(SeriesKey.OVERFLOW))) {
        values.set(i, SeriesKey.OVERFLOW);
      }
    }
    return key.with(values);
  }

  /** Whether one more series may begin. */
  boolean hasRoom(SeriesKey key) {
    return key.isOverflow()
        || (service(key).series < most.seriesPerService()
            && metric(key).series < most.seriesPerMetric());
  }

  private OfService service(SeriesKey key) {
    return services.computeIfAbsent(key.service(), none -> new OfService());
  }

  private OfMetric metric(SeriesKey key) {
    return service(key).metrics.computeIfAbsent(key.metric().name(), none -> new OfMetric());
  }

  private VariableSegments segments(OfMetric metric, Label label) {
    return metric.segments.computeIfAbsent(
        label.name(), none -> new VariableSegments(most.valuesPerSegment()));
  }
}
