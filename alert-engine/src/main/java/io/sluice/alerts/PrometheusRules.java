package io.sluice.alerts;

import io.sluice.schemas.definitions.BurnRatePolicy;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.settings.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The same SLOs as recording and alerting rules of Prometheus, for those who evaluate there: over
 * {@code sluice_slo_events_total}, with the names and labels that Sloth gives to its rules, and
 * alerts with the labels of the engine's own. Of an SLO with groups every rule is for all of them:
 * what tells them apart are labels of the events.
 *
 * @see <a href="https://sloth.dev/">Sloth</a>
 */
public final class PrometheusRules {

  /** What is shorter has too few samples at the usual 15 s between scrapes. */
  private static final Duration SHORTEST = Duration.ofMinutes(1);

  private static final Duration BASE = Duration.ofMinutes(5);

  private static final List<Duration> SHOWN =
      List.of(
          BASE,
          Duration.ofMinutes(30),
          Duration.ofHours(1),
          Duration.ofHours(2),
          Duration.ofHours(6),
          Duration.ofDays(1),
          Duration.ofDays(3));

  private final StringBuilder yaml = new StringBuilder();

  private PrometheusRules() {}

  /** A file of rules: three groups for each SLO. */
  public static String of(List<Slo> slos) {
    PrometheusRules rules = new PrometheusRules();
    rules.line(0, "# Made by `sluice slo rules`. Series are those of Sluice's Prometheus sink.");
    rules.line(0, "groups:");
    slos.forEach(rules::add);
    return rules.yaml.toString();
  }

  private void add(Slo slo) {
    group("sloth-slo-sli-recordings-" + slo.id());
    for (Duration window : windows(slo)) {
      errorRatio(slo, window);
    }
    if (!slo.period().equals(BASE)) { // which is among the windows
      periodErrorRatio(slo);
    }
    group("sloth-slo-meta-recordings-" + slo.id());
    record(slo, "slo:objective:ratio", constant(slo, String.valueOf(slo.objective())));
    record(slo, "slo:error_budget:ratio", constant(slo, "1 - " + slo.objective()));
    record(slo, "slo:time_period:days", constant(slo, String.valueOf(days(slo.period()))));
    record(slo, "slo:current_burn_rate:ratio", ratio(slo, BASE) + " / " + budget(slo));
    record(slo, "slo:period_burn_rate:ratio", ratio(slo, slo.period()) + " / " + budget(slo));
    record(
        slo,
        "slo:period_error_budget_remaining:ratio",
        "1 - slo:period_burn_rate:ratio{" + selector(slo) + "}");
    info(slo);
    if (!slo.policies().isEmpty()) {
      group("sloth-slo-alerts-" + slo.id());
      slo.policies().forEach(policy -> alert(slo, policy));
    }
  }

  /** Those of the policies and those that dashboards show, each once, the shortest first. */
  private static Set<Duration> windows(Slo slo) {
    Set<Duration> windows = new TreeSet<>(SHOWN);
    for (BurnRatePolicy policy : slo.policies()) {
      windows.add(atLeastShortest(policy.longWindow()));
      windows.add(atLeastShortest(policy.shortWindow()));
    }
    windows.removeIf(window -> window.compareTo(slo.period()) >= 0 && !window.equals(BASE));
    return windows;
  }

  private void errorRatio(Slo slo, Duration window) {
    String range = "[" + DurationText.format(window) + "]";
    String events = "sluice_slo_events_total{" + selector(slo);
    line(2, "- record: slo:sli_error:ratio_rate" + DurationText.format(window));
    line(3, "expr: |");
    line(4, "(" + sum(slo) + "(rate(" + events + ", outcome=\"bad\"}" + range + ")))");
    line(4, "/");
    // Without events there is no ratio: one that is no number would be in every mean over it.
    line(4, "(" + sum(slo) + "(rate(" + events + "}" + range + ")) > 0)");
    labels(slo, "sloth_window", DurationText.format(window));
  }

  /**
   * A sum of ratios, as Sloth does it: a rate over weeks would read every sample each time. Of all
   * series of the SLO: in another service before, it has two.
   */
  private void periodErrorRatio(Slo slo) {
    String period = DurationText.format(slo.period());
    String ratios = "slo:sli_error:ratio_rate5m{" + selector(slo) + "}[" + period + "]";
    line(2, "- record: slo:sli_error:ratio_rate" + period);
    line(3, "expr: |");
    line(4, sum(slo) + "(sum_over_time(" + ratios + "))");
    line(4, "/");
    line(4, sum(slo) + "(count_over_time(" + ratios + "))");
    labels(slo, "sloth_window", period);
  }

  private void record(Slo slo, String name, String expression) {
    line(2, "- record: " + name);
    line(3, "expr: " + quoted(expression));
    labels(slo, "", "");
  }

  private void info(Slo slo) {
    record(slo, SloSeries.INFO, constant(slo, "1"));
    line(4, "sloth_mode: " + quoted(SloSeries.INFO_MODE));
    line(4, "sloth_objective: " + quoted(SloSeries.objective(slo)));
    line(4, "sloth_spec: " + quoted(SloSeries.spec(slo)));
  }

  private void labels(Slo slo, String name, String value) {
    line(3, "labels:");
    if (slo.groupBy() == null) {
      line(4, "sloth_id: " + quoted(id(slo)));
    }
    line(4, "sloth_service: " + quoted(slo.service()));
    if (slo.groupBy() == null) {
      line(4, "sloth_slo: " + quoted(slo.name()));
      line(4, SloSeries.OF_SLO + ": " + quoted(slo.id()));
    }
    if (!name.isEmpty()) {
      line(4, name + ": " + quoted(value));
    }
  }

  private void alert(Slo slo, BurnRatePolicy policy) {
    line(2, "- alert: " + BurnRateRule.NAME);
    line(3, "expr: |");
    line(4, above(slo, policy, policy.longWindow()));
    line(4, "and");
    line(4, above(slo, policy, policy.shortWindow()));
    if (!policy.holdFor().isZero()) {
      line(3, "for: " + DurationText.format(policy.holdFor()));
    }
    if (policy.keepFiringFor() != null && !policy.keepFiringFor().isZero()) {
      line(3, "keep_firing_for: " + DurationText.format(policy.keepFiringFor()));
    }
    line(3, "labels:");
    line(4, "slo: " + quoted(slo.id()));
    line(4, "service: " + plain(slo.service()));
    line(4, "severity: " + plain(policy.severity()));
    line(4, "window: " + quoted(DurationText.format(policy.longWindow())));
    if (slo.groupBy() != null) {
      line(4, AlertRule.GROUP + ": " + quoted("{{ $labels." + SloSeries.GROUP + " }}"));
    }
    if (!policy.targets().isEmpty()) {
      line(4, "targets: " + plain(String.join(",", policy.targets())));
    }
    line(3, "annotations:");
    line(4, "summary: " + plain(slo.displayName() + ": the error budget burns too fast"));
    line(4, "runbook: " + plain(slo.runbook() == null ? BurnRateRule.NAME : slo.runbook()));
  }

  private static String above(Slo slo, BurnRatePolicy policy, Duration window) {
    return String.format(
        Locale.ROOT,
        "max(%s) without (sloth_window) > (%s * (1 - %s))",
        ratio(slo, atLeastShortest(window)),
        policy.threshold(),
        slo.objective());
  }

  private static String ratio(Slo slo, Duration window) {
    return "slo:sli_error:ratio_rate" + DurationText.format(window) + "{" + selector(slo) + "}";
  }

  private static String budget(Slo slo) {
    return "on(sloth_id, sloth_slo, sloth_service, "
        + SloSeries.OF_SLO
        + ") group_left slo:error_budget:ratio{"
        + selector(slo)
        + "}";
  }

  /** By the id: the service and the name of another SLO may give the same {@code sloth_id}. */
  private static String selector(Slo slo) {
    return SloSeries.OF_SLO + "=" + quoted(slo.id());
  }

  private static String sum(Slo slo) {
    return slo.groupBy() == null ? "sum" : "sum " + by();
  }

  /** What tells the groups of an SLO apart. */
  private static String by() {
    return "by (sloth_id, sloth_slo, " + SloSeries.OF_SLO + ", " + SloSeries.GROUP + ")";
  }

  /** The same number for each group that there is. */
  private static String constant(Slo slo, String number) {
    return slo.groupBy() == null
        ? "vector(" + number + ")"
        : "group " + by() + " (sluice_slo_events_total{" + selector(slo) + "}) * (" + number + ")";
  }

  private static String id(Slo slo) {
    return slo.service() + "-" + slo.name();
  }

  private static double days(Duration period) {
    return (double) period.toSeconds() / Duration.ofDays(1).toSeconds();
  }

  private static Duration atLeastShortest(Duration window) {
    return window.compareTo(SHORTEST) < 0 ? SHORTEST : window;
  }

  private void group(String name) {
    line(1, "- name: " + quoted(name));
    line(2, "rules:");
  }

  private void line(int depth, String text) {
    yaml.append("  ".repeat(depth)).append(text).append('\n');
  }

  /** As it is where Prometheus expects a template. */
  private static String plain(String text) {
    return quoted(text.replace("{{", "{{ \"{{\" }}"));
  }

  /** As YAML and as PromQL, which agree in this. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        default -> quoted.append(c < ' ' ? ' ' : c);
      }
    }
    return quoted.append('"').toString();
  }
}
