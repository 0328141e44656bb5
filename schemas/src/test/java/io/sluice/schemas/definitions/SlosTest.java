package io.sluice.schemas.definitions;

import static io.sluice.schemas.definitions.SloFiles.problems;
import static io.sluice.schemas.definitions.SloFiles.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.settings.StrictYaml;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlosTest {

  private static final String SLO =
      """
      apiVersion: openslo/v1
      kind: SLO
      metadata:
        name: cart
      spec:
        service: shop
        indicator:
          spec:
            ratioMetric:
              total:
                metricSource:
                  type: sluice
                  spec:
                    signal: spans
                    selector: {service: cart, attributes: {http.route: /cart}}
              good:
                metricSource:
                  type: sluice
                  spec: {noError: true}
        timeWindow:
          - duration: 30d
            isRolling: true
        budgetingMethod: Occurrences
        objectives:
          - target: 0.999
      """;

  private static final String POLICY =
      """
        alertPolicies:
          - kind: AlertPolicy
            spec:
              conditions:
                - kind: AlertCondition
                  spec:
                    severity: page
                    condition:
                      kind: burnrate
                      threshold: 10
                      lookbackWindow: 1h
      """;

  @Test
  void readsSloWithTheWorkbooksPolicies() {
    Slo slo = only(SLO);

    assertThat(slo.id()).isEqualTo("cart");
    assertThat(slo.displayName()).isEqualTo("cart");
    assertThat(slo.objective()).isEqualTo(0.999);
    assertThat(slo.period()).isEqualTo(Duration.ofDays(30));
    assertThat(slo.signal()).isEqualTo(EventSignal.SPANS);
    assertThat(slo.budgeting()).isEqualTo(Budgeting.OCCURRENCES);
    assertThat(slo.selector().services()).containsExactly("cart");
    assertThat(slo.selector().attributeTexts()).isEqualTo(Map.of("http.route", "/cart"));
    assertThat(slo.good()).isEqualTo(condition("{noError: true}"));
    assertThat(slo.runbook()).isNull();
    assertThat(slo.policies())
        .containsExactly(
            policy("page", Duration.ofHours(1), Duration.ofMinutes(5), 14.4),
            policy("page", Duration.ofHours(6), Duration.ofMinutes(30), 6),
            policy("ticket", Duration.ofDays(3), Duration.ofHours(6), 1));
  }

  @Test
  void defaultPoliciesKeepTheirShareOfAnotherPeriod() {
    assertThat(only(SLO.replace("30d", "1w")).policies().get(0))
        .isEqualTo(policy("page", Duration.ofMinutes(14), Duration.ofSeconds(70), 14.4));
  }

  @Test
  void defaultPoliciesThatNoOutageWouldReachAreLeftOut() {
    assertThat(only(SLO.replace("0.999", "0.9")).policies())
        .extracting(BurnRatePolicy::threshold)
        .containsExactly(6.0, 1.0);
  }

  @Test
  void readsGivenPolicyWithShortWindowOfTwelfth() {
    assertThat(only(SLO + POLICY).policies())
        .containsExactly(policy("page", Duration.ofHours(1), Duration.ofMinutes(5), 10));
  }

  @Test
  void emptyListOfPoliciesMeansNoAlert() {
    assertThat(only(SLO + "  alertPolicies: []\n").policies()).isEmpty();
  }

  @Test
  void findsReferredPolicyInAnotherDocument() {
    String policy =
        """
        ---
        apiVersion: openslo/v1
        kind: AlertPolicy
        metadata: {name: fast}
        spec:
          conditions:
            - spec:
                severity: page
                condition: {kind: burnrate, threshold: 2, lookbackWindow: 1m, shortWindow: 10s, alertAfter: 5s}
        """;
    String referring = SLO + "  alertPolicies: [{alertPolicyRef: fast}]\n";

    assertThat(only(referring + policy).policies())
        .containsExactly(
            new BurnRatePolicy(
                "page", Duration.ofMinutes(1), Duration.ofSeconds(10), 2, Duration.ofSeconds(5)));
    assertThat(problems(referring.replace("Ref: fast", "Ref: fsat") + policy))
        .isEqualTo(
            "slo.yaml:26: spec.alertPolicies[0].alertPolicyRef: no AlertPolicy has this name;"
                + " did you mean \"fast\"?");
  }

  @Test
  void unknownServiceNamesTheNearestOne() {
    String services =
        "---\napiVersion: openslo/v1\nkind: Service\nmetadata: {name: shoop}\nspec: {}\n";

    assertThat(problems(SLO + services))
        .isEqualTo("slo.yaml:6: spec.service: no Service has this name; did you mean \"shoop\"?");
  }

  @Test
  void refusesImpossibleValues() {
    assertThat(problems(SLO.replace("0.999", "99.9")))
        .isEqualTo(
            "slo.yaml:25: spec.objectives[0].target: expected between 0 and 1, both excluded, got"
                + " 99.9");
    assertThat(problems(SLO.replace("target: 0.999", "targetPercent: 100")))
        .isEqualTo(
            "slo.yaml:25: spec.objectives[0].targetPercent: expected between 0 and 100, both"
                + " excluded, got 100.0");
    assertThat(problems(SLO.replace("duration: 30d", "duration: 0s")))
        .isEqualTo(
            "slo.yaml:21: spec.timeWindow[0].duration: expected more than zero, at most 366d, got 0ms");
    assertThat(problems(SLO.replace("Occurrences", "Timeslice")))
        .isEqualTo(
            "slo.yaml:23: spec.budgetingMethod: expected Occurrences, Timeslices or"
                + " RatioTimeslices, got \"Timeslice\"");
    assertThat(problems(SLO.replace("{noError: true}", "{}")))
        .contains("slo.yaml:19: ")
        .contains(
            ".spec.noError: expected true, or another condition such as durationBelow, got none");
    assertThat(problems(SLO.replace("0.999", "NaN")))
        .isEqualTo("slo.yaml:25: spec.objectives[0].target: expected a number, got \"NaN\"");
  }

  @Test
  void refusesPolicyThatCannotFireOrLooksTooFarBack() {
    assertThat(problems(SLO.replace("0.999", "0.9") + POLICY))
        .isEqualTo(
            "slo.yaml:27: spec.alertPolicies[0]: expected a threshold below 10.00: with this target"
                + " not even a total outage burns faster");
    assertThat(problems(SLO.replace("30d", "30m") + POLICY))
        .isEqualTo(
            "slo.yaml:27: spec.alertPolicies[0]: expected a lookbackWindow of at most the SLO's"
                + " time window, 30m");
  }

  @Test
  void refusesKindsAndSourcesThatItDoesNotRead() {
    assertThat(problems(SLO.replace("kind: SLO", "kind: SLQ")))
        .startsWith("slo.yaml:2: kind: expected DataSource, Service, SLI, SLO, AlertPolicy,")
        .endsWith("; did you mean \"SLI\"?");
    assertThat(problems(SLO.replaceFirst("type: sluice", "type: prometheus")))
        .isEqualTo(
            "slo.yaml:12: spec.indicator.spec.ratioMetric.total.metricSource.type: expected sluice,"
                + " got prometheus: SLIs are counted from what is in Kafka");
    assertThat(problems(SLO.replace("openslo/v1", "openslo/v2")))
        .isEqualTo("slo.yaml:1: apiVersion: expected openslo/v1, got openslo/v2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://wiki.example/cart", "http://wiki/#/cart", "checkout-latency"})
  void runbookIsAnAddressOrAShippedOne(String runbook) {
    assertThat(read(withRunbook(runbook)).get(0).runbook()).isEqualTo(runbook);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cart", "../slos/cart", "javascript:alert(1)", "https://", "ftp://wiki/x"})
  void runbookThatNobodyCanReadIsRefused(String runbook) {
    assertThat(problems(withRunbook(runbook)))
        .contains("metadata.annotations: sluice.io/runbook: expected an address");
  }

  @Test
  void anSloThatWasAppliedHoldsWithoutARunbookThatIsNotThere() {
    assertThat(read(withRunbook("of-another-build")))
        .singleElement()
        .satisfies(slo -> assertThat(slo.runbook()).isNull());
  }

  private static String withRunbook(String runbook) {
    return SLO.replace(
        "metadata:\n", "metadata:\n  annotations: {sluice.io/runbook: \"" + runbook + "\"}\n");
  }

  @Test
  void idIsUnique() {
    assertThat(problems(SLO + "---\n" + SLO))
        .isEqualTo("slo.yaml:30: metadata.name: expected a name that is unique in its kind");
  }

  @Test
  void shippedSlosAreValidAndTheirRunbooksExist() {
    List<Slo> slos = Slos.of(ShippedDefinitions.of(DefinitionKinds.SLOS)).slos();

    assertThat(slos)
        .extracting(Slo::id)
        .containsExactly(
            "cart-cache-hits",
            "checkout-latency",
            "database-p99",
            "frontend-availability",
            "log-errors",
            "trace-completeness");
    assertThat(slos)
        .allSatisfy(
            slo ->
                assertThat(ShippedDefinitions.runbook(String.valueOf(slo.runbook())))
                    .contains("## Meaning", "## Impact", "## First look", "## Causes")
                    .contains("## Remedy", "## Escalation"));
    assertThat(slos.get(1).policies())
        .containsExactly(policy("page", Duration.ofSeconds(60), Duration.ofSeconds(15), 5));
    assertThat(slos.get(1).good()).isEqualTo(condition("{noError: true, durationBelow: 300ms}"));
  }

  private static EventCondition condition(String yaml) {
    return StrictYaml.document("good.yaml", yaml).bind(EventCondition.class);
  }

  private static BurnRatePolicy policy(
      String severity, Duration longWindow, Duration shortWindow, double threshold) {
    return new BurnRatePolicy(severity, longWindow, shortWindow, threshold, Duration.ZERO);
  }

  private static Slo only(String file) {
    List<Slo> slos = read(file);
    assertThat(slos).hasSize(1);
    return slos.get(0);
  }
}
