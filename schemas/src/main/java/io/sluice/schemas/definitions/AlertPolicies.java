package io.sluice.schemas.definitions;

import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.DurationText;
import io.sluice.schemas.settings.YamlDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The alert policies, conditions and notification targets of a set, and what SLOs make of them. */
final class AlertPolicies {

  /** A policy and where it stands. */
  private record Placed(YamlDocument document, String path, OpenSloAlerts.PolicySpec policy) {}

  /** A policy without references. */
  private record Resolved(List<OpenSloAlerts.ConditionSpec> conditions, List<String> targets) {}

  private final ProblemList problems;
  private final NamedDocuments<Placed> policies;
  private final NamedDocuments<OpenSloAlerts.ConditionSpec> conditions;
  private final NamedDocuments<OpenSloAlerts.TargetSpec> targets;

  /** Of the policies that have names: what is wrong with one is said once. */
  private final IdentityHashMap<Placed, Resolved> resolved = new IdentityHashMap<>();

  AlertPolicies(ProblemList problems) {
    this.problems = problems;
    this.policies = new NamedDocuments<>("AlertPolicy", problems);
    this.conditions = new NamedDocuments<>("AlertCondition", problems);
    this.targets = new NamedDocuments<>("AlertNotificationTarget", problems);
  }

  /** Reads a document of one of the three kinds. */
  void add(String kind, YamlDocument document) {
    switch (kind) {
      case "AlertPolicy" ->
          policies.add(
              document,
              () -> {
                OpenSloAlerts.Policy policy = document.bind(OpenSloAlerts.Policy.class);
                return new Placed(
                    document, "spec", named(document, policy.metadata(), policy.spec()));
              });
      case "AlertCondition" ->
          conditions.add(
              document,
              () -> {
                OpenSloAlerts.Condition condition = document.bind(OpenSloAlerts.Condition.class);
                return named(document, condition.metadata(), condition.spec());
              });
      default ->
          targets.add(
              document,
              () -> {
                OpenSloAlerts.Target target = document.bind(OpenSloAlerts.Target.class);
                return named(document, target.metadata(), target.spec());
              });
    }
  }

  private static <T> T named(
      YamlDocument document, OpenSlo.@Nullable Metadata metadata, @Nullable T spec) {
    if (metadata == null || spec == null) {
      throw new ConfigurationException(
          List.of(document.problem("metadata", "expected metadata.name and a spec")));
    }
    return spec;
  }

  /** Looks at the references of policies that no SLO uses. */
  void checkAll() {
    policies.values().forEach(this::resolve);
  }

  /**
   * The policies of an SLO, in the order of the file.
   *
   * @param period of the SLO
   * @param objective of the SLO
   */
  List<BurnRatePolicy> of(
      YamlDocument document,
      List<OpenSloAlerts.Policy> written,
      Duration period,
      double objective) {
    List<BurnRatePolicy> found = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      String path = "spec.alertPolicies[" + i + "]";
      Placed placed = placed(document, path, written.get(i));
      if (placed != null) {
        Resolved policy = resolve(placed);
        for (OpenSloAlerts.ConditionSpec condition : policy.conditions()) {
          BurnRatePolicy burnRate =
              condition.condition().as(condition.severity(), policy.targets());
          check(document, path, burnRate, period, objective);
          found.add(burnRate);
        }
      }
    }
    return found;
  }

  private @Nullable Placed placed(
      YamlDocument document, String path, OpenSloAlerts.Policy written) {
    if (written.alertPolicyRef() != null) {
      return policies.find(document, path + ".alertPolicyRef", written.alertPolicyRef());
    }
    return written.spec() == null ? null : new Placed(document, path + ".spec", written.spec());
  }

  private Resolved resolve(Placed placed) {
    return resolved.computeIfAbsent(
        placed, unused -> new Resolved(conditionsOf(placed), targetsOf(placed)));
  }

  private List<OpenSloAlerts.ConditionSpec> conditionsOf(Placed placed) {
    List<OpenSloAlerts.ConditionSpec> found = new ArrayList<>();
    List<OpenSloAlerts.Condition> written = placed.policy().conditions();
    for (int i = 0; i < written.size(); i++) {
      String ref = written.get(i).conditionRef();
      String path = placed.path() + ".conditions[" + i + "].conditionRef";
      OpenSloAlerts.ConditionSpec spec =
          ref == null ? written.get(i).spec() : conditions.find(placed.document(), path, ref);
      if (spec != null) {
        found.add(spec);
      }
    }
    return found;
  }

  private List<String> targetsOf(Placed placed) {
    List<String> names = new ArrayList<>();
    List<OpenSloAlerts.Target> written = placed.policy().notificationTargets();
    for (int i = 0; written != null && i < written.size(); i++) {
      OpenSloAlerts.Target target = written.get(i);
      String path = placed.path() + ".notificationTargets[" + i + "]";
      if (target.targetRef() != null) {
        if (targets.find(placed.document(), path + ".targetRef", target.targetRef()) != null) {
          names.add(target.targetRef());
        }
      } else if (target.metadata() == null) {
        problems.add(placed.document().problem(path, "expected metadata.name: alerts carry it"));
      } else {
        names.add(target.metadata().name());
      }
    }
    return names;
  }

  private void check(
      YamlDocument document,
      String path,
      BurnRatePolicy policy,
      Duration period,
      double objective) {
    if (policy.longWindow().compareTo(period) > 0) {
      problems.add(
          document.problem(
              path,
              "expected a lookbackWindow of at most the SLO's time window, "
                  + DurationText.format(period)));
    }
    if (!policy.canFire(objective)) {
      problems.add(
          document.problem(
              path,
              String.format(
                  Locale.ROOT,
                  "expected a threshold below %.4g: with this target not even a total outage burns"
                      + " faster",
                  1 / (1 - objective))));
    }
  }
}
