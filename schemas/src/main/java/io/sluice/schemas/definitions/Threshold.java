package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import org.jspecify.annotations.Nullable;

/**
 * Good is an event whose value compares well with a number: OpenSLO's {@code thresholdMetric}.
 *
 * @param measure which value; null when an attribute has it
 * @param attribute of which the value is; null when a measure says it
 * @param op how they compare
 * @param value the number: seconds, bytes, or whatever the attribute or metric counts
 */
public record Threshold(
    @Nullable Measure measure, @Nullable String attribute, Operator op, double value)
    implements GoodCondition {

  /** Which value of an event is compared. */
  public enum Measure {
    /** Of a span or trace, in seconds. */
    DURATION,
    /** Of an HTTP response's body, in bytes. */
    RESPONSE_SIZE,
    /** Of a metric. */
    VALUE
  }

  /** OpenSLO's operators. */
  public enum Operator {
    LT,
    LTE,
    GT,
    GTE;

    /** Whether a number compares so with another. */
    public boolean compare(double actual, double wanted) {
      return switch (this) {
        case LT -> actual < wanted;
        case LTE -> actual <= wanted;
        case GT -> actual > wanted;
        case GTE -> actual >= wanted;
      };
    }
  }

  public Threshold {
    boolean one = (measure == null) != (attribute == null);
    unless("measure", one, "either a measure or an attribute", one ? "" : "both or neither");
  }

  @Override
  public boolean appliesTo(SloEvent event) {
    return !Double.isNaN(of(event));
  }

  @Override
  public boolean isMet(SloEvent event) {
    return measure == Measure.VALUE ? event.compares(op, value) : op.compare(of(event), value);
  }

  private double of(SloEvent event) {
    if (attribute != null) {
      return event.number(attribute);
    }
    return measure == Measure.RESPONSE_SIZE
        ? EventCondition.responseSize(event)
        : measure == Measure.DURATION ? event.durationNanos() / 1e9 : event.value();
  }
}
