package io.sluice.schemas.definitions;

import static io.sluice.schemas.definitions.SloFiles.problems;
import static io.sluice.schemas.definitions.SloFiles.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Documents as the standard's own examples write them, for a house that has a bakery. */
class OpenSloTest {

  private static final String BAKERY =
      """
      apiVersion: openslo/v1
      kind: DataSource
      metadata: {name: here, displayName: What is in Kafka}
      spec: {type: sluice, description: Sluice itself}
      ---
      apiVersion: openslo/v1
      kind: Service
      metadata:
        name: bakery
        displayName: The bakery
        labels: {team: [dough, oven], tier: "1"}
      spec: {description: Sells bread.}
      ---
      apiVersion: openslo/v1
      kind: SLI
      metadata: {name: orders-answered}
      spec:
        description: Orders that were not refused.
        ratioMetric:
          counter: true
          bad:
            metricSource:
              metricSourceRef: here
              spec: {error: true}
          total:
            metricSource:
              metricSourceRef: here
              spec: {signal: spans, selector: {service: bakery, kind: server}}
      ---
      apiVersion: openslo/v1
      kind: AlertCondition
      metadata: {name: burns-fast}
      spec:
        severity: page
        condition: {kind: burnrate, threshold: 10, lookbackWindow: 1h, alertAfter: 5m}
      ---
      apiVersion: openslo/v1
      kind: AlertNotificationTarget
      metadata: {name: OnCallBakers}
      spec: {target: email, description: Whoever is up.}
      ---
      apiVersion: openslo/v1
      kind: AlertPolicy
      metadata: {name: ovenOff}
      spec:
        alertWhenBreaching: true
        alertWhenResolved: true
        alertWhenNoData: false
        conditions: [{conditionRef: burns-fast}]
        notificationTargets: [{targetRef: OnCallBakers}]
      ---
      apiVersion: openslo/v1
      kind: SLO
      metadata: {name: orders, displayName: Orders}
      spec:
        description: Most orders are answered.
        service: bakery
        indicatorRef: orders-answered
        timeWindow: [{duration: 4w, isRolling: true}]
        budgetingMethod: Occurrences
        objectives:
          - {displayName: Promise, target: 0.98}
          - {targetPercent: 99.9}
        alertPolicies: [{alertPolicyRef: ovenOff}]
      """;

  private static final String WITHOUT_OBJECTIVES =
      """
      apiVersion: openslo/v1
      kind: SLO
      metadata: {name: loaves}
      spec:
        service: bakery
        indicator:
          spec:
            ratioMetric:
              good: {metricSource: {type: sluice, spec: {statusClass: 2xx}}}
              total: {metricSource: {type: sluice, spec: {signal: spans, selector: {service: bakery}}}}
        timeWindow: [{duration: 2w, isRolling: true}]
        alertPolicies:
      """;

  private static final String THRESHOLD =
      """
      apiVersion: openslo/v1
      kind: SLO
      metadata: {name: oven}
      spec:
        service: bakery
        indicator:
          spec:
            thresholdMetric:
              metricSource:
                type: sluice
                spec: {signal: spans, selector: {attributes: {db.system: [mysql, h2]}}, measure: duration}
        timeWindow: [{duration: 1w, isRolling: true}]
        budgetingMethod: Timeslices
        objectives:
          - {op: lte, value: 0.05, target: 0.995, timeSliceTarget: 0.99, timeSliceWindow: 1m}
      """;

  @Test
  void documentsReferToEachOther() {
    List<Slo> slos = read(BAKERY);

    assertThat(slos)
        .extracting(Slo::id, Slo::displayName, Slo::objective)
        .containsExactly(
            tuple("orders", "Orders: Promise", 0.98), tuple("orders-99.9", "Orders: 99.9%", 0.999));
    assertThat(slos)
        .allSatisfy(
            slo -> {
              assertThat(slo.good()).isInstanceOf(NotBad.class);
              assertThat(slo.selector().services()).containsExactly("bakery");
              assertThat(slo.policies())
                  .containsExactly(
                      new BurnRatePolicy(
                          "page",
                          Duration.ofHours(1),
                          Duration.ofMinutes(5),
                          10,
                          Duration.ofMinutes(5),
                          List.of("OnCallBakers"),
                          null,
                          null));
            });
  }

  @Test
  void timeslicesHaveATargetAndALength() {
    Slo slo = objective("Timeslices", "{target: 0.995, timeSliceTarget: 0.9, timeSliceWindow: 5}");

    assertThat(slo.budgeting())
        .isEqualTo(new Budgeting(Budgeting.Method.TIMESLICES, Duration.ofMinutes(5), 0.9));
    assertThat(slo.policies()).hasSize(3); // an empty key is none
    assertThat(problem("Timeslices", "{target: 0.995, timeSliceWindow: 1m}"))
        .isEqualTo(
            "slo.yaml:15: spec.objectives[0].timeSliceTarget: missing; expected one with this"
                + " budgetingMethod");
    assertThat(problem("Occurrences", "{target: 0.995, timeSliceWindow: 1m}"))
        .isEqualTo(
            "slo.yaml:15: spec.objectives[0].timeSliceWindow: expected none with this"
                + " budgetingMethod");
    assertThat(problem("Timeslices", "{target: 0.9, timeSliceTarget: 0.9, timeSliceWindow: 2h}"))
        .contains("timeSliceWindow: expected a duration of 1s to 1h, or a number of minutes");
  }

  @Test
  void ratioTimeslicesHaveALengthOnly() {
    assertThat(objective("RatioTimeslices", "{op: gt, target: 0.99, timeSliceWindow: 1m}"))
        .extracting(Slo::budgeting)
        .isEqualTo(new Budgeting(Budgeting.Method.RATIO_TIMESLICES, Duration.ofMinutes(1), 0));
    assertThat(
            problem("RatioTimeslices", "{target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 1m}"))
        .contains("timeSliceTarget: expected none with this budgetingMethod");
  }

  @Test
  void thresholdMetricComparesAValue() {
    Slo slo = read(THRESHOLD).get(0);

    assertThat(slo.good())
        .isEqualTo(new Threshold(Threshold.Measure.DURATION, null, Threshold.Operator.LTE, 0.05));
    assertThat(problems(THRESHOLD.replace("op: lte, ", "")))
        .isEqualTo(
            "slo.yaml:15: spec.objectives[0]: expected op and value: the indicator is a"
                + " thresholdMetric");
    assertThat(problems(THRESHOLD + "    - {op: lte, value: 1, target: 0.9}\n"))
        .contains("spec.objectives: expected one objective for a thresholdMetric");
    assertThat(problems(THRESHOLD.replace("measure: duration", "measure: value")))
        .contains("measure: expected duration or response-size, for this signal, got VALUE");
    assertThat(problems(THRESHOLD.replace("measure: duration", "measure: duratoin")))
        .contains("did you mean \"duration\"?");
  }

  @Test
  void metricsAreComparedByTheirValueWithoutSayingSo() {
    String gauge =
        THRESHOLD
            .replace("attributes: {db.system: [mysql, h2]}", "operation: queue_length")
            .replace("signal: spans", "signal: metrics")
            .replace(", measure: duration", "");

    assertThat(read(gauge).get(0).good())
        .isEqualTo(new Threshold(Threshold.Measure.VALUE, null, Threshold.Operator.LTE, 0.05));
  }

  @Test
  void sharesThatWereComputedBeforeAreRefusedWithTheReason() {
    String raw =
        WITHOUT_OBJECTIVES
            .replaceFirst("good: .*", "rawType: success")
            .replaceFirst("total: .*", "raw: {metricSource: {type: any, spec: {query: x}}}");

    assertThat(problems(raw))
        .contains(
            "slo.yaml:10: spec.indicator.spec.ratioMetric.raw: expected good or bad, and total:"
                + " shares cannot be added up to those of longer windows");
  }

  @Test
  void calendarWindowsAreRefusedWithTheReason() {
    String calendar =
        BAKERY.replace(
            "{duration: 4w, isRolling: true}",
            "{duration: 4w, isRolling: false, calendar: {startTime: 2026-01-01 12:00:00, timeZone:"
                + " Europe/Berlin}}");

    assertThat(problems(calendar))
        .contains(
            "spec.timeWindow[0].calendar: expected none: budgets are counted over rolling windows");
  }

  @Test
  void timesBeyondWhatIsKeptAreRefused() {
    assertThat(problems(BAKERY.replace("duration: 4w", "duration: 9999999999d")))
        .startsWith("slo.yaml:")
        .contains("spec.timeWindow[0].duration: expected more than zero, at most 366d");
    assertThat(problems(BAKERY.replace("duration: 4w", "duration: 999999999999d")))
        .contains("spec.timeWindow[0].duration: expected a duration such as");
    assertThat(problems(BAKERY.replace("alertAfter: 5m", "alertAfter: 9999999999w")))
        .contains("alertAfter: expected at most 366d");
    assertThat(read(BAKERY.replace("duration: 4w", "duration: 366d")))
        .extracting(Slo::period)
        .containsOnly(Duration.ofDays(366));
  }

  @Test
  void servicesHaveNamesOfOneLine() {
    assertThat(problems(BAKERY.replace("  service: bakery", "  service: \"bakery\\nshop\"")))
        .contains("spec.service: expected a name of one line");
  }

  @Test
  void othersSourcesAreRefusedOnceAndNotKeyByKey() {
    String datadog = BAKERY.replace("{type: sluice, description", "{type: Datadog, description");
    assertThat(problems(datadog))
        .isEqualTo(
            "slo.yaml:4: spec.type: expected sluice, got Datadog: SLIs are counted from what is in"
                + " Kafka");
    assertThat(problems(BAKERY.replaceFirst("metricSourceRef: here", "metricSourceRef: hree")))
        .isEqualTo(
            "slo.yaml:23: spec.ratioMetric.bad.metricSource.metricSourceRef: no DataSource has this"
                + " name; did you mean \"here\"?");
    assertThat(problems(WITHOUT_OBJECTIVES.replaceFirst("type: sluice, ", "")))
        .contains("good.metricSource: expected type: sluice, or a metricSourceRef");
  }

  @Test
  void referencesNameTheNearest() {
    assertThat(problems(BAKERY.replace("indicatorRef: orders-answered", "indicatorRef: answered")))
        .isEqualTo("slo.yaml:58: spec.indicatorRef: no SLI has this name");
    assertThat(problems(BAKERY.replace("conditionRef: burns-fast", "conditionRef: burn-fast")))
        .isEqualTo(
            "slo.yaml:49: spec.conditions[0].conditionRef: no AlertCondition has this name; did you"
                + " mean \"burns-fast\"?");
    assertThat(problems(BAKERY.replace("targetRef: OnCallBakers", "targetRef: OnCallBaker")))
        .isEqualTo(
            "slo.yaml:50: spec.notificationTargets[0].targetRef: no AlertNotificationTarget has this"
                + " name; did you mean \"OnCallBakers\"?");
  }

  @Test
  void conditionsThatNoEventOfTheSignalFulfilsAreRefused() {
    assertThat(problems(BAKERY.replace("spec: {error: true}", "spec: {severityAtLeast: error}")))
        .isEqualTo(
            "slo.yaml:24: spec.ratioMetric.bad.metricSource.spec.severityAtLeast: expected none:"
                + " the signal is spans");
    assertThat(problems(BAKERY.replace("signal: spans", "signal: traces")))
        .contains("spec.selector.kind: expected none: the signal is traces");
  }

  @Test
  void whatWouldBeWithoutEffectIsRefused() {
    assertThat(problems(BAKERY.replace("alertWhenNoData: false", "alertWhenNoData: true")))
        .contains("spec.alertWhenNoData: expected false");
    assertThat(problems(BAKERY.replace("alertWhenResolved: true", "alertWhenResolved: false")))
        .contains("spec.alertWhenResolved: expected true");
    assertThat(problems(BAKERY.replace("counter: true", "counter: false")))
        .contains("spec.ratioMetric.counter: expected true: events are counted");
    assertThat(problems(BAKERY.replace("alertAfter: 5m}", "alertAfter: 5m, colour: red}")))
        .contains("condition.colour: unknown key");
    assertThat(
            problems(BAKERY.replace("type: sluice,", "type: sluice, connectionDetails: {a: b},")))
        .contains("spec.connectionDetails: expected none");
  }

  @Test
  void aConditionMayAskForBadEventsAndKeepFiring() {
    String more = ", alertAfter: 5m, minimumBadEvents: 10, keepFiringFor: 15m}";
    BurnRatePolicy policy =
        read(BAKERY.replace(", alertAfter: 5m}", more)).get(0).policies().get(0);
    assertThat(policy.minimumBadEvents()).isEqualTo(10);
    assertThat(policy.keepFiringFor()).isEqualTo(Duration.ofMinutes(15));

    assertThat(problems(BAKERY.replace("alertAfter: 5m", "minimumBadEvents: 0")))
        .contains("condition.minimumBadEvents: expected 1 or more");
    assertThat(problems(BAKERY.replace("alertAfter: 5m", "keepFiringFor: 2d")))
        .contains("condition.keepFiringFor: expected zero to 1d");
  }

  @Test
  void objectivesOfOneTargetAreTheSame() {
    assertThat(
            problems(BAKERY.replace("{targetPercent: 99.9}", "{target: 0.9}\n    - {target: 0.9}")))
        .contains("expected a target of its own: it is the end of the SLO's id orders-90");
  }

  private static Slo objective(String method, String objective) {
    return read(withObjective(method, objective)).get(0);
  }

  private static String problem(String method, String objective) {
    return problems(withObjective(method, objective));
  }

  private static String withObjective(String method, String objective) {
    return WITHOUT_OBJECTIVES
        + "  budgetingMethod: %s\n  objectives:\n    - %s\n".formatted(method, objective);
  }
}
