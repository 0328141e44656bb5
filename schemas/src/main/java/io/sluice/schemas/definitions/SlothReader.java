package io.sluice.schemas.definitions;

import io.sluice.schemas.settings.OneOrMore;
import io.sluice.schemas.settings.YamlDocument;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes SLOs of Sloth's files whose queries are over Sluice's own series of spans: the same events
 * are then counted themselves. Whatever else Prometheus may have is not in Kafka, and refused.
 */
final class SlothReader {

  /** Sloth's, unless it is told otherwise. */
  private static final Duration PERIOD = Duration.ofDays(30);

  private static final Set<String> CALLS =
      Set.of(
          "traces_spanmetrics_calls_total",
          "traces_spanmetrics_latency_count",
          "traces_span_metrics_calls_total",
          "traces_span_metrics_duration_seconds_count");
  private static final Set<String> BUCKETS =
      Set.of("traces_spanmetrics_latency_bucket", "traces_span_metrics_duration_seconds_bucket");
  private static final String STATUS = "status_code";
  private static final String ERROR = "=STATUS_CODE_ERROR";
  private static final String KIND = "=SPAN_KIND_";
  private static final String NOT_OURS =
      "expected a sum of rates over [{{.window}}] of traces_spanmetrics_calls_total or"
          + " traces_spanmetrics_latency_count: SLIs are counted from what is in Kafka";

  private final ProblemList problems;
  private final boolean accepting;

  /**
   * @param accepting as {@link SloReader} says
   */
  SlothReader(ProblemList problems, boolean accepting) {
    this.problems = problems;
    this.accepting = accepting;
  }

  static boolean isSloth(YamlDocument document) {
    return String.valueOf(document.text("version")).startsWith("prometheus/");
  }

  List<Slo> read(YamlDocument document) {
    Sloth.File file = document.bind(Sloth.File.class);
    List<Slo> found = new ArrayList<>();
    for (int i = 0; i < file.slos().size(); i++) {
      Slo slo = slo(document, "slos[" + i + "]", file, file.slos().get(i));
      if (slo != null) {
        found.add(slo);
      }
    }
    return found;
  }

  private @Nullable Slo slo(
      YamlDocument document, String path, Sloth.File file, Sloth.SloSpec spec) {
    Sloth.Events events = spec.sli().events();
    if (events == null) {
      return null;
    }
    String at = path + ".sli.events.";
    SpanMetricsQuery total = SpanMetricsQuery.parse(events.totalQuery());
    SpanMetricsQuery error = SpanMetricsQuery.parse(events.errorQuery());
    if (total == null || total.less() != null || !CALLS.contains(total.counted().metric())) {
      problems.add(document.problem(at + "total_query", NOT_OURS));
      return null;
    }
    Map<String, String> labels = total.counted().labels();
    EventSelector selector = null;
    try {
      selector = selector(document, at + "total_query", labels);
    } catch (IllegalArgumentException e) { // no kind of span, or no expression
      problems.add(document.problem(at + "total_query", String.valueOf(e.getMessage())));
    }
    GoodCondition good = error == null ? null : good(error, labels);
    if (good == null) {
      String sentence =
          "expected the total_query's events with status_code=\"STATUS_CODE_ERROR\", or less those"
              + " of traces_spanmetrics_latency_bucket with an le";
      problems.add(document.problem(at + "error_query", sentence));
    }
    if (selector == null || good == null) {
      return null;
    }
    double objective = BigDecimal.valueOf(spec.objective()).movePointLeft(2).doubleValue();
    Map<String, String> annotations = new TreeMap<>();
    putAll(annotations, file.labels());
    putAll(annotations, spec.labels());
    Sloth.Alerting alerting = spec.alerting();
    if (alerting != null) {
      putAll(annotations, alerting.labels());
      putAll(annotations, alerting.annotations());
    }
    if (accepting && Runbooks.isMissing(annotations)) {
      problems.add(document.problem(path + ".alerting.annotations", Runbooks.EXPECTED));
    }
    String id = file.service() + "-" + spec.name();
    return new Slo(
        id,
        spec.name(),
        alerting == null || alerting.name() == null ? id : alerting.name(),
        spec.description() == null ? "" : spec.description(),
        file.service(),
        objective,
        PERIOD,
        Budgeting.OCCURRENCES,
        EventSignal.SPANS,
        selector,
        good,
        policies(objective, alerting),
        Runbooks.known(annotations),
        annotations,
        null,
        null);
  }

  private static void putAll(Map<String, String> into, @Nullable Map<String, String> some) {
    if (some != null) {
      into.putAll(some);
    }
  }

  private @Nullable EventSelector selector(
      YamlDocument document, String path, Map<String, String> labels) {
    OneOrMore service = null;
    OneOrMore operation = null;
    TextPattern operationMatches = null;
    SpanKind kind = null;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      String wanted = label.getValue();
      boolean equals = !wanted.startsWith("=~");
      if (label.getKey().equals("service") && equals) {
        service = OneOrMore.of(wanted.substring(1));
      } else if (label.getKey().equals("span_name")) {
        operation = equals ? OneOrMore.of(wanted.substring(1)) : null;
        operationMatches = equals ? null : TextPattern.parse(wanted.substring(2));
      } else if (label.getKey().equals("span_kind") && wanted.startsWith(KIND)) {
        kind = kind(wanted.substring(KIND.length()));
      } else {
        String sentence =
            "expected only service=\"…\", span_name=\"…\" or =~\"…\", and span_kind=\"SPAN_KIND_…\","
                + " got the label "
                + label.getKey();
        problems.add(document.problem(path, sentence));
        return null;
      }
    }
    if (labels.isEmpty()) {
      problems.add(document.problem(path, "expected at least one label, such as service=\"…\""));
      return null;
    }
    return new EventSelector(service, operation, operationMatches, kind, null, null, null);
  }

  private static SpanKind kind(String name) {
    for (SpanKind kind : SpanKind.values()) {
      if (kind.name().equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("expected a kind of span, got SPAN_KIND_" + name);
  }

  private static @Nullable GoodCondition good(SpanMetricsQuery error, Map<String, String> total) {
    SpanMetricsQuery.Sum less = error.less();
    if (!CALLS.contains(error.counted().metric())) {
      return null;
    }
    Map<String, String> expected = new TreeMap<>(total);
    if (less == null) {
      expected.put(STATUS, ERROR);
      return error.counted().labels().equals(expected) ? new NotBad(isError()) : null;
    }
    String le = less.labels().get("le");
    if (!BUCKETS.contains(less.metric()) || le == null || !error.counted().labels().equals(total)) {
      return null;
    }
    expected.put("le", le);
    if (!less.labels().equals(expected)) {
      return null;
    }
    try {
      double seconds = Double.parseDouble(le.substring(1));
      return new Threshold(Threshold.Measure.DURATION, null, Threshold.Operator.LTE, seconds);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static EventCondition isError() {
    return new EventCondition(
        null, true, null, null, null, null, null, null, null, null, null, null);
  }

  private static List<BurnRatePolicy> policies(
      double objective, Sloth.@Nullable Alerting alerting) {
    Sloth.Alert page = alerting == null ? null : alerting.pageAlert();
    Sloth.Alert ticket = alerting == null ? null : alerting.ticketAlert();
    List<BurnRatePolicy> policies = new ArrayList<>();
    for (BurnRatePolicy policy : BurnRatePolicy.defaults(PERIOD, objective)) {
      Sloth.Alert alert = policy.severity().equals("page") ? page : ticket;
      if (alert == null) {
        policies.add(policy);
      } else if (!Boolean.TRUE.equals(alert.disable())) {
        Map<String, String> labels = alert.labels() == null ? Map.of() : alert.labels();
        policies.add(
            new BurnRatePolicy(
                labels.getOrDefault("severity", policy.severity()),
                policy.longWindow(),
                policy.shortWindow(),
                policy.threshold(),
                policy.holdFor()));
      }
    }
    return policies;
  }
}
