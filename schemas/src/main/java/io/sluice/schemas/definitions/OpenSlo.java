package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.sluice.schemas.settings.DurationText;
import io.sluice.schemas.settings.OneOrMore;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Documents of OpenSLO v1 of the kinds DataSource, Service, SLI and SLO, as they are written. What
 * is not here is refused as an unknown key, never ignored.
 *
 * @see OpenSloAlerts
 * @see <a href="https://github.com/OpenSLO/OpenSLO">OpenSLO specification</a>
 */
final class OpenSlo {

  static final String VERSION = "openslo/v1";
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9./|\\\\-]{0,253}[A-Za-z0-9])?");
  private static final Pattern SLO_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
  private static final int MAX_DESCRIPTION = 1050;

  /** A year: as far back as budgets are kept. */
  private static final Duration LONGEST_PERIOD = Duration.ofDays(366);

  /** Windows are at most as long: what alerts and budgets add up. */
  private static final Duration LONGEST_SLICE = Duration.ofHours(1);

  private OpenSlo() {}

  record Metadata(
      String name,
      @Nullable String displayName,
      @Nullable Map<String, OneOrMore> labels,
      @Nullable Map<String, String> annotations) {
    Metadata {
      boolean valid = NAME.matcher(name).matches();
      unless("name", valid, "letters, digits, hyphens, dots and slashes, at most 255", name);
    }
  }

  record ServiceDocument(String apiVersion, String kind, Metadata metadata, ServiceSpec spec) {
    ServiceDocument {
      requireVersion(apiVersion);
    }
  }

  record ServiceSpec(@Nullable String description) {
    ServiceSpec {
      checkDescription(description);
    }
  }

  record DataSourceDocument(
      String apiVersion, String kind, Metadata metadata, DataSourceSpec spec) {
    DataSourceDocument {
      requireVersion(apiVersion);
    }
  }

  record DataSourceSpec(
      @Nullable String description, String type, @Nullable Map<String, String> connectionDetails) {
    DataSourceSpec {
      checkDescription(description);
      unless(
          "connectionDetails",
          connectionDetails == null || connectionDetails.isEmpty(),
          "none: Sluice counts in its own topics, where it runs",
          "some");
    }
  }

  record SliDocument(String apiVersion, String kind, Metadata metadata, IndicatorSpec spec) {
    SliDocument {
      requireVersion(apiVersion);
    }
  }

  record SloDocument(String apiVersion, String kind, Metadata metadata, SloSpec spec) {
    SloDocument {
      requireVersion(apiVersion);
      unless(
          "metadata.name",
          SLO_NAME.matcher(metadata.name()).matches(),
          "lower-case letters, digits, hyphens and dots, at most 63",
          metadata.name());
    }
  }

  record SloSpec(
      @Nullable String description,
      String service,
      @Nullable Indicator indicator,
      @Nullable String indicatorRef,
      List<TimeWindow> timeWindow,
      BudgetingMethod budgetingMethod,
      List<Objective> objectives,
      @Nullable List<OpenSloAlerts.Policy> alertPolicies) {
    SloSpec {
      checkDescription(description);
      unless(
          "service",
          service.chars().noneMatch(Character::isISOControl),
          "a name of one line",
          "one with a line break or another control character");
      unless("timeWindow", timeWindow.size() == 1, "exactly one window", timeWindow.size());
      unless("objectives", !objectives.isEmpty(), "at least one objective", "none");
      boolean one = (indicator == null) != (indicatorRef == null);
      unless(
          "indicator", one, "either an indicator or an indicatorRef", one ? "" : both(indicator));
    }
  }

  /** As the standard spells them. */
  record BudgetingMethod(Budgeting.Method method) {
    @JsonCreator
    static BudgetingMethod parse(String text) {
      return new BudgetingMethod(
          switch (text) {
            case "Occurrences" -> Budgeting.Method.OCCURRENCES;
            case "Timeslices" -> Budgeting.Method.TIMESLICES;
            case "RatioTimeslices" -> Budgeting.Method.RATIO_TIMESLICES;
            default -> {
              unless("", false, "Occurrences, Timeslices or RatioTimeslices", text);
              throw new AssertionError();
            }
          });
    }
  }

  record Indicator(@Nullable Metadata metadata, IndicatorSpec spec) {}

  record IndicatorSpec(
      @Nullable String description,
      @Nullable RatioMetric ratioMetric,
      @Nullable ThresholdMetric thresholdMetric) {
    IndicatorSpec {
      checkDescription(description);
      boolean one = (ratioMetric == null) != (thresholdMetric == null);
      unless(
          "ratioMetric",
          one,
          "either a ratioMetric or a thresholdMetric",
          one ? "" : both(ratioMetric));
    }
  }

  /**
   * @param counter Sluice counts events itself, so that they can only grow
   */
  record RatioMetric(
      @Nullable Boolean counter,
      @Nullable PartMetric good,
      @Nullable PartMetric bad,
      TotalMetric total) {
    RatioMetric {
      unless(
          "counter",
          counter == null || counter,
          "true: events are counted, a number that goes up and down is a thresholdMetric",
          counter);
      boolean one = (good == null) != (bad == null);
      unless("good", one, "either good or bad", one ? "" : both(good));
    }
  }

  record PartMetric(SliSource.Part metricSource) {}

  record TotalMetric(SliSource.Total metricSource) {}

  record ThresholdMetric(SliSource.Value metricSource) {}

  record TimeWindow(Duration duration, @Nullable Boolean isRolling, @Nullable Calendar calendar) {
    TimeWindow {
      unless("duration", isPeriod(duration), "more than zero, at most 366d", duration);
      unless(
          "calendar",
          calendar == null,
          "none: budgets are counted over rolling windows, which have no first day",
          "a calendar");
      unless(
          "isRolling",
          Boolean.TRUE.equals(isRolling),
          "true: budgets are counted over rolling windows, which have no first day",
          isRolling == null ? "none" : isRolling);
    }
  }

  record Calendar(@Nullable String startTime, @Nullable String timeZone) {}

  /** A length of time; a number alone is minutes, as the standard has it. */
  record SliceLength(Duration duration) {
    @JsonCreator
    static SliceLength parse(String text) {
      boolean number = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
      Duration duration = DurationText.parse(number ? text + "m" : text);
      boolean possible =
          duration.compareTo(Duration.ofSeconds(1)) >= 0 && duration.compareTo(LONGEST_SLICE) <= 0;
      unless("", possible, "a duration of 1s to 1h, or a number of minutes", text);
      return new SliceLength(duration);
    }
  }

  /**
   * @param op how a value is compared; for a share of good events {@code gt} and {@code gte} mean
   *     the same: it meets its target from above
   */
  record Objective(
      @Nullable String displayName,
      Threshold.@Nullable Operator op,
      @Nullable Double value,
      @Nullable Double target,
      @Nullable Double targetPercent,
      @Nullable Double timeSliceTarget,
      @Nullable SliceLength timeSliceWindow) {
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
      unless(
          "timeSliceTarget",
          timeSliceTarget == null || (timeSliceTarget > 0 && timeSliceTarget <= 1),
          "above 0, at most 1",
          timeSliceTarget);
    }

    double share() {
      return share(target, targetPercent);
    }

    private static double share(@Nullable Double target, @Nullable Double percent) {
      if (target != null) {
        return target;
      }
      // 99.9 is 0.999, and not what dividing by 100 comes to.
      return percent == null ? 0 : BigDecimal.valueOf(percent).movePointLeft(2).doubleValue();
    }
  }

  static boolean isPeriod(Duration duration) {
    return duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(LONGEST_PERIOD) <= 0;
  }

  static String both(@Nullable Object first) {
    return first == null ? "neither" : "both";
  }

  static void checkDescription(@Nullable String description) {
    unless(
        "description",
        description == null || description.length() <= MAX_DESCRIPTION,
        "at most " + MAX_DESCRIPTION + " characters",
        description == null ? "" : description.length());
  }

  static void requireVersion(String apiVersion) {
    unless("apiVersion", apiVersion.equals(VERSION), VERSION, apiVersion);
  }
}
