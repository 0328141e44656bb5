package io.sluice.schemas.definitions;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A service level objective: which events count, which of them are good, what share has to be, and
 * when someone is told. An OpenSLO document with several objectives is as many of these.
 *
 * @param id {@code metadata.name}, of a further objective with its target behind it ({@code
 *     checkout-99.5}): unique, stable
 * @param name what its service calls it: the id, or of a Sloth file the name there, which is the id
 *     without the service
 * @param displayName for people; the id when the file has none
 * @param description empty when the file has none
 * @param service the service that promises it
 * @param objective the share of good events, between 0 and 1
 * @param period the rolling time over which the objective holds and the error budget is counted
 * @param budgeting whether events or slices of time are counted
 * @param signal what kind of telemetry has the events
 * @param selector which of it are events
 * @param good which events are good
 * @param policies when to alert, in the order of the file
 * @param runbook the name of a shipped runbook, without {@code .md}, or the address of another one,
 *     see {@link Runbooks}; null for none
 * @param annotations {@code metadata.annotations}
 * @param groupBy what divides its events into SLOs of their own; null for none
 * @param group which of these it is; null for an SLO of the files
 */
public record Slo(
    String id,
    String name,
    String displayName,
    String description,
    String service,
    double objective,
    Duration period,
    Budgeting budgeting,
    EventSignal signal,
    EventSelector selector,
    GoodCondition good,
    List<BurnRatePolicy> policies,
    @Nullable String runbook,
    Map<String, String> annotations,
    @Nullable GroupBy groupBy,
    @Nullable SloGroup group) {

  /** Annotation that names the runbook, or has its address. */
  public static final String RUNBOOK = "sluice.io/runbook";

  public Slo {
    policies = List.copyOf(policies);
    annotations = Map.copyOf(annotations);
  }

  /** Whether something of its signal is one of its events. */
  public boolean counts(SloEvent event) {
    return selector.matches(event) && good.appliesTo(event);
  }

  /** The SLO of one of its groups. */
  Slo ofGroup(String text) {
    GroupBy by = Objects.requireNonNull(groupBy);
    return new Slo(
        SloGroup.id(id, text),
        SloGroup.id(name, text),
        displayName,
        description,
        service,
        objective,
        period,
        budgeting,
        signal,
        selector,
        good,
        policies,
        runbook,
        annotations,
        null,
        new SloGroup(id, text, by));
  }

  /** The objective for people: {@code 99.9%}, with every digit that it has. */
  public String objectiveText() {
    return percent(objective) + "%";
  }

  /** The share of events that may be bad. */
  public double errorBudget() {
    return 1 - objective;
  }

  /** A share as percent, with every digit that it has. */
  static String percent(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
  }
}
