package io.sluice.schemas.definitions;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.settings.DurationText;
import io.sluice.schemas.settings.NearestName;
import io.sluice.schemas.settings.Origin;
import io.sluice.schemas.settings.StrictYaml;
import io.sluice.schemas.settings.YamlDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes SLOs of one set of OpenSLO documents, which may refer to each other. */
final class SloReader {

  private static final List<String> KINDS = List.of("Service", "SLO", "AlertPolicy");

  private record Source(YamlDocument document, OpenSlo.SloDocument slo) {}

  private final ProblemList problems = new ProblemList();
  private final Map<String, Origin> services = new LinkedHashMap<>();
  private final Map<String, OpenSlo.AlertPolicySpec> policies = new LinkedHashMap<>();
  private final Map<String, Source> sources = new LinkedHashMap<>();

  SloReader(DefinitionSet set) {
    for (DefinitionDocument file : set.getDocuments()) {
      problems.collect(
          () ->
              StrictYaml.documents(file.getName(), file.getContent())
                  .forEach(document -> problems.collect(() -> read(document))));
    }
  }

  List<Slo> read() {
    List<Slo> slos = new ArrayList<>();
    sources.values().forEach(source -> slos.add(slo(source)));
    problems.throwIfAny();
    return slos;
  }

  private void read(YamlDocument document) {
    String kind = String.valueOf(document.text("kind"));
    switch (kind) {
      case "Service" -> {
        String name = document.bind(OpenSlo.ServiceDocument.class).metadata().name();
        unique(document, services.putIfAbsent(name, document.originOf("metadata.name")) == null);
      }
      case "SLO" -> {
        OpenSlo.SloDocument slo = document.bind(OpenSlo.SloDocument.class);
        Source source = new Source(document, slo);
        unique(document, sources.putIfAbsent(slo.metadata().name(), source) == null);
      }
      case "AlertPolicy" -> {
        OpenSlo.AlertPolicy policy = document.bind(OpenSlo.AlertPolicy.class);
        if (policy.metadata() == null || policy.spec() == null) {
          problems.add(document.problem("metadata", "expected metadata.name and a spec"));
        } else {
          String name = policy.metadata().name();
          unique(document, policies.putIfAbsent(name, policy.spec()) == null);
        }
      }
      default -> {
        String sentence = "expected " + String.join(", ", KINDS) + nearest(kind, KINDS);
        problems.add(document.problem("kind", sentence));
      }
    }
  }

  private void unique(YamlDocument document, boolean isNew) {
    if (!isNew) {
      problems.add(document.problem("metadata.name", "expected a name that is unique in its kind"));
    }
  }

  private Slo slo(Source source) {
    OpenSlo.Metadata metadata = source.slo().metadata();
    OpenSlo.SloSpec spec = source.slo().spec();
    requireService(source.document(), spec.service());
    Duration period = spec.timeWindow().get(0).duration();
    double objective = spec.objectives().get(0).share();
    Map<String, String> annotations =
        metadata.annotations() == null ? Map.of() : metadata.annotations();
    List<BurnRatePolicy> given = policies(source.document(), spec, period, objective);
    return new Slo(
        metadata.name(),
        metadata.displayName() == null ? metadata.name() : metadata.displayName(),
        spec.description() == null ? "" : spec.description(),
        spec.service(),
        objective,
        period,
        spec.indicator().spec().ratioMetric().total().metricSource().spec().selector().selector(),
        spec.indicator().spec().ratioMetric().good().metricSource().spec().condition(),
        spec.alertPolicies() == null ? BurnRatePolicy.defaults(period, objective) : given,
        annotations.get(Slo.RUNBOOK),
        annotations);
  }

  /** Service documents are not required; where a set has them, a name must be one of theirs. */
  private void requireService(YamlDocument document, String service) {
    if (!services.isEmpty() && !services.containsKey(service)) {
      String sentence = "no Service has this name" + nearest(service, services.keySet());
      problems.add(document.problem("spec.service", sentence));
    }
  }

  private List<BurnRatePolicy> policies(
      YamlDocument document, OpenSlo.SloSpec spec, Duration period, double objective) {
    List<BurnRatePolicy> found = new ArrayList<>();
    List<OpenSlo.AlertPolicy> written =
        spec.alertPolicies() == null ? List.of() : spec.alertPolicies();
    for (int i = 0; i < written.size(); i++) {
      String path = "spec.alertPolicies[" + i + "]";
      String ref = written.get(i).alertPolicyRef();
      OpenSlo.AlertPolicySpec policy = ref == null ? written.get(i).spec() : policies.get(ref);
      if (policy == null) {
        String hint = nearest(String.valueOf(ref), policies.keySet());
        problems.add(
            document.problem(path + ".alertPolicyRef", "no AlertPolicy has this name" + hint));
        continue;
      }
      for (OpenSlo.AlertCondition condition : policy.conditions()) {
        BurnRatePolicy burnRate = condition.spec().condition().as(condition.spec().severity());
        check(document, path, burnRate, period, objective);
        found.add(burnRate);
      }
    }
    return found;
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
                  "expected a threshold below %.4g: with this target not even a total outage burns"
                      + " faster",
                  1 / (1 - objective))));
    }
  }

  private static String nearest(String wrong, Collection<String> names) {
    String nearest = NearestName.of(wrong, names);
    return nearest == null ? "" : "; did you mean \"" + nearest + "\"?";
  }
}
