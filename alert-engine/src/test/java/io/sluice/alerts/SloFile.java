package io.sluice.alerts;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Slos;
import java.util.Arrays;
import java.util.List;

/** SLO files as tests say them: 99 % of a service's spans are good, over an hour. */
final class SloFile {

  private final String id;
  private String service = "shop";
  private String runbook = "";
  private String budgeting = "Occurrences";
  private String objective = "";
  private String period = "1h";
  private String groupBy = "";
  private final StringBuilder policies = new StringBuilder();

  private SloFile(String id) {
    this.id = id;
  }

  static SloFile slo(String id) {
    return new SloFile(id);
  }

  SloFile service(String name) {
    service = name;
    return this;
  }

  SloFile period(String duration) {
    period = duration;
    return this;
  }

  /** With lines as YAML has them, such as {@code timeSliceWindow: 1m}. */
  SloFile budgeting(String method, String slices) {
    budgeting = method;
    objective = ", " + slices;
    return this;
  }

  /** As YAML has it, such as {@code {keys: tenant}}. */
  SloFile groupBy(String yaml) {
    groupBy = ", groupBy: " + yaml;
    return this;
  }

  SloFile runbook(String name) {
    runbook = "  annotations: {sluice.io/runbook: %s}\n".formatted(name);
    return this;
  }

  /** A page; times as {@code 1m}. */
  SloFile page(int threshold, String longWindow, String shortWindow, String holdFor) {
    return page(threshold, longWindow, shortWindow, holdFor, "");
  }

  /** A page with one more key of its condition, a line of YAML: {@code minimumBadEvents: 5}. */
  SloFile page(int threshold, String longWindow, String shortWindow, String holdFor, String more) {
    policies.append(
        """
              - kind: AlertPolicy
                spec:
                  conditions:
                    - spec:
                        severity: page
                        condition:
                          kind: burnrate
                          threshold: %d
                          lookbackWindow: %s
                          shortWindow: %s
                          alertAfter: %s
        """
            .formatted(threshold, longWindow, shortWindow, holdFor));
    if (!more.isEmpty()) {
      policies.append(" ".repeat(18)).append(more).append('\n');
    }
    return this;
  }

  static DefinitionSet set(long version, SloFile... slos) {
    List<DefinitionDocument> documents =
        Arrays.stream(slos)
            .map(slo -> new DefinitionDocument(slo.id + ".yaml", slo.yaml()))
            .toList();
    return new DefinitionSet(DefinitionKinds.SLOS, version, 0L, documents);
  }

  static DefinitionSet unusable(long version) {
    return new DefinitionSet(
        DefinitionKinds.SLOS,
        version,
        0L,
        List.of(new DefinitionDocument("broken.yaml", "kind: nonsense\n")));
  }

  static Slos slos(SloFile... slos) {
    return Slos.of(set(1, slos));
  }

  private String yaml() {
    return """
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: %s
          displayName: The %s
        %sspec:
          service: %s
          indicator:
            spec:
              ratioMetric:
                total:
                  metricSource: {type: sluice, spec: {signal: spans, selector: {service: %s}%s}}
                good:
                  metricSource: {type: sluice, spec: {noError: true}}
          timeWindow: [{duration: %s, isRolling: true}]
          budgetingMethod: %s
          objectives: [{target: 0.99%s}]
          alertPolicies:%s
        """
        .formatted(
            id,
            id,
            runbook,
            service,
            service,
            groupBy,
            period,
            budgeting,
            objective,
            policies.isEmpty() ? " []" : "\n" + policies);
  }
}
