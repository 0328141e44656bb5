package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What OpenSLO leaves open: {@code metricSource}, here of {@code type: sluice}. */
final class SliSource {

  static final String TYPE = "sluice";

  private SliSource() {}

  /** Under {@code total}: which events there are. */
  record Total(@Nullable String metricSourceRef, @Nullable String type, Events spec) {}

  /** Under {@code good} or {@code bad}: which of these events. */
  record Part(@Nullable String metricSourceRef, @Nullable String type, EventCondition spec) {}

  /** Under {@code thresholdMetric}: which events, and which value of them. */
  record Value(@Nullable String metricSourceRef, @Nullable String type, Measured spec) {}

  record Events(EventSignal signal, EventSelector selector, @Nullable GroupBy groupBy) {
    Events {
      possible(signal, selector, groupBy);
    }
  }

  /**
   * @param measure which value is held against the objective's; for metrics always {@code value}
   * @param attribute of which the value is, instead
   */
  record Measured(
      EventSignal signal,
      EventSelector selector,
      Threshold.@Nullable Measure measure,
      @Nullable String attribute,
      @Nullable GroupBy groupBy) {
    Measured {
      possible(signal, selector, groupBy);
      boolean one = measure == null || attribute == null;
      unless("measure", one, "either measure or attribute", "both");
      unless(
          "attribute",
          attribute == null || signal == EventSignal.SPANS || signal == EventSignal.LOGS,
          "none: only spans and logs have attributes with numbers",
          attribute);
      String expected = measures(signal);
      unless("measure", !expected.isEmpty() || attribute != null, "an attribute for logs", "none");
      boolean known =
          attribute != null
              || (measure == null
                  ? signal == EventSignal.METRICS
                  : expected.contains(name(measure)));
      unless("measure", known, expected + (expected.isEmpty() ? "" : ", for this signal"), measure);
    }

    Threshold threshold(Threshold.Operator op, double value) {
      Threshold.Measure chosen =
          measure == null && attribute == null ? Threshold.Measure.VALUE : measure;
      return new Threshold(chosen, attribute, op, value);
    }

    private static String measures(EventSignal signal) {
      return switch (signal) {
        case SPANS -> "duration or response-size";
        case TRACES -> "duration";
        case METRICS -> "value";
        case LOGS -> "";
      };
    }

    private static String name(Threshold.Measure measure) {
      return switch (measure) {
        case DURATION -> "duration";
        case RESPONSE_SIZE -> "response-size";
        case VALUE -> "value";
      };
    }
  }

  private static void possible(
      EventSignal signal, EventSelector selector, @Nullable GroupBy groupBy) {
    List<String> wrong = selector.keysNotOf(signal);
    String key = wrong.isEmpty() ? "" : "." + wrong.get(0);
    unless("selector" + key, wrong.isEmpty(), notOf(signal), "one");
    List<String> absent = groupBy == null ? List.of() : groupBy.keysNotOf(signal);
    unless("groupBy.keys", absent.isEmpty(), "service or operation: traces have no others", absent);
  }

  /** Completes "expected …". */
  static String notOf(EventSignal signal) {
    return "none: the signal is " + signal.name().toLowerCase(java.util.Locale.ROOT);
  }
}
