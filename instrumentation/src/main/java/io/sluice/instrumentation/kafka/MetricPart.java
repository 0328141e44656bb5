package io.sluice.instrumentation.kafka;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Some points of a metric: one of many series does not fit into one record. */
record MetricPart(MetricData metric, Data<?> data) implements MetricData {

  /** The metric with the one half of its points, and with the other; empty when it has but one. */
  static List<MetricData> halves(MetricData metric) {
    int points = metric.getData().getPoints().size();
    return points < 2
        ? List.of()
        : List.of(
            new MetricPart(metric, part(metric, 0, points / 2)),
            new MetricPart(metric, part(metric, points / 2, points)));
  }

  private static Data<?> part(MetricData metric, int from, int to) {
    return switch (metric.getType()) {
      case LONG_GAUGE -> GaugeData.createLongGaugeData(points(metric.getLongGaugeData(), from, to));
      case DOUBLE_GAUGE ->
          GaugeData.createDoubleGaugeData(points(metric.getDoubleGaugeData(), from, to));
      case LONG_SUM -> {
        var sum = metric.getLongSumData();
        yield SumData.createLongSumData(
            sum.isMonotonic(), sum.getAggregationTemporality(), points(sum, from, to));
      }
      case DOUBLE_SUM -> {
        var sum = metric.getDoubleSumData();
        yield SumData.createDoubleSumData(
            sum.isMonotonic(), sum.getAggregationTemporality(), points(sum, from, to));
      }
      case SUMMARY -> SummaryData.create(points(metric.getSummaryData(), from, to));
      case HISTOGRAM -> {
        var histogram = metric.getHistogramData();
        yield HistogramData.create(
            histogram.getAggregationTemporality(), points(histogram, from, to));
      }
      case EXPONENTIAL_HISTOGRAM -> {
        var histogram = metric.getExponentialHistogramData();
        yield ExponentialHistogramData.create(
            histogram.getAggregationTemporality(), points(histogram, from, to));
      }
    };
  }

  private static <P extends PointData> Collection<P> points(Data<P> data, int from, int to) {
    return new ArrayList<>(data.getPoints()).subList(from, to);
  }

  @Override
  public Resource getResource() {
    return metric.getResource();
  }

  @Override
  public InstrumentationScopeInfo getInstrumentationScopeInfo() {
    return metric.getInstrumentationScopeInfo();
  }

  @Override
  public String getName() {
    return metric.getName();
  }

  @Override
  public String getDescription() {
    return metric.getDescription();
  }

  @Override
  public String getUnit() {
    return metric.getUnit();
  }

  @Override
  public MetricDataType getType() {
    return metric.getType();
  }

  @Override
  public Data<?> getData() {
    return data;
  }
}
