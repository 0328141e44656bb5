package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricViewTest {

  @Test
  void readsSumsOfBothTypesOfNumber() {
    MetricView sum =
        view(
            Metric.newBuilder()
                .setName("n")
                .setDescription("d")
                .setUnit("By")
                .setSum(
                    Sum.newBuilder()
                        .setIsMonotonic(true)
                        .setAggregationTemporality(
                            AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA)
                        .addDataPoints(
                            NumberDataPoint.newBuilder()
                                .setAsInt(-3)
                                .setStartTimeUnixNano(1)
                                .setTimeUnixNano(2))
                        .addDataPoints(NumberDataPoint.newBuilder().setAsDouble(1.5).setFlags(1))
                        .addDataPoints(NumberDataPoint.newBuilder())));

    assertThat(sum)
        .returns("n", MetricView::name)
        .returns("d", MetricView::description)
        .returns("By", MetricView::unit)
        .returns(MetricView.Kind.SUM, MetricView::kind)
        .returns(MetricView.TEMPORALITY_DELTA, MetricView::temporality)
        .returns(true, MetricView::isMonotonic);
    List<MetricPointView> points = points(sum);
    assertThat(points).extracting(MetricPointView::value).containsExactly(-3d, 1.5, 0d);
    assertThat(points).extracting(MetricPointView::hasValue).containsExactly(true, true, false);
    assertThat(points.get(0))
        .returns(1L, MetricPointView::startTimeUnixNano)
        .returns(2L, MetricPointView::timeUnixNano)
        .returns(false, MetricPointView::hasNoRecordedValue);
    assertThat(points.get(1).hasNoRecordedValue()).isTrue();
  }

  @Test
  void readsHistogramsWithTheirExemplar() {
    MetricPointView point =
        point(
            Metric.newBuilder()
                .setHistogram(
                    Histogram.newBuilder()
                        .addDataPoints(
                            HistogramDataPoint.newBuilder()
                                .setCount(6)
                                .setSum(7.5)
                                .addAllExplicitBounds(List.of(0.5, 1.0))
                                .addAllBucketCounts(List.of(1L, 2L, 3L))
                                .addExemplars(
                                    Exemplar.newBuilder()
                                        .setAsDouble(0.7)
                                        .setTimeUnixNano(5)
                                        .setTraceId(ByteString.copyFrom(new byte[16]))
                                        .setSpanId(ByteString.copyFrom(new byte[8]))))));

    assertThat(point).returns(6L, MetricPointView::count).returns(7.5, MetricPointView::sum);
    assertThat(point.explicitBounds()).containsExactly(0.5, 1);
    assertThat(point.bucketCounts()).containsExactly(1, 2, 3);
    assertThat(point.exemplar())
        .returns(0.7, ExemplarView::value)
        .returns(5L, ExemplarView::timeUnixNano);
    assertThat(point.exemplar().traceId().length()).isEqualTo(16);
    assertThat(point.exemplar().spanId().length()).isEqualTo(8);
  }

  @Test
  void readsExponentialHistograms() {
    MetricPointView point =
        point(
            Metric.newBuilder()
                .setExponentialHistogram(
                    ExponentialHistogram.newBuilder()
                        .addDataPoints(
                            ExponentialHistogramDataPoint.newBuilder()
                                .setScale(-2)
                                .setZeroCount(4)
                                .setPositive(buckets(-7, 1L, 0L, 300L))
                                .setNegative(buckets(2, 5L)))));

    assertThat(point)
        .returns(-2, MetricPointView::scale)
        .returns(4L, MetricPointView::zeroCount)
        .returns(-7, MetricPointView::positiveOffset);
    assertThat(point.positiveCounts()).containsExactly(1, 0, 300);
    assertThat(point.negativeCounts()).containsExactly(5);
  }

  @Test
  void readsSummaries() {
    MetricPointView point =
        point(
            Metric.newBuilder()
                .setSummary(
                    Summary.newBuilder()
                        .addDataPoints(
                            SummaryDataPoint.newBuilder()
                                .setCount(2)
                                .setSum(3)
                                .addQuantileValues(quantile(0.5, 1))
                                .addQuantileValues(quantile(0.99, 2)))));

    assertThat(point.quantiles()).containsExactly(0.5, 1, 0.99, 2);
    assertThat(point).returns(2L, MetricPointView::count).returns(3d, MetricPointView::sum);
  }

  @Test
  void readsAttributesOfEveryKindOfPoint() {
    var attribute =
        io.opentelemetry.proto.common.v1.KeyValue.newBuilder()
            .setKey("k")
            .setValue(io.opentelemetry.proto.common.v1.AnyValue.newBuilder().setStringValue("v"));
    for (Metric.Builder metric :
        List.of(
            Metric.newBuilder()
                .setSum(
                    Sum.newBuilder()
                        .addDataPoints(NumberDataPoint.newBuilder().addAttributes(attribute))),
            Metric.newBuilder()
                .setHistogram(
                    Histogram.newBuilder()
                        .addDataPoints(HistogramDataPoint.newBuilder().addAttributes(attribute))),
            Metric.newBuilder()
                .setExponentialHistogram(
                    ExponentialHistogram.newBuilder()
                        .addDataPoints(
                            ExponentialHistogramDataPoint.newBuilder().addAttributes(attribute))),
            Metric.newBuilder()
                .setSummary(
                    Summary.newBuilder()
                        .addDataPoints(SummaryDataPoint.newBuilder().addAttributes(attribute))))) {
      assertThat(point(metric).attributes().text("k")).isEqualTo("v");
    }
  }

  private static ExponentialHistogramDataPoint.Buckets buckets(int offset, Long... counts) {
    return ExponentialHistogramDataPoint.Buckets.newBuilder()
        .setOffset(offset)
        .addAllBucketCounts(List.of(counts))
        .build();
  }

  private static SummaryDataPoint.ValueAtQuantile quantile(double quantile, double value) {
    return SummaryDataPoint.ValueAtQuantile.newBuilder()
        .setQuantile(quantile)
        .setValue(value)
        .build();
  }

  private static MetricPointView point(Metric.Builder metric) {
    return points(view(metric)).get(0);
  }

  private static List<MetricPointView> points(MetricView metric) {
    List<MetricPointView> points = new ArrayList<>();
    metric.forEachPoint(points::add);
    return points;
  }

  private static MetricView view(Metric.Builder metric) {
    return new MetricView(Slice.of(metric.build().toByteArray()));
  }
}
