package io.sluice.alerts;

import static io.sluice.alerts.SloFile.slo;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.BurnRatePolicy;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrometheusRulesTest {

  @Test
  void areShippedForTheShippedSlos() throws Exception {
    String made = PrometheusRules.of(Slos.of(ShippedDefinitions.of(DefinitionKinds.SLOS)).slos());

    assertThat(Files.readString(Path.of("../deploy/prometheus/rules/slos.yaml")))
        .as("./sluice slo rules definitions/slos > deploy/prometheus/rules/slos.yaml")
        .isEqualTo(made);
  }

  @Test
  void haveTheLabelsOfTheEnginesOwnAlerts() {
    String made =
        PrometheusRules.of(SloFile.slos(slo("checkout").page(5, "10m", "2m", "30s")).slos());

    assertThat(made)
        .contains("record: slo:sli_error:ratio_rate10m", "record: slo:sli_error:ratio_rate2m")
        .contains("> (5.0 * (1 - 0.99))", "for: 30s", "window: \"10m\"", "slo: \"checkout\"");
  }

  @Test
  void haveTheIdsThatSlothGives() {
    String sloth =
        """
        version: prometheus/v1
        service: shop
        slos:
          - name: checkout
            objective: 99.9
            sli:
              events:
                error_query: sum(rate(traces_spanmetrics_calls_total{service="shop",status_code="STATUS_CODE_ERROR"}[{{.window}}]))
                total_query: sum(rate(traces_spanmetrics_calls_total{service="shop"}[{{.window}}]))
        """;
    DefinitionSet set =
        new DefinitionSet(
            DefinitionKinds.SLOS, 1L, 0L, List.of(new DefinitionDocument("shop.yaml", sloth)));
    Slo slo = Slos.of(set).slos().get(0);

    assertThat(PrometheusRules.of(List.of(slo)))
        .contains(
            "sloth_id: \"shop-checkout\"",
            "sloth_slo: \"checkout\"",
            "sluice_slo: \"shop-checkout\"",
            "slo: \"shop-checkout\"")
        .doesNotContain("shop-shop");
    assertThat(SloSeries.of(slo, new SliHistory(slo.period()), false, Counts.NONE, 0))
        .allSatisfy(
            point ->
                assertThat(point.getLabels())
                    .containsEntry("sloth_id", "shop-checkout")
                    .containsEntry("sloth_slo", "checkout")
                    .containsEntry("sluice_slo", "shop-checkout"));
  }

  @Test
  void nameTheTargetsThatReceiversRouteBy() {
    Slo slo = SloFile.slos(slo("checkout")).slos().get(0);
    BurnRatePolicy policy =
        new BurnRatePolicy(
            "page",
            Duration.ofHours(1),
            Duration.ofMinutes(5),
            10,
            Duration.ZERO,
            List.of("OnCall", "Bakers"),
            null,
            null);

    assertThat(
            new BurnRateRule(slo, policy, AlertsConfig.defaults(), new Links("http://console"))
                .labels())
        .containsEntry("targets", "OnCall,Bakers");
  }

  /** Which service and name give together, others may give too. */
  @Test
  void tellSlosOfOneSlothIdApart() {
    String made =
        PrometheusRules.of(
            SloFile.slos(
                    slo("latency").service("shop-api").page(5, "1h", "5m", "0s"),
                    slo("api-latency").service("shop").page(5, "1h", "5m", "0s"))
                .slos());

    assertThat(made.lines().filter(line -> line.contains("- name:")))
        .hasSize(6)
        .doesNotHaveDuplicates();
    assertThat(made)
        .contains("sloth_id: \"shop-api-latency\"", "{sluice_slo=\"api-latency\"}[5m]")
        .doesNotContain("{sloth_id=");
  }

  @Test
  void recordThePeriodOnceWhereItIsAWindowThatIsShown() {
    String made = PrometheusRules.of(SloFile.slos(slo("checkout").period("5m")).slos());

    assertThat(made).containsOnlyOnce("record: slo:sli_error:ratio_rate5m");
  }

  /** Prometheus sees too few samples in less than a minute. */
  @Test
  void lookBackAtLeastAMinute() {
    String made =
        PrometheusRules.of(SloFile.slos(slo("checkout").page(5, "2m", "15s", "0s")).slos());

    assertThat(made).contains("ratio_rate1m").doesNotContain("15s");
  }

  /** One rule for all groups: which there are, only the series know. */
  @Test
  void tellTheGroupsOfAnSloApartByLabels() {
    String made =
        PrometheusRules.of(
            SloFile.slos(slo("checkout").groupBy("{keys: tenant}").page(5, "1h", "5m", "0s"))
                .slos());

    assertThat(made)
        .contains(
            "(sum by (sloth_id, sloth_slo, sluice_slo, sluice_group)"
                + "(rate(sluice_slo_events_total{sluice_slo=\"checkout\"}[5m])) > 0)",
            "expr: \"group by (sloth_id, sloth_slo, sluice_slo, sluice_group)"
                + " (sluice_slo_events_total{sluice_slo=\\\"checkout\\\"}) * (0.99)\"",
            "group: \"{{ $labels.sluice_group }}\"",
            "slo: \"checkout\"")
        .doesNotContain("sloth_id: ", "vector(");
  }
}
