package io.sluice.schemas.definitions;

import static io.sluice.schemas.definitions.SloFiles.problems;
import static io.sluice.schemas.definitions.SloFiles.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlothReaderTest {

  private static final String FILE =
      """
      version: prometheus/v1
      service: bakery
      labels: {owner: dough}
      slos:
        - name: orders-answered
          objective: 99.9
          description: Orders are answered.
          sli:
            events:
              error_query: sum(rate(traces_spanmetrics_calls_total{status_code="STATUS_CODE_ERROR",service="bakery",span_kind="SPAN_KIND_SERVER"}[{{.window}}]))
              total_query: sum(rate(traces_spanmetrics_calls_total{service="bakery", span_kind="SPAN_KIND_SERVER"}[{{.window}}]))
          alerting:
            name: BakeryRefuses
            annotations: {sluice.io/runbook: "https://runbooks.example/bakery"}
            page_alert: {labels: {severity: critical}}
            ticket_alert: {disable: true}
        - name: orders-quick
          objective: 99
          sli:
            events:
              error_query: |
                (
                  sum(rate(traces_spanmetrics_latency_count{service="bakery",span_name=~"POST .*"}[{{.window}}]))
                  -
                  sum(rate(traces_spanmetrics_latency_bucket{service="bakery",le="0.4",span_name=~"POST .*"}[{{.window}}]))
                )
              total_query: sum(rate(traces_spanmetrics_latency_count{service="bakery",span_name=~"POST .*"}[{{.window}}]))
      """;

  @Test
  void readsErrorsOfCalls() {
    Slo slo = read(FILE).get(0);

    assertThat(slo.id()).isEqualTo("bakery-orders-answered");
    assertThat(slo.name()).isEqualTo("orders-answered");
    assertThat(slo.displayName()).isEqualTo("BakeryRefuses");
    assertThat(slo.objective()).isEqualTo(0.999);
    assertThat(slo.period()).isEqualTo(Duration.ofDays(30));
    assertThat(slo.selector().services()).containsExactly("bakery");
    assertThat(slo.selector().kind()).isEqualTo(SpanKind.SERVER);
    assertThat(slo.good()).isInstanceOf(NotBad.class);
    assertThat(slo.good().isMet(TestEvent.of("bakery", "x").error())).isFalse();
    assertThat(slo.good().isMet(TestEvent.of("bakery", "x"))).isTrue();
    assertThat(slo.runbook()).isEqualTo("https://runbooks.example/bakery");
    assertThat(slo.annotations()).containsEntry("owner", "dough");
    assertThat(slo.policies())
        .extracting(BurnRatePolicy::severity)
        .containsExactly("critical", "critical");
  }

  @Test
  void readsLatencyByItsBucket() {
    Slo slo = read(FILE).get(1);

    assertThat(slo.good())
        .isEqualTo(new Threshold(Threshold.Measure.DURATION, null, Threshold.Operator.LTE, 0.4));
    assertThat(slo.counts(TestEvent.of("bakery", "POST /orders"))).isTrue();
    assertThat(slo.counts(TestEvent.of("bakery", "GET /orders"))).isFalse();
    assertThat(slo.policies()).hasSize(3);
  }

  @Test
  void refusesWhatIsNotInKafkaWithTheReason() {
    assertThat(
            problems(FILE.replace("traces_spanmetrics_calls_total{service", "http_total{service")))
        .isEqualTo(
            "slo.yaml:11: slos[0].sli.events.total_query: expected a sum of rates over"
                + " [{{.window}}] of traces_spanmetrics_calls_total or"
                + " traces_spanmetrics_latency_count: SLIs are counted from what is in Kafka");
    assertThat(problems(FILE.replace("STATUS_CODE_ERROR", "STATUS_CODE_OK")))
        .contains("slos[0].sli.events.error_query: expected the total_query's events with");
    assertThat(problems(FILE.replace("le=\"0.4\",span_name=~\"POST .*\"", "le=\"0.4\"")))
        .contains("slos[1].sli.events.error_query: expected");
    assertThat(problems(FILE.replace("span_kind=\"SPAN_KIND_SERVER\"", "pod=\"a\"")))
        .contains("total_query: expected only service=\"…\"", "got the label pod");
  }

  @Test
  void refusesLabelsThatNoSpanHas() {
    assertThat(problems(FILE.replace("SPAN_KIND_SERVER", "SPAN_KIND_SURVER")))
        .contains("total_query: expected a kind of span, got SPAN_KIND_SURVER");
    assertThat(problems(FILE.replace("POST .*", "POST (")))
        .contains("slos[1].sli.events.total_query:", "a regular expression of RE2");
  }

  @Test
  void refusesOtherIndicators() {
    String raw =
        """
        version: prometheus/v1
        service: bakery
        slos:
          - name: a
            objective: 99
            sli: {raw: {error_ratio_query: x}}
        """;
    assertThat(problems(raw))
        .contains("slos[0].sli.raw: expected events: shares cannot be added up");
    assertThat(problems(FILE.replace("prometheus/v1", "prometheus/v2")))
        .contains("version: expected prometheus/v1, got prometheus/v2");
  }

  @Test
  void runbookThatNobodyCanReadIsRefused() {
    assertThat(problems(FILE.replace("https://runbooks.example/bakery", "bakery")))
        .contains("slos[0].alerting.annotations: sluice.io/runbook: expected an address");
  }

  @Test
  void namesAreWhatIdsAreMadeOf() {
    assertThat(problems(FILE.replace("service: bakery\nlabels", "service: The Bakery\nlabels")))
        .isEqualTo(
            "slo.yaml:2: service: expected lower-case letters, digits, hyphens and dots, at most"
                + " 63, got The Bakery");
  }

  @Test
  void idsAreUniqueAcrossFiles() {
    assertThat(problems(FILE + "---\n" + FILE)).contains("bakery-orders-answered twice");
  }
}
