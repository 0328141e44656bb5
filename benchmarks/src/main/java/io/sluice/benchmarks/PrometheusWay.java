package io.sluice.benchmarks;

import io.sluice.alerts.PrometheusRules;
import io.sluice.schemas.definitions.Slo;
import io.sluice.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A real Prometheus that scrapes Sluice's sink and evaluates its rules, both every 15 s: those that
 * {@code sluice slo rules} writes, and the same condition over the metrics from spans, as people
 * write it who count no events of SLOs.
 */
final class PrometheusWay implements AutoCloseable {

  /** The name of the alerts over the metrics from spans. */
  static final String OVER_SPANS = "OverSpans";

  private final Process process;

  private PrometheusWay(Process process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param threshold the share of bad events of a minute above which the alert is due
   * @param sinkPort where the sink is scraped
   */
  static PrometheusWay start(
      Path directory, List<Slo> slos, double threshold, int sinkPort, AlertReceiver receiver)
      throws IOException {
    Path rules = Files.writeString(directory.resolve("rules.yml"), PrometheusRules.of(slos));
    Path spans = Files.writeString(directory.resolve("spans.yml"), overSpans(slos, threshold));
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global: {scrape_interval: 15s, evaluation_interval: 15s}
            rule_files: ['%s', '%s']
            scrape_configs:
              - job_name: sluice
                static_configs: [{targets: ['127.0.0.1:%d']}]
                metric_relabel_configs: [{source_labels: [__name__], regex: 'slo:.*', action: drop}]
            alerting:
              alertmanagers:
                - path_prefix: /prometheus
                  static_configs: [{targets: ['%s']}]
            """
                .formatted(rules, spans, sinkPort, receiver.address()));
    return new PrometheusWay(
        new ProcessBuilder(
                Programs.path("prometheus").toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + Programs.freePort())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start());
  }

  private static String overSpans(List<Slo> slos, double threshold) {
    StringBuilder rules = new StringBuilder("groups:\n  - name: spans\n    rules:\n");
    for (Slo slo : slos) {
      String calls = "traces_spanmetrics_calls_total{service=\"" + slo.service() + "\"";
      rules.append(
          String.format(
              Locale.ROOT,
              """
                    - alert: %s
                      expr: >-
                        sum(rate(%s,status_code="STATUS_CODE_ERROR"}[1m])) / sum(rate(%s}[1m])) > %s
                      labels: {slo: %s}
              """,
              OVER_SPANS,
              calls,
              calls,
              threshold,
              slo.id()));
    }
    return rules.toString();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
