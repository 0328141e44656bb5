package io.sluice.schemas.definitions;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.settings.NearestName;
import io.sluice.schemas.settings.StrictYaml;
import io.sluice.schemas.settings.YamlDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes SLOs of one set of documents of OpenSLO, which may refer to each other, and of files of
 * Sloth.
 */
final class SloReader {

  private static final List<String> KINDS =
      List.of(
          "DataSource",
          "Service",
          "SLI",
          "SLO",
          "AlertPolicy",
          "AlertCondition",
          "AlertNotificationTarget");

  private final ProblemList problems = new ProblemList();
  private final NamedDocuments<OpenSlo.ServiceSpec> services = kind("Service");
  private final NamedDocuments<OpenSlo.IndicatorSpec> indicators = kind("SLI");
  private final NamedDocuments<YamlDocument> slos = kind("SLO");
  private final Map<YamlDocument, OpenSlo.SloDocument> bound = new LinkedHashMap<>();
  private final MetricSources sources = new MetricSources(problems);
  private final AlertPolicies policies = new AlertPolicies(problems);
  private final List<Slo> fromSloth = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private final boolean accepting;

  /**
   * @param accepting for who applies the set, which is held to more then: names of runbooks
   */
  SloReader(DefinitionSet set, boolean accepting) {
    this.accepting = accepting;
    List<YamlDocument> documents = new ArrayList<>();
    for (DefinitionDocument file : set.getDocuments()) {
      problems.collect(
          () -> documents.addAll(StrictYaml.documents(file.getName(), file.getContent())));
    }
    // What a metric source is read as depends on its data source.
    documents.stream().filter(SloReader::isDataSource).forEach(sources::add);
    for (YamlDocument document : documents) {
      if (SlothReader.isSloth(document)) {
        problems.collect(() -> readSloth(document));
      } else if (!isDataSource(document)) {
        read(document);
      }
    }
  }

  List<Slo> read() {
    List<Slo> found = new ArrayList<>();
    bound.forEach((document, slo) -> addSlos(found, document, slo));
    policies.checkAll();
    found.addAll(fromSloth);
    problems.throwIfAny();
    return found;
  }

  private <T> NamedDocuments<T> kind(String name) {
    return new NamedDocuments<>(name, problems);
  }

  private static boolean isDataSource(YamlDocument document) {
    return "DataSource".equals(document.text("kind"));
  }

  private void readSloth(YamlDocument document) {
    for (Slo slo : new SlothReader(problems, accepting).read(document)) {
      if (!ids.add(slo.id())) {
        problem(document, "slos", "expected names that are unique, got " + slo.id() + " twice");
      }
      fromSloth.add(slo);
    }
  }

  private void read(YamlDocument document) {
    String kind = String.valueOf(document.text("kind"));
    switch (kind) {
      case "Service" ->
          services.add(document, () -> document.bind(OpenSlo.ServiceDocument.class).spec());
      case "SLI" ->
          indicators.add(
              document,
              () -> {
                sources.check(document, "spec");
                OpenSlo.IndicatorSpec spec = document.bind(OpenSlo.SliDocument.class).spec();
                checkConditions(document, "spec", spec);
                return spec;
              });
      case "SLO" ->
          slos.add(
              document,
              () -> {
                sources.check(document, "spec.indicator.spec");
                bound.put(document, document.bind(OpenSlo.SloDocument.class));
                return document;
              });
      case "AlertPolicy", "AlertCondition", "AlertNotificationTarget" ->
          policies.add(kind, document);
      default -> {
        String nearest = NearestName.of(kind, KINDS);
        String hint = nearest == null ? "" : "; did you mean \"" + nearest + "\"?";
        problems.add(document.problem("kind", "expected " + String.join(", ", KINDS) + hint));
      }
    }
  }

  private void addSlos(List<Slo> found, YamlDocument document, OpenSlo.SloDocument slo) {
    OpenSlo.SloSpec spec = slo.spec();
    // Service documents are not required; where a set has them, a name must be one of theirs.
    if (!services.isEmpty()) {
      services.find(document, "spec.service", spec.service());
    }
    OpenSlo.IndicatorSpec indicator;
    if (spec.indicatorRef() != null) {
      indicator = indicators.find(document, "spec.indicatorRef", spec.indicatorRef());
    } else {
      indicator = spec.indicator() == null ? null : spec.indicator().spec();
      checkConditions(document, "spec.indicator.spec", indicator);
    }
    if (indicator == null) {
      return;
    }
    if (accepting && Runbooks.isMissing(annotations(slo))) {
      problem(document, "metadata.annotations", Runbooks.EXPECTED);
    }
    if (indicator.thresholdMetric() != null && spec.objectives().size() > 1) {
      problem(document, "spec.objectives", "expected one objective for a thresholdMetric");
    }
    for (int i = 0; i < spec.objectives().size(); i++) {
      Slo made = slo(document, slo, indicator, i);
      if (made != null) {
        found.add(made);
      }
    }
  }

  private static Map<String, String> annotations(OpenSlo.SloDocument slo) {
    Map<String, String> annotations = slo.metadata().annotations();
    return annotations == null ? Map.of() : annotations;
  }

  private @Nullable Slo slo(
      YamlDocument document, OpenSlo.SloDocument slo, OpenSlo.IndicatorSpec indicator, int i) {
    OpenSlo.Metadata metadata = slo.metadata();
    OpenSlo.SloSpec spec = slo.spec();
    OpenSlo.Objective objective = spec.objectives().get(i);
    String path = "spec.objectives[" + i + "]";
    double share = objective.share();
    String id = i == 0 ? metadata.name() : metadata.name() + "-" + Slo.percent(share);
    if (!ids.add(id)) {
      problem(document, path, "expected a target of its own: it is the end of the SLO's id " + id);
    }
    GoodCondition good = good(document, path, indicator, objective);
    Budgeting budgeting = budgeting(document, path, spec.budgetingMethod().method(), objective);
    Duration period = spec.timeWindow().get(0).duration();
    List<BurnRatePolicy> given =
        spec.alertPolicies() == null
            ? BurnRatePolicy.defaults(period, share)
            : policies.of(document, spec.alertPolicies(), period, share);
    if (good == null || budgeting == null) {
      return null;
    }
    Map<String, String> annotations = annotations(slo);
    String name = metadata.displayName() == null ? metadata.name() : metadata.displayName();
    String part =
        objective.displayName() == null ? Slo.percent(share) + "%" : objective.displayName();
    return new Slo(
        id,
        id,
        spec.objectives().size() == 1 ? name : name + ": " + part,
        spec.description() == null ? "" : spec.description(),
        spec.service(),
        share,
        period,
        budgeting,
        signal(indicator),
        selector(indicator),
        good,
        given,
        Runbooks.known(annotations),
        annotations,
        groupBy(indicator),
        null);
  }

  private static EventSignal signal(OpenSlo.IndicatorSpec indicator) {
    return indicator.ratioMetric() != null
        ? indicator.ratioMetric().total().metricSource().spec().signal()
        : measured(indicator).signal();
  }

  private static EventSelector selector(OpenSlo.IndicatorSpec indicator) {
    return indicator.ratioMetric() != null
        ? indicator.ratioMetric().total().metricSource().spec().selector()
        : measured(indicator).selector();
  }

  private static @Nullable GroupBy groupBy(OpenSlo.IndicatorSpec indicator) {
    return indicator.ratioMetric() != null
        ? indicator.ratioMetric().total().metricSource().spec().groupBy()
        : measured(indicator).groupBy();
  }

  private static SliSource.Measured measured(OpenSlo.IndicatorSpec indicator) {
    if (indicator.thresholdMetric() == null) {
      throw new IllegalStateException("an indicator without metric"); // its checks refuse that
    }
    return indicator.thresholdMetric().metricSource().spec();
  }

  private @Nullable GoodCondition good(
      YamlDocument document,
      String path,
      OpenSlo.IndicatorSpec indicator,
      OpenSlo.Objective objective) {
    Threshold.Operator op = objective.op();
    OpenSlo.RatioMetric ratio = indicator.ratioMetric();
    if (ratio == null) {
      if (op == null || objective.value() == null) {
        problem(document, path, "expected op and value: the indicator is a thresholdMetric");
        return null;
      }
      return measured(indicator).threshold(op, objective.value());
    }
    if (objective.value() != null) {
      problem(document, path + ".value", "expected none: the indicator is a ratioMetric");
    }
    if (op == Threshold.Operator.LT || op == Threshold.Operator.LTE) {
      problem(document, path + ".op", "expected gte: the share of good events is to be above");
    }
    return ratio.good() != null
        ? ratio.good().metricSource().spec()
        : ratio.bad() != null ? new NotBad(ratio.bad().metricSource().spec()) : null;
  }

  private @Nullable Budgeting budgeting(
      YamlDocument document, String path, Budgeting.Method method, OpenSlo.Objective objective) {
    Double target = objective.timeSliceTarget();
    OpenSlo.SliceLength window = objective.timeSliceWindow();
    boolean targetAsked = method == Budgeting.Method.TIMESLICES;
    boolean windowAsked = method != Budgeting.Method.OCCURRENCES;
    boolean targetRight = expect(document, path, "timeSliceTarget", target, targetAsked);
    boolean windowRight = expect(document, path, "timeSliceWindow", window, windowAsked);
    if (!targetRight || !windowRight) {
      return null;
    }
    return window == null
        ? Budgeting.OCCURRENCES
        : new Budgeting(method, window.duration(), target == null ? 0 : target);
  }

  private boolean expect(
      YamlDocument document, String path, String key, @Nullable Object given, boolean asked) {
    if ((given != null) != asked) {
      String expected = asked ? "missing; expected one" : "expected none";
      problem(document, path + "." + key, expected + " with this budgetingMethod");
      return false;
    }
    return true;
  }

  /** Conditions that no event of the signal fulfils would make an SLO that is always broken. */
  private void checkConditions(
      YamlDocument document, String prefix, OpenSlo.@Nullable IndicatorSpec indicator) {
    OpenSlo.RatioMetric ratio = indicator == null ? null : indicator.ratioMetric();
    if (ratio == null) {
      return;
    }
    EventSignal signal = ratio.total().metricSource().spec().signal();
    OpenSlo.PartMetric part = ratio.good() == null ? ratio.bad() : ratio.good();
    if (part == null) {
      return;
    }
    String at = prefix + ".ratioMetric." + (ratio.good() == null ? "bad" : "good");
    for (String key : part.metricSource().spec().keysNotOf(signal)) {
      problem(document, at + ".metricSource.spec." + key, "expected " + SliSource.notOf(signal));
    }
  }

  private void problem(YamlDocument document, String path, String sentence) {
    problems.add(document.problem(path, sentence));
  }
}
