package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
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

  @Test
  void showsEachTypeOfTheSameNameUnderAnother() {
    put("x_total", SeriesType.COUNTER);
    put("x", SeriesType.GAUGE);
    put("x", SeriesType.HISTOGRAM);

    put("x_gauge_total", SeriesType.COUNTER);

    assertThat(names(MetricSnapshots.of()))
        .containsExactlyInAnyOrder("x", "x_gauge", "x_gauge_gauge", "x_histogram");
  }

  @Test
  void takesNoNameForATypeThatAnotherMetricHas() throws IOException {
    put("x_total", SeriesType.COUNTER);
    put("x", SeriesType.GAUGE);
    put("x_gauge", SeriesType.GAUGE);

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, table.collect(MetricSnapshots.of()));
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .contains("x_total 1.0", "x_gauge 1.0", "x_gauge_gauge 1.0");
  }

  @Test
  void leavesTheProcesssOwnMetricsTheirNames() {
    put("pause_seconds", SeriesType.HISTOGRAM);
    put("memory", SeriesType.GAUGE);
    MetricSnapshots own =
        MetricSnapshots.of(
            SummarySnapshot.builder().name("pause_seconds").build(),
            GaugeSnapshot.builder().name("memory").build());

    assertThat(names(own)).containsExactly("memory", "pause_seconds_histogram");
    MetricSnapshots.Builder together = MetricSnapshots.builder();
    own.forEach(together::metricSnapshot);
    table.collect(own).forEach(together::metricSnapshot);
    assertThat(together.build().size()).isEqualTo(4);
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

    MetricSnapshots.Builder together = MetricSnapshots.builder();
    own.forEach(together::metricSnapshot);
    table.collect(own).forEach(together::metricSnapshot);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, together.build());
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsOnlyOnce("memory_bytes 7.0", "memory_bytes{service=\"cart\"} 1.0")
        .doesNotContain("memory_bytes 1.0");
  }

  private List<String> names(MetricSnapshots others) {
    return table.collect(others).stream()
        .map(metric -> metric.getMetadata().getPrometheusName())
        .toList();
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
