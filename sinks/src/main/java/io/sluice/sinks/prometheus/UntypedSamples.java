package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DistributionDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Metrics of one name as metrics without a type, one for each name that their samples have. For one
 * thread.
 */
final class UntypedSamples {

  private final String name;
  private final BoundTexts bounds = new BoundTexts();
  private final Map<String, Map<Labels, UnknownDataPointSnapshot>> byName = new TreeMap<>();

  private UntypedSamples(String name) {
    this.name = name;
  }

  /** Where two have the same labels the first is taken. Exemplars and native buckets are not. */
  static List<MetricSnapshot> of(List<MetricSnapshot> metrics) {
    MetricMetadata first = metrics.get(0).getMetadata();
    UntypedSamples samples = new UntypedSamples(first.getPrometheusName());
    metrics.forEach(metric -> metric.getDataPoints().forEach(samples::add));
    String help = first.getHelp();
    List<MetricSnapshot> untyped = new ArrayList<>();
    samples.byName.forEach(
        (name, points) ->
            untyped.add(new UnknownSnapshot(new MetricMetadata(name, help), points.values())));
    return untyped;
  }

  private void add(DataPointSnapshot point) {
    Labels labels = point.getLabels();
    if (point instanceof CounterDataPointSnapshot counter) {
      add("_total", labels, counter.getValue());
    } else if (point instanceof GaugeDataPointSnapshot gauge) {
      add("", labels, gauge.getValue());
    } else if (point instanceof UnknownDataPointSnapshot unknown) {
      add("", labels, unknown.getValue());
    } else if (point instanceof InfoDataPointSnapshot) {
      add("_info", labels, 1);
    } else if (point instanceof HistogramDataPointSnapshot histogram) {
      buckets(labels, histogram.getClassicBuckets());
      countAndSum(labels, histogram);
    } else if (point instanceof SummaryDataPointSnapshot summary) {
      for (Quantile quantile : summary.getQuantiles()) {
        String text = bounds.of(quantile.getQuantile());
        add("", labels.add("quantile", text), quantile.getValue());
      }
      countAndSum(labels, summary);
    } else {
      throw new IllegalStateException(name + ": no metric of Sluice is a " + point.getClass());
    }
  }

  private void buckets(Labels labels, ClassicHistogramBuckets buckets) {
    long count = 0;
    for (int i = 0; i < buckets.size(); i++) {
      count += buckets.getCount(i);
      add("_bucket", labels.add("le", bounds.of(buckets.getUpperBound(i))), (double) count);
    }
  }

  private void countAndSum(Labels labels, DistributionDataPointSnapshot distribution) {
    if (distribution.hasCount()) {
      add("_count", labels, (double) distribution.getCount());
    }
    if (distribution.hasSum()) {
      add("_sum", labels, distribution.getSum());
    }
  }

  private void add(String suffix, Labels labels, double value) {
    byName
        .computeIfAbsent(name + suffix, added -> new LinkedHashMap<>())
        .putIfAbsent(labels, new UnknownDataPointSnapshot(value, labels, null));
  }
}
