package io.sluice.alerts;

import static io.sluice.alerts.SloFile.slo;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.definitions.Slos;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Prometheus sees too few samples in less than a minute. */
  @Test
  void lookBackAtLeastAMinute() {
    String made =
        PrometheusRules.of(SloFile.slos(slo("checkout").page(5, "2m", "15s", "0s")).slos());

    assertThat(made).contains("ratio_rate1m").doesNotContain("15s");
  }
}
