package io.sluice.processors.spanmetrics;

import static io.sluice.processors.spanmetrics.Aggregation.EXPLICIT;
import static io.sluice.processors.spanmetrics.Aggregation.LAST;
import static io.sluice.processors.spanmetrics.Aggregation.SUM;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusNamesTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http.server.request.duration, s, EXPLICIT, http_server_request_duration_seconds",
        "jvm.memory.used, By, LAST, jvm_memory_used_bytes",
        "system.cpu.utilization, 1, LAST, system_cpu_utilization_ratio",
        "requests, 1, SUM, requests_total",
        "requests_total, 1, SUM, requests_total",
        "total.requests, {request}, SUM, requests_total",
        "disk.io, By/s, LAST, disk_io_bytes_per_second",
        "latency_ms, ms, EXPLICIT, latency_ms_milliseconds",
        "wait_seconds, s, SUM, wait_seconds_total",
        "2xx.responses, '', SUM, _2xx_responses_total",
        "a..b--c, '', LAST, a_b_c",
        "heizung, °C, LAST, heizung_C",
        "größe, '', LAST, gr_e",
      })
  void namesMetricsAsTheSpecificationSays(
      String name, String unit, Aggregation aggregation, String expected) {
    assertThat(PrometheusNames.metric(name, unit, aggregation)).isEqualTo(expected);
  }

  @Test
  void makesNoNameOfWhatHasNone() {
    assertThat(PrometheusNames.metric("", "s", LAST)).isEmpty();
    assertThat(PrometheusNames.metric("...", "s", EXPLICIT)).isEmpty();
    assertThat(PrometheusNames.metric("é", "1", SUM)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http.route, http_route",
    "7up, key_7up",
    "__name__, exported_name__",
    "le, exported_le",
    "job, exported_job",
    "service, exported_service",
    "instance, exported_instance",
    "quantile, exported_quantile",
    "'a\"b\n', a_b_",
    "'', _"
  })
  void namesLabelsAndKeepsReservedOnesApart(String key, String expected) {
    assertThat(PrometheusNames.label(key)).isEqualTo(expected);
  }
}
