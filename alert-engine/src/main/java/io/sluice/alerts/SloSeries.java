package io.sluice.alerts;

import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.SloGroup;
import io.sluice.schemas.settings.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The series of an SLO: the names and labels that Sloth's recording rules give, for dashboards made
 * for it, and the counters that such rules can be computed from.
 *
 * @see <a href="https://sloth.dev/">Sloth</a>
 */
final class SloSeries {

  /** The windows that Sloth's dashboards ask for; the SLO's period comes with them. */
  private static final List<Duration> WINDOWS =
      List.of(
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(1),
          Duration.ofHours(2),
          Duration.ofHours(6),
          Duration.ofDays(1),
          Duration.ofDays(3));

  private static final Duration CURRENT = Duration.ofMinutes(5);

  static final String INFO = "sloth_slo_info";
  static final String INFO_MODE = "sluice";

  /** The label of every series that has the SLO's id, as its alerts have it in {@code slo}. */
  static final String OF_SLO = "sluice_slo";

  /** What tells the series of an SLO's groups apart. */
  static final String GROUP = "sluice_group";

  private final Slo slo;
  private final SliHistory history;
  private final long nowNanos;
  private final List<SeriesPoint> points = new ArrayList<>();

  private SloSeries(Slo slo, SliHistory history, long nowNanos) {
    this.slo = slo;
    this.history = history;
    this.nowNanos = nowNanos;
  }

  /**
   * @param isLate whether nobody knows how it stands: then there are only the counters, and whoever
   *     looks sees that nothing is known
   * @param counted events since the counters began
   */
  static List<SeriesPoint> of(
      Slo slo, SliHistory history, boolean isLate, Counts counted, long nowNanos) {
    SloSeries series = new SloSeries(slo, history, nowNanos);
    if (!isLate) {
      series.addGauges();
    }
    series.info();
    series.counter("good", counted.good());
    series.counter("bad", counted.bad());
    return series.points;
  }

  private void addGauges() {
    Budget budget = new Budget(slo, history);
    for (Duration window : WINDOWS) {
      if (window.compareTo(slo.period()) < 0) {
        errorRatio(window, history.last(window.toNanos()));
      }
    }
    errorRatio(slo.period(), budget.period());
    gauge("slo:objective:ratio", "Share of events that must be good.", slo.objective());
    gauge("slo:error_budget:ratio", "Share of events that may be bad.", slo.errorBudget());
    gauge(
        "slo:time_period:days",
        "Days over which the objective holds.",
        (double) slo.period().toSeconds() / Duration.ofDays(1).toSeconds());
    gauge(
        "slo:current_burn_rate:ratio",
        "How many times faster than it may the budget burned in the last 5 minutes.",
        history.last(CURRENT.toNanos()).errorRatio() / slo.errorBudget());
    gauge(
        "slo:period_burn_rate:ratio",
        "How many times faster than it may the budget burned in the period.",
        1 - budget.remaining());
    gauge(
        "slo:period_error_budget_remaining:ratio",
        "Share of the period's error budget that is left.",
        budget.remaining());
  }

  /** What Sloth says of an SLO: dashboards list them by it. */
  private void info() {
    Map<String, String> labels = labels();
    labels.put("sloth_mode", INFO_MODE);
    labels.put("sloth_objective", objective(slo));
    labels.put("sloth_spec", spec(slo));
    points.add(point(INFO, "Always 1: which SLOs there are.", SeriesType.GAUGE, labels, 1));
  }

  /** In percent, as Sloth has it. */
  static String objective(Slo slo) {
    String text = slo.objectiveText();
    return text.substring(0, text.length() - 1);
  }

  /** What kind of file it is from: in Sloth's, ids have the service in front of the name. */
  static String spec(Slo slo) {
    return slo.id().equals(slo.name()) ? "openslo/v1" : "prometheus/v1";
  }

  private void errorRatio(Duration window, Counts counts) {
    Map<String, String> labels = labels();
    String text = DurationText.format(window);
    labels.put("sloth_window", text);
    points.add(
        point(
            "slo:sli_error:ratio_rate" + text,
            "Share of events that were bad.",
            SeriesType.GAUGE,
            labels,
            counts.errorRatio()));
  }

  private void gauge(String name, String help, double value) {
    points.add(point(name, help, SeriesType.GAUGE, labels(), value));
  }

  private void counter(String outcome, long value) {
    Map<String, String> labels = labels();
    labels.put("outcome", outcome);
    points.add(
        point(
            "sluice_slo_events_total",
            "Events of an SLO that came while they were new: not those of a backfill.",
            SeriesType.COUNTER,
            labels,
            (double) value));
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    String name = slo.name();
    labels.put(OF_SLO, slo.id());
    if (slo.group() != null) { // rules over these series have their labels in people's messages
      name = SloGroup.id(slo.group().sloId(), slo.group().label());
      labels.put(OF_SLO, slo.group().sloId());
      labels.put(GROUP, slo.group().label());
    }
    labels.put("sloth_id", slo.service() + "-" + name);
    labels.put("sloth_service", slo.service());
    labels.put("sloth_slo", name);
    return labels;
  }

  private SeriesPoint point(
      String name, String help, SeriesType type, Map<String, String> labels, double value) {
    return SeriesPoint.newBuilder()
        .setName(name)
        .setHelp(help)
        .setType(type)
        .setLabels(labels)
        .setStartTimeUnixNano(0)
        .setTimeUnixNano(nowNanos)
        .setValue(value)
        .build();
  }
}
