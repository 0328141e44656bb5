package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SeriesTableTest {

  private static final TopicPartition PARTITION = new TopicPartition("sluice.series", 0);

  private final SeriesTable table =
      new SeriesTable(new SeriesSnapshots(List.of(0.1), List.of(1.0)));

  /** Which of them one instance has, changes: names are not to. */
  @Test
  void showsMetricsOfOneNameAndSeveralTypesUnderTheNamesOfTheirSamples() throws IOException {
    put("x_total", SeriesType.COUNTER, Map.of("service", "a"));
    put("x", SeriesType.GAUGE, Map.of("service", "b"));
    put("x", SeriesType.COUNTER, Map.of("service", "c"));
    put("x", SeriesType.HISTOGRAM, Map.of("service", "d"));
    put("y_total", SeriesType.COUNTER, Map.of("service", "a"));

    for (ExpositionFormatWriter format :
        List.of(PrometheusTextFormatWriter.create(), OpenMetricsTextFormatWriter.create())) {
      List<String> lines = lines(format, MetricSnapshots.of());
      assertThat(lines)
          .containsOnlyOnce(
              "x_total{service=\"a\"} 1.0",
              "x{service=\"b\"} 1.0",
              "x{service=\"c\"} 1.0",
              "x_bucket{le=\"+Inf\",service=\"d\"} 1.0",
              "x_count{service=\"d\"} 1.0",
              "x_sum{service=\"d\"} 1.0");
      assertThat(lines.stream().filter(line -> line.startsWith("# TYPE")))
          .doesNotHaveDuplicates()
          .anyMatch(line -> line.startsWith("# TYPE y") && line.endsWith(" counter"));
    }
  }

  @Test
  void showsMetricsThatAreCalledAsTheSamplesOfOthers() throws IOException {
    put("x_total", SeriesType.COUNTER, Map.of("service", "a"));
    put("x_total", SeriesType.GAUGE, Map.of("service", "b"));
    put("y", SeriesType.GAUGE, Map.of("service", "b"));
    put("y", SeriesType.HISTOGRAM, Map.of("service", "c"));
    put("y_count", SeriesType.GAUGE, Map.of("service", "d"));

    List<String> lines = lines(PrometheusTextFormatWriter.create(), MetricSnapshots.of());
    assertThat(lines)
        .containsOnlyOnce(
            "# TYPE x_total untyped",
            "x_total{service=\"a\"} 1.0",
            "x_total{service=\"b\"} 1.0",
            "# TYPE y_count untyped",
            "y_count{service=\"c\"} 1.0",
            "y_count{service=\"d\"} 1.0");
  }

  @Test
  void showsSeriesUnderTheNameOfAMetricThatTheProcessHasOfAnotherType() throws IOException {
    put("pause_seconds", SeriesType.HISTOGRAM, Map.of("service", "cart"));
    MetricSnapshots own =
        MetricSnapshots.of(
            SummarySnapshot.builder()
                .name("pause_seconds")
                .dataPoint(
                    SummarySnapshot.SummaryDataPointSnapshot.builder()
                        .quantiles(Quantiles.of(new Quantile(0.5, 2)))
                        .count(3)
                        .sum(4)
                        .build())
                .build());

    assertThat(lines(OpenMetricsTextFormatWriter.create(), own))
        .contains(
            "pause_seconds{quantile=\"0.5\"} 2.0",
            "pause_seconds_count 3.0",
            "pause_seconds_sum 4.0",
            "pause_seconds_count{service=\"cart\"} 1.0",
            "pause_seconds_bucket{le=\"+Inf\",service=\"cart\"} 1.0");
  }

  /** Services on a JVM send what the process has too, and the client's own metrics have no unit. */
  @Test
  void showsMorePointsOfTheProcesssOwnMetrics() throws IOException {
    put("memory_bytes", SeriesType.GAUGE);
    put("memory_bytes", SeriesType.GAUGE, Map.of("service", "cart"));
    MetricSnapshots own =
        MetricSnapshots.of(
            GaugeSnapshot.builder()
                .name("memory_bytes")
                .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().value(7).build())
                .build());

    assertThat(lines(PrometheusTextFormatWriter.create(), own))
        .containsOnlyOnce("memory_bytes 7.0", "memory_bytes{service=\"cart\"} 1.0")
        .doesNotContain("memory_bytes 1.0");
  }

  private List<String> lines(ExpositionFormatWriter format, MetricSnapshots own)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.write(out, table.collect(own));
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private void put(String name, SeriesType type) {
    put(name, type, Map.of());
  }

  private void put(String name, SeriesType type, Map<String, String> labels) {
    SeriesPoint.Builder point =
        SeriesPoint.newBuilder()
            .setName(name)
            .setHelp("")
            .setType(type)
            .setLabels(labels)
            .setStartTimeUnixNano(1)
            .setTimeUnixNano(2)
            .setValue(1);
    if (type == SeriesType.HISTOGRAM) {
      point.setExplicitHistogram(
          ExplicitHistogram.newBuilder()
              .setBounds(List.of())
              .setCounts(List.of(1L))
              .setSum(1)
              .build());
    }
    table.put(PARTITION, name + type + labels, point.build());
    table.show(PARTITION);
  }
}
