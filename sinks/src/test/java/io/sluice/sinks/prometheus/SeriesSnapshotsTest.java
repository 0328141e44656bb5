package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeriesSnapshotsTest {

  private final SeriesSnapshots snapshots = new SeriesSnapshots(List.of(0.1), List.of(1.0));

  @Test
  void showsTheBucketsThatAProducerChose() throws IOException {
    SeriesPoint point =
        point("h_seconds", SeriesType.HISTOGRAM)
            .setExplicitHistogram(
                ExplicitHistogram.newBuilder()
                    .setBounds(List.of(0.5, 2.5))
                    .setCounts(List.of(1L, 2L, 3L))
                    .setSum(20.5)
                    .build())
            .build();

    assertThat(text(point))
        .contains(
            "h_seconds_bucket{k=\"v\",le=\"0.5\"} 1",
            "h_seconds_bucket{k=\"v\",le=\"2.5\"} 3",
            "h_seconds_bucket{k=\"v\",le=\"+Inf\"} 6",
            "h_seconds_count{k=\"v\"} 6",
            "h_seconds_sum{k=\"v\"} 20.5");
  }

  @Test
  void leavesGaugesTheirNames() throws IOException {
    assertThat(text(point("target_info", SeriesType.GAUGE).setValue(1).build()))
        .contains("target_info{k=\"v\"} 1.0");
    assertThat(text(point("2.files_created", SeriesType.GAUGE).setValue(1).build()))
        .contains("__files_created{k=\"v\"} 1.0");
  }

  @Test
  void makesNamesOfLabelsValid() throws IOException {
    SeriesPoint.Builder point = point("c_total", SeriesType.COUNTER).setValue(4);
    point.setLabels(Map.of("http.route", "/", "2xx", "a", "é:", "b", "__name__", "c"));
    assertThat(text(point.build()))
        .contains("c_total{_=\"b\",_name__=\"c\",_xx=\"a\",http_route=\"/\"} 4.0");
    point.setLabels(Map.of("a.b", "1", "a_b", "2", "a-b", "3"));
    assertThat(text(point.build())).as("none is lost").contains("c_total{a_b=\"3;1;2\"} 4.0");
  }

  @Test
  void showsPartsOfASummaryWithTheirNames() throws IOException {
    assertThat(text(point("rpc_seconds_count", SeriesType.COUNTER).setValue(4).build()))
        .contains("rpc_seconds_count{k=\"v\"} 4.0");
    assertThat(text(point("c_total", SeriesType.COUNTER).setValue(4).build()))
        .contains("c_total{k=\"v\"} 4.0");
  }

  @Test
  void namesTheUnitThatANameEndsWith() throws IOException {
    assertThat(openMetrics(point("wait_seconds", SeriesType.GAUGE).build()))
        .contains(
            "# TYPE wait_seconds gauge", "# UNIT wait_seconds seconds", "# HELP wait_seconds h");
    assertThat(openMetrics(point("sent_bytes_total", SeriesType.COUNTER).build()))
        .contains("# UNIT sent_bytes bytes");
    assertThat(openMetrics(point("calls_total", SeriesType.COUNTER).build()))
        .noneMatch(line -> line.startsWith("# UNIT"));
  }

  /** Prometheus knows no buckets as wide. */
  @Test
  void showsClassicBucketsOnlyOfAScaleThatPrometheusDoesNotKnow() {
    for (int scale = -5; scale <= -4; scale++) {
      SeriesPoint point =
          point("h_seconds", SeriesType.HISTOGRAM)
              .setHistogram(new ExponentialHistogram(scale, 3L, 9.0, 0L, -1, List.of(1L, 2L)))
              .build();
      ShownSeries series = snapshots.series(point);
      var data = (HistogramDataPointSnapshot) snapshots.data(series, point);
      assertThat(data.hasNativeHistogramData()).isEqualTo(scale == -4);
      assertThat(data.hasClassicHistogramData()).isTrue();
      assertThat(data.getCount()).isEqualTo(3);
    }
  }

  private List<String> openMetrics(SeriesPoint point) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OpenMetricsTextFormatWriter.create().write(out, MetricSnapshots.of(metric(point)));
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private MetricSnapshot metric(SeriesPoint point) {
    ShownSeries series = snapshots.series(point);
    return snapshots.metric(series.name(), series, List.of(snapshots.data(series, point)));
  }

  private static SeriesPoint.Builder point(String name, SeriesType type) {
    return SeriesPoint.newBuilder()
        .setName(name)
        .setHelp("h")
        .setType(type)
        .setLabels(Map.of("k", "v"))
        .setStartTimeUnixNano(1)
        .setTimeUnixNano(2)
        .setValue(0);
  }

  private List<String> text(SeriesPoint point) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, MetricSnapshots.of(metric(point)));
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
