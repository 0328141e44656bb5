package io.sluice.schemas.cardinality;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.cardinality.CardinalityReport.Advice;
import io.sluice.schemas.cardinality.CardinalityReport.Row;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CardinalityReportTest {

  private final CardinalityReport report = new CardinalityReport();

  @Test
  void showsMetricsAndLabelsWithMostFirstAgainstTheirLimits() {
    metric("cart", "calls", 30, 2000);
    metric("shop", "calls", 9000, 2000);
    label("shop", "calls", "span_name", 7000, 1000, 12);
    label("cart", "calls", "span_name", 10, 1000, 3);
    label("shop", "calls", "tenant", 40, 1000, 7100);

    assertThat(report.metrics(null))
        .containsExactly(
            new Row("shop", "calls", "", 9000, 2000, 9000),
            new Row("cart", "calls", "", 30, 2000, 30));
    assertThat(report.labels("shop"))
        .containsExactly(
            new Row("shop", "calls", "span_name", 7000, 1000, 12),
            new Row("shop", "calls", "tenant", 40, 1000, 7100));
    assertThat(report.metrics(null)).extracting(Row::isOver).containsExactly(true, false);
  }

  @Test
  void advisesTheLabelThatMostSeriesHangOn() {
    metric("shop", "calls", 9000, 2000);
    label("shop", "calls", "span_name", 7000, 1000, 12);
    label("shop", "calls", "tenant", 40, 1000, 7100);
    metric("cart", "rows", 900, 2000);
    label("cart", "rows", "table", 1500, 1000, 5);
    metric("quiet", "calls", 10, 2000);
    label("quiet", "calls", "span_name", 10, 1000, 1);

    assertThat(report.drop(null))
        .containsExactly(
            new Advice("shop", "calls", "span_name", 9000, 12),
            new Advice("cart", "rows", "table", 900, 5));
    assertThat(report.drop("quiet")).isEmpty();
    assertThat(report.json(null, 1).get("drop"))
        .isEqualTo(
            List.of(
                Map.of(
                    "service", "shop",
                    "metric", "calls",
                    "label", "span_name",
                    "series", 9000L,
                    "seriesWithout", 12L)));
  }

  @Test
  void takesTheLastPointAndForgetsWhatEnded() {
    metric("shop", "calls", 10, 2000);
    metric("shop", "calls", 20, 2000);
    assertThat(report.metrics(null)).extracting(Row::demand).containsExactly(20L);

    report.add(
        SeriesPoint.newBuilder(point(CardinalityReport.DEMAND, "shop", "calls", "", 20))
            .setStale(true)
            .build());
    assertThat(report.metrics(null)).isEmpty();
  }

  @Test
  void passesOverOtherSeries() {
    report.add(point("traces_spanmetrics_calls_total", "shop", "x", "", 20));
    assertThat(report.metrics(null)).isEmpty();
  }

  private void metric(String service, String metric, double demand, double limit) {
    report.add(point(CardinalityReport.DEMAND, service, metric, "", demand));
    report.add(point(CardinalityReport.LIMIT, service, metric, "", limit));
  }

  private void label(
      String service, String metric, String label, double demand, double limit, double without) {
    report.add(point(CardinalityReport.DEMAND, service, metric, label, demand));
    report.add(point(CardinalityReport.LIMIT, service, metric, label, limit));
    report.add(point(CardinalityReport.WITHOUT, service, metric, label, without));
  }

  private static SeriesPoint point(
      String name, String service, String metric, String label, double value) {
    return SeriesPoint.newBuilder()
        .setName(name)
        .setHelp("")
        .setType(SeriesType.GAUGE)
        .setLabels(Map.of("service", service, "metric", metric, "label", label))
        .setStartTimeUnixNano(1)
        .setTimeUnixNano(2)
        .setValue(value)
        .build();
  }
}
