package io.sluice.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.BurnRatePolicy;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.settings.DurationText;
import io.sluice.testkit.NeedsProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus itself says of the rules that are shipped and those that are made. */
@NeedsProgram("promtool")
class PrometheusRulesIT {

  private static final Path DEPLOY = Path.of("../deploy/prometheus");

  /** Minutes of events without an error before the errors begin: more than the longest window. */
  private static final int QUIET = 4400;

  private static final int GOOD_EACH_MINUTE = 1000;

  @TempDir private Path directory;

  @Test
  void acceptsTheShippedRules() throws Exception {
    for (Path rules : files(DEPLOY.resolve("rules"))) {
      Promtool.run("check", "rules", rules.toString());
    }
  }

  @Test
  void passesTheTestsOfTheShippedRules() throws Exception {
    for (Path tests : files(DEPLOY.resolve("tests"))) {
      Promtool.run("test", "rules", tests.toString());
    }
  }

  @Test
  void acceptsTheRulesOfAnSloWithGroups() throws Exception {
    Path rules =
        Files.writeString(
            directory.resolve("groups.yaml"),
            PrometheusRules.of(
                SloFile.slos(SloFile.slo("a").groupBy("{keys: b}").page(5, "1h", "5m", "0s"))
                    .slos()));

    Promtool.run("check", "rules", rules.toString());
    Path tests =
        Files.writeString(
            directory.resolve("tests.yaml"),
            """
            rule_files: [groups.yaml]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
                  - series: 'sluice_slo_events_total{sloth_id="shop-a[b=x]", sloth_service="shop", sloth_slo="a[b=x]", sluice_slo="a", sluice_group="b=x", outcome="good"}'
                    values: 0+90x120
                  - series: 'sluice_slo_events_total{sloth_id="shop-a[b=x]", sloth_service="shop", sloth_slo="a[b=x]", sluice_slo="a", sluice_group="b=x", outcome="bad"}'
                    values: 0+10x120
                  - series: 'sluice_slo_events_total{sloth_id="shop-a[b=y]", sloth_service="shop", sloth_slo="a[b=y]", sluice_slo="a", sluice_group="b=y", outcome="good"}'
                    values: 0+100x120
                  - series: 'sluice_slo_events_total{sloth_id="shop-a[b=y]", sloth_service="shop", sloth_slo="a[b=y]", sluice_slo="a", sluice_group="b=y", outcome="bad"}'
                    values: 0x120
                promql_expr_test:
                  - expr: slo:error_budget:ratio
                    eval_time: 100m
                    exp_samples:
                      - {labels: 'slo:error_budget:ratio{sloth_id="shop-a[b=x]", sloth_service="shop", sloth_slo="a[b=x]", sluice_slo="a", sluice_group="b=x"}', value: 0.010000000000000009}
                      - {labels: 'slo:error_budget:ratio{sloth_id="shop-a[b=y]", sloth_service="shop", sloth_slo="a[b=y]", sluice_slo="a", sluice_group="b=y"}', value: 0.010000000000000009}
                  - expr: count(slo:current_burn_rate:ratio > 9)
                    eval_time: 100m
                    exp_samples: [{value: 1}]
                  - expr: count by (alertname, slo, group, window) (ALERTS{alertstate="firing"})
                    eval_time: 100m
                    exp_samples:
                      - {labels: '{alertname="ErrorBudgetBurn", slo="a", group="b=x", window="1h"}', value: 1}
            """);
    Promtool.run("test", "rules", tests.toString());
  }

  @Test
  void tellSlosOfOneSlothIdApart() throws Exception {
    Files.writeString(
        directory.resolve("two.yaml"),
        PrometheusRules.of(
            SloFile.slos(
                    SloFile.slo("latency").service("shop-api").page(5, "30m", "5m", "0s"),
                    SloFile.slo("api-latency").service("shop").page(5, "30m", "5m", "0s"))
                .slos()));
    Path tests =
        Files.writeString(
            directory.resolve("tests.yaml"),
            """
            rule_files: [two.yaml]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
                  - series: 'sluice_slo_events_total{sloth_id="shop-api-latency", sloth_service="shop-api", sloth_slo="latency", sluice_slo="latency", outcome="bad"}'
                    values: 0+10x60
                  - series: 'sluice_slo_events_total{sloth_id="shop-api-latency", sloth_service="shop", sloth_slo="api-latency", sluice_slo="api-latency", outcome="good"}'
                    values: 0+10x60
                  - series: 'sluice_slo_events_total{sloth_id="shop-api-latency", sloth_service="shop", sloth_slo="api-latency", sluice_slo="api-latency", outcome="bad"}'
                    values: 0x60
                promql_expr_test:
                  - expr: sum by (sluice_slo) (slo:sli_error:ratio_rate5m)
                    eval_time: 50m
                    exp_samples:
                      - {labels: '{sluice_slo="latency"}', value: 1}
                      - {labels: '{sluice_slo="api-latency"}', value: 0}
                  - expr: count by (slo) (ALERTS{alertstate="firing"})
                    eval_time: 50m
                    exp_samples: [{labels: '{slo="latency"}', value: 1}]
            """);
    Promtool.run("test", "rules", tests.toString());
  }

  @Test
  void forgetNothingOfAPeriodInWhichTheServiceWasIdle() throws Exception {
    Files.writeString(
        directory.resolve("idle.yaml"),
        PrometheusRules.of(SloFile.slos(SloFile.slo("a").page(5, "30m", "5m", "0s")).slos()));
    Path tests =
        Files.writeString(
            directory.resolve("tests.yaml"),
            """
            rule_files: [idle.yaml]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
                  - series: 'sluice_slo_events_total{sloth_id="shop-a", sloth_service="shop", sloth_slo="a", sluice_slo="a", outcome="good"}'
                    values: 0+90x60 5400x20 5490+90x20
                  - series: 'sluice_slo_events_total{sloth_id="shop-a", sloth_service="shop", sloth_slo="a", sluice_slo="a", outcome="bad"}'
                    values: 0+10x60 600x20 610+10x20
                promql_expr_test:
                  - expr: count(slo:sli_error:ratio_rate5m)
                    eval_time: 75m
                    exp_samples: []
                  - expr: count(abs(slo:sli_error:ratio_rate1h - 0.1) < 0.001)
                    eval_time: 95m
                    exp_samples: [{value: 1}]
            """);

    Promtool.run("test", "rules", tests.toString());
  }

  /** Words of an SLO are no templates. */
  @Test
  void runNothingThatStandsInAName() throws Exception {
    String slo =
        Files.readString(Path.of("../definitions/slos/frontend.yaml"))
            .replaceFirst(
                "displayName: .*", "displayName: 'So {{ \\$labels.sloth_slo }} {{ is it'");
    DefinitionSet set =
        new DefinitionSet(
            DefinitionKinds.SLOS, 1L, 0L, List.of(new DefinitionDocument("a.yaml", slo)));
    String rules = PrometheusRules.of(List.of(Slos.of(set).slos().get(0)));
    Path file = Files.writeString(directory.resolve("names.yaml"), rules);

    assertThat(rules).contains("So {{ \\\"{{\\\" }} $labels.sloth_slo }} {{ \\\"{{\\\" }} is it");
    Promtool.run("check", "rules", file.toString());
  }

  /** Errors for some time in a steady stream of events. */
  private record Burst(int badEachMinute, int minutes) {

    /** The share of bad events in a window that ends so long after the errors began. */
    double errorRatio(int elapsed, Duration window) {
      long length = window.toMinutes();
      long bad = Math.max(0, Math.min(elapsed, minutes) - Math.max(0, elapsed - length));
      double badEvents = (double) bad * badEachMinute;
      return badEvents / ((double) length * GOOD_EACH_MINUTE + badEvents);
    }
  }

  /** Which alerts fire is computed here from the definition, not from the expressions. */
  @Test
  void firesAsTheSloSays() throws Exception {
    Slo slo =
        Slos.of(ShippedDefinitions.of(DefinitionKinds.SLOS)).slos().stream()
            .filter(one -> one.id().equals("frontend-availability"))
            .findFirst()
            .orElseThrow();
    Files.writeString(directory.resolve("rules.yaml"), PrometheusRules.of(List.of(slo)));
    StringBuilder tests =
        new StringBuilder("rule_files: [rules.yaml]\nevaluation_interval: 1m\ntests:\n");
    int fired = 0;
    int quiet = 0;
    for (Burst burst :
        List.of(
            new Burst(8, 600), // a slow leak
            new Burst(60, 240),
            new Burst(100, 600),
            new Burst(150, 50),
            new Burst(1000, 8))) { // half of everything
      int elapsed = burst.minutes();
      tests.append(input(slo, burst));
      for (int at : new int[] {5, elapsed / 2, elapsed, elapsed + 45}) {
        List<BurnRatePolicy> expected = new ArrayList<>();
        boolean clear = true;
        for (BurnRatePolicy policy : slo.policies()) {
          double limit = policy.threshold() * slo.errorBudget();
          double longRatio = burst.errorRatio(at, policy.longWindow());
          double shortRatio = burst.errorRatio(at, policy.shortWindow());
          clear &= isFar(longRatio, limit) && isFar(shortRatio, limit);
          if (longRatio > limit && shortRatio > limit) {
            expected.add(policy);
          }
        }
        if (clear) { // a rate of samples is not exact to a minute
          tests.append(expectation(slo, QUIET + at, expected));
          fired += expected.size();
          quiet += expected.isEmpty() ? 1 : 0;
        }
      }
    }
    assertThat(fired).as("cases that fire").isGreaterThan(3);
    assertThat(quiet).as("cases that are quiet").isGreaterThan(3);
    Path file = Files.writeString(directory.resolve("tests.yaml"), tests);

    Promtool.run("test", "rules", file.toString());
  }

  private static String labels(Slo slo) {
    return "sloth_id=\"%1$s-%2$s\", sloth_service=\"%1$s\", sloth_slo=\"%2$s\", sluice_slo=\"%2$s\""
        .formatted(slo.service(), slo.id());
  }

  private static boolean isFar(double ratio, double limit) {
    return ratio < 0.85 * limit || ratio > 1.15 * limit;
  }

  private static String input(Slo slo, Burst burst) {
    String labels = labels(slo);
    return """
      - interval: 1m
        input_series:
          - series: sluice_slo_events_total{%s,outcome="good"}
            values: 0+%dx%d
          - series: sluice_slo_events_total{%s,outcome="bad"}
            values: 0x%d %d+%dx%d %dx100
        alert_rule_test:
    """
        .formatted(
            labels,
            GOOD_EACH_MINUTE,
            QUIET + burst.minutes() + 100,
            labels,
            QUIET,
            burst.badEachMinute(),
            burst.badEachMinute(),
            burst.minutes() - 1,
            burst.badEachMinute() * burst.minutes());
  }

  private static String expectation(Slo slo, int minute, List<BurnRatePolicy> firing) {
    StringBuilder text =
        new StringBuilder(
            "      - eval_time: %dm\n        alertname: ErrorBudgetBurn\n".formatted(minute));
    text.append(firing.isEmpty() ? "        exp_alerts: []\n" : "        exp_alerts:\n");
    for (BurnRatePolicy policy : firing) {
      text.append(
          """
                    - exp_labels: {slo: %s, service: %s, severity: %s, window: %s, \
          sloth_id: %s-%s, sloth_service: %s, sloth_slo: %s, sluice_slo: %s}
                      exp_annotations: {summary: "%s: the error budget burns too fast", runbook: %s}
          """
              .formatted(
                  slo.id(),
                  slo.service(),
                  policy.severity(),
                  DurationText.format(policy.longWindow()),
                  slo.service(),
                  slo.id(),
                  slo.service(),
                  slo.id(),
                  slo.id(),
                  slo.displayName(),
                  slo.runbook() == null ? "ErrorBudgetBurn" : slo.runbook()));
    }
    return text.toString();
  }

  private static List<Path> files(Path in) throws IOException {
    try (Stream<Path> all = Files.list(in)) {
      List<Path> files = all.filter(file -> file.toString().endsWith(".yaml")).toList();
      assertThat(files).isNotEmpty();
      return files;
    }
  }
}
