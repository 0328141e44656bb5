package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Documents of OpenSLO v1, as they are written: the part of the standard that Sluice reads. What is
 * not here is refused as an unknown key, never ignored.
 *
 * @see <a href="https://github.com/OpenSLO/OpenSLO">OpenSLO specification</a>
 */
final class OpenSlo {

  private static final String VERSION = "openslo/v1";
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

  private OpenSlo() {}

  record Metadata(
      String name,
      @Nullable String displayName,
      @Nullable Map<String, String> labels,
      @Nullable Map<String, String> annotations) {
    Metadata {
      boolean valid = NAME.matcher(name).matches();
      unless("name", valid, "lower-case letters, digits, hyphens and dots, at most 63", name);
    }
  }

  record ServiceDocument(String apiVersion, String kind, Metadata metadata, ServiceSpec spec) {
    ServiceDocument {
      requireVersion(apiVersion);
    }
  }

  record ServiceSpec(@Nullable String description) {}

  record SloDocument(String apiVersion, String kind, Metadata metadata, SloSpec spec) {
    SloDocument {
      requireVersion(apiVersion);
    }
  }

  record SloSpec(
      @Nullable String description,
      String service,
      Indicator indicator,
      List<TimeWindow> timeWindow,
      String budgetingMethod,
      List<Objective> objectives,
      @Nullable List<AlertPolicy> alertPolicies) {
    SloSpec {
      unless("timeWindow", timeWindow.size() == 1, "exactly one window", timeWindow.size());
      unless("objectives", objectives.size() == 1, "exactly one objective", objectives.size());
      boolean occurrences = budgetingMethod.equals("Occurrences");
      unless("budgetingMethod", occurrences, "Occurrences", budgetingMethod);
    }
  }

  record Indicator(@Nullable Metadata metadata, IndicatorSpec spec) {}

  record IndicatorSpec(RatioMetric ratioMetric) {}

  record RatioMetric(@Nullable Boolean counter, GoodMetric good, TotalMetric total) {}

  record GoodMetric(GoodSource metricSource) {}

  record GoodSource(String type, GoodSpec spec) {
    GoodSource {
      requireSluice(type);
    }
  }

  record GoodSpec(@Nullable Boolean noError, @Nullable Duration durationBelow) {
    GoodSpec {
      condition(noError, durationBelow);
    }

    GoodCondition condition() {
      return condition(noError, durationBelow);
    }

    private static GoodCondition condition(
        @Nullable Boolean noError, @Nullable Duration durationBelow) {
      return new GoodCondition(Boolean.TRUE.equals(noError), durationBelow);
    }
  }

  record TotalMetric(TotalSource metricSource) {}

  record TotalSource(String type, EventSpec spec) {
    TotalSource {
      requireSluice(type);
    }
  }

  record EventSpec(String signal, Selector selector) {
    EventSpec {
      unless("signal", signal.equals("spans"), "spans", signal);
    }
  }

  record Selector(
      @Nullable String service,
      @Nullable String operation,
      @Nullable SpanKind kind,
      @Nullable Map<String, String> attributes) {
    Selector {
      selector(service, operation, kind, attributes);
    }

    SpanSelector selector() {
      return selector(service, operation, kind, attributes);
    }

    private static SpanSelector selector(
        @Nullable String service,
        @Nullable String operation,
        @Nullable SpanKind kind,
        @Nullable Map<String, String> attributes) {
      return new SpanSelector(service, operation, kind, attributes == null ? Map.of() : attributes);
    }
  }

  record TimeWindow(Duration duration, boolean isRolling) {
    TimeWindow {
      boolean positive = duration.compareTo(Duration.ZERO) > 0;
      unless("duration", positive, "more than zero", duration);
      unless("isRolling", isRolling, "true (windows by the calendar are not read)", isRolling);
    }
  }

  record Objective(
      @Nullable String displayName, @Nullable Double target, @Nullable Double targetPercent) {
    Objective {
      boolean one = (target == null) != (targetPercent == null);
      unless("target", one, "either target or targetPercent", one ? "" : both(target));
      double share = share(target, targetPercent);
      String key = target == null ? "targetPercent" : "target";
      String range = target == null ? "between 0 and 100" : "between 0 and 1";
      unless(
          key,
          share > 0 && share < 1,
          range + ", both excluded",
          target == null ? targetPercent : target);
    }

    double share() {
      return share(target, targetPercent);
    }

    private static double share(@Nullable Double target, @Nullable Double percent) {
      if (target != null) {
        return target;
      }
      return percent == null ? 0 : percent / 100;
    }

    private static String both(@Nullable Double target) {
      return target == null ? "neither" : "both";
    }
  }

  /** Either a reference to a policy of its own, or one written in place. */
  record AlertPolicy(
      @Nullable String alertPolicyRef,
      @Nullable String apiVersion,
      @Nullable String kind,
      @Nullable Metadata metadata,
      @Nullable AlertPolicySpec spec) {
    AlertPolicy {
      boolean one = (alertPolicyRef == null) != (spec == null);
      unless("spec", one, "either a spec or an alertPolicyRef", spec == null ? "neither" : "both");
      unless("kind", kind == null || kind.equals("AlertPolicy"), "AlertPolicy", kind);
      if (apiVersion != null) {
        requireVersion(apiVersion);
      }
    }
  }

  record AlertPolicySpec(@Nullable String description, List<AlertCondition> conditions) {
    AlertPolicySpec {
      unless("conditions", !conditions.isEmpty(), "at least one condition", "none");
    }
  }

  record AlertCondition(
      @Nullable String kind, @Nullable Metadata metadata, AlertConditionSpec spec) {
    AlertCondition {
      unless("kind", kind == null || kind.equals("AlertCondition"), "AlertCondition", kind);
    }
  }

  record AlertConditionSpec(@Nullable String description, String severity, BurnRate condition) {
    AlertConditionSpec {
      unless("severity", NAME.matcher(severity).matches(), "a word such as page", severity);
    }
  }

  /**
   * @param shortWindow Sluice's extension: the window that ends the alert soon after the burning
   *     has ended
   */
  record BurnRate(
      String kind,
      @Nullable String op,
      double threshold,
      Duration lookbackWindow,
      @Nullable Duration shortWindow,
      @Nullable Duration alertAfter) {
    BurnRate {
      unless("kind", kind.equalsIgnoreCase("burnrate"), "burnrate", kind);
      unless("op", op == null || op.equals("gt"), "gt", op);
      unless("threshold", threshold > 0, "more than zero", threshold);
      boolean seconds = lookbackWindow.compareTo(Duration.ofSeconds(2)) >= 0;
      unless("lookbackWindow", seconds, "at least 2s", lookbackWindow);
      boolean shorter =
          shortWindow == null
              || (shortWindow.compareTo(Duration.ZERO) > 0
                  && shortWindow.compareTo(lookbackWindow) < 0);
      unless("shortWindow", shorter, "more than zero and shorter than lookbackWindow", shortWindow);
    }

    BurnRatePolicy as(String severity) {
      return new BurnRatePolicy(
          severity,
          lookbackWindow,
          shortWindow == null ? BurnRatePolicy.shortWindow(lookbackWindow) : shortWindow,
          threshold,
          alertAfter == null ? Duration.ZERO : alertAfter);
    }
  }

  private static void requireVersion(String apiVersion) {
    unless("apiVersion", apiVersion.equals(VERSION), VERSION, apiVersion);
  }

  private static void requireSluice(String type) {
    unless("type", type.equals("sluice"), "sluice", type);
  }
}
