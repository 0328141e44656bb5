package io.sluice.alerts;

import io.sluice.schemas.Contributor;
import io.sluice.schemas.PlainText;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.definitions.Budgeting;
import io.sluice.schemas.definitions.BurnRatePolicy;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.settings.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** One burn-rate policy of an SLO: its condition, labels and words. */
final class BurnRateRule implements AlertRule {

  static final String NAME = "ErrorBudgetBurn";

  /** Of each dimension, in a message. */
  private static final int MAX_CONTRIBUTORS = 3;

  private final Slo slo;
  private final BurnRatePolicy policy;
  private final BurnRate burnRate;
  private final Duration keepFiringFor;
  private final Links links;
  private final Map<String, String> labels;
  private final String fingerprint;

  /**
   * @param config holds where the policy says nothing
   */
  BurnRateRule(Slo slo, BurnRatePolicy policy, AlertsConfig config, Links links) {
    this.slo = slo;
    this.policy = policy;
    this.links = links;
    this.burnRate =
        new BurnRate(
            slo.objective(),
            policy.threshold(),
            policy.longWindow(),
            policy.shortWindow(),
            policy.minimumBadEvents() == null
                ? config.minimumBadEvents()
                : policy.minimumBadEvents());
    this.keepFiringFor =
        policy.keepFiringFor() == null ? config.keepFiringFor() : policy.keepFiringFor();
    Map<String, String> named = AlertRule.labels(NAME, slo, policy.severity());
    named.put("window", DurationText.format(policy.longWindow()));
    if (!policy.targets().isEmpty()) {
      named.put("targets", String.join(",", policy.targets()));
    }
    this.labels = Map.copyOf(named);
    this.fingerprint = AlertRule.fingerprint(labels);
  }

  BurnRate burnRate() {
    return burnRate;
  }

  @Override
  public Map<String, String> labels() {
    return labels;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Duration holdFor() {
    return policy.holdFor();
  }

  @Override
  public Duration keepFiringFor() {
    return keepFiringFor;
  }

  @Override
  public Duration flapHold() {
    return policy.shortWindow();
  }

  @Override
  public Duration flapWindow() {
    return policy.longWindow();
  }

  @Override
  public boolean isDue(SliHistory history, boolean isOpen, long nowNanos) {
    return (burnRate.isDue(burnRate.read(history)) && isBadInEnoughSlices(history))
        || isDueOpen(history);
  }

  /** Shares of slices are no number of bad events, and a slice may have had but one. */
  private boolean isBadInEnoughSlices(SliHistory history) {
    return !isMeanOfSlices()
        || history.badSlices(policy.longWindow().toNanos()) >= burnRate.minimumBadEvents();
  }

  /** What is bad already is bad: nothing has to be waited for. */
  private boolean isDueOpen(SliHistory history) {
    return !history.open().isEmpty() && burnRate.isDue(burnRate.readOpen(history));
  }

  @Override
  public AlertLifecycle.Evidence evidence(SliHistory history, boolean due, long nowNanos) {
    BurnRate.Reading over = burnRate.read(history);
    boolean decidedOpen = due && !burnRate.isDue(over);
    BurnRate.Reading reading = decidedOpen ? burnRate.readOpen(history) : over;
    Budget budget = new Budget(slo, history);
    long length = policy.longWindow().toNanos();
    List<TraceId> traces = history.badTraces(length);
    BurnedBy burnedBy = history.burnedBy(length);
    if (due) {
      burnedBy.addAll(history.open().contributors());
    }
    List<Contributor> contributors = burnedBy.first(MAX_CONTRIBUTORS);
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put("summary", summary(reading, due));
    annotations.put("description", description(reading, budget, contributors));
    if (!traces.isEmpty()) {
      annotations.put(
          "example_traces",
          traces.stream()
              .map(trace -> HexFormat.of().formatHex(trace.bytes()))
              .collect(Collectors.joining(" ")));
    }
    links.addTo(annotations, slo.id(), fingerprint, slo.runbook() == null ? NAME : slo.runbook());
    return new AlertLifecycle.Evidence(
        burnRate.cause(reading),
        null,
        decidedOpen ? history.open().endNanos() : history.newestEndNanos(),
        annotations,
        traces,
        contributors,
        budget.remaining());
  }

  private String summary(BurnRate.Reading reading, boolean due) {
    return due
        ? String.format(
            Locale.ROOT,
            "%s: the error budget burns %.1f times too fast",
            AlertRule.name(slo),
            reading.shortRate())
        : AlertRule.name(slo) + ": the error budget no longer burns too fast";
  }

  private String description(
      BurnRate.Reading reading, Budget budget, List<Contributor> contributors) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s %s bad in the last %s and %s in the last %s; %s must be good."
                + " The alert is due above %.4g times the rate that spends the budget in %s.",
            share(reading.longCounts()),
            unit(),
            DurationText.words(policy.longWindow()),
            share(reading.shortCounts()),
            DurationText.words(policy.shortWindow()),
            slo.objectiveText(),
            policy.threshold(),
            DurationText.words(slo.period())));
    text.append(' ').append(left(budget));
    text.append('.');
    if (!contributors.isEmpty()) {
      text.append(" Most bad events have in common: ").append(words(contributors)).append('.');
    }
    return text.toString();
  }

  private static String left(Budget budget) {
    double percent = 100 * budget.remaining();
    if (percent < 0) {
      return String.format(Locale.ROOT, "The budget is overspent by %.1f %%", -percent);
    }
    String left = String.format(Locale.ROOT, "Of the budget %.1f %% is left", percent);
    Long exhausted = budget.exhaustedAtNanos();
    return exhausted == null || percent == 0
        ? left
        : left + ", at this rate until " + Instant.ofEpochSecond(exhausted / 1_000_000_000L);
  }

  private String share(Counts counts) {
    return isMeanOfSlices()
        ? String.format(Locale.ROOT, "%.4g %%", 100 * counts.errorRatio())
        : counts.bad() + " of " + counts.total();
  }

  private String unit() {
    String slices = "slices of " + DurationText.format(slo.budgeting().slice());
    return switch (slo.budgeting().method()) {
      case OCCURRENCES -> "events were";
      case TIMESLICES -> slices + " were";
      case RATIO_TIMESLICES -> "of the events in " + slices + " was, on average,";
    };
  }

  private boolean isMeanOfSlices() {
    return slo.budgeting().method() == Budgeting.Method.RATIO_TIMESLICES;
  }

  private static String words(List<Contributor> contributors) {
    return contributors.stream()
        .map(
            each ->
                each.getDimension()
                    + " "
                    + PlainText.of(each.getValue())
                    + " ("
                    + each.getBad()
                    + ")")
        .collect(Collectors.joining(", "));
  }
}
