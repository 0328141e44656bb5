package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Documents of OpenSLO v1 of the kinds AlertPolicy, AlertCondition and AlertNotificationTarget, as
 * they are written. In a list an element is one of these in place, or the name of one.
 */
final class OpenSloAlerts {

  private static final Pattern WORD = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

  private OpenSloAlerts() {}

  record Policy(
      @Nullable String alertPolicyRef,
      @Nullable String apiVersion,
      @Nullable String kind,
      OpenSlo.@Nullable Metadata metadata,
      @Nullable PolicySpec spec) {
    Policy {
      checkElement("alertPolicyRef", alertPolicyRef, apiVersion, "AlertPolicy", kind, spec);
    }
  }

  record PolicySpec(
      @Nullable String description,
      @Nullable Boolean alertWhenBreaching,
      @Nullable Boolean alertWhenResolved,
      @Nullable Boolean alertWhenNoData,
      List<Condition> conditions,
      @Nullable List<Target> notificationTargets) {
    PolicySpec {
      OpenSlo.checkDescription(description);
      unless("conditions", !conditions.isEmpty(), "at least one condition", "none");
      unless(
          "alertWhenResolved",
          alertWhenResolved == null || alertWhenResolved,
          "true: every transition is sent, and a receiver leaves out what it does not want",
          alertWhenResolved);
      unless(
          "alertWhenBreaching",
          alertWhenBreaching == null || alertWhenBreaching,
          "true, or no policy",
          alertWhenBreaching);
      unless(
          "alertWhenNoData",
          alertWhenNoData == null || !alertWhenNoData,
          "false: an SLO without events burns no budget, so no policy of burn rates is due",
          alertWhenNoData);
    }
  }

  record Condition(
      @Nullable String conditionRef,
      @Nullable String apiVersion,
      @Nullable String kind,
      OpenSlo.@Nullable Metadata metadata,
      @Nullable ConditionSpec spec) {
    Condition {
      checkElement("conditionRef", conditionRef, apiVersion, "AlertCondition", kind, spec);
    }
  }

  record ConditionSpec(@Nullable String description, String severity, BurnRate condition) {
    ConditionSpec {
      OpenSlo.checkDescription(description);
      unless("severity", WORD.matcher(severity).matches(), "a word such as page", severity);
    }
  }

  record Target(
      @Nullable String targetRef,
      @Nullable String apiVersion,
      @Nullable String kind,
      OpenSlo.@Nullable Metadata metadata,
      @Nullable TargetSpec spec) {
    Target {
      checkElement("targetRef", targetRef, apiVersion, "AlertNotificationTarget", kind, spec);
    }
  }

  record TargetSpec(@Nullable String description, String target) {
    TargetSpec {
      OpenSlo.checkDescription(description);
    }
  }

  /**
   * @param shortWindow Sluice's extension: the window that ends the alert soon after the burning
   *     has ended
   * @param minimumBadEvents Sluice's extension: so many bad events must be in the lookbackWindow
   * @param keepFiringFor Sluice's extension: how long the alert fires on after its end
   */
  record BurnRate(
      @Nullable String kind,
      @Nullable String op,
      double threshold,
      Duration lookbackWindow,
      @Nullable Duration shortWindow,
      @Nullable Duration alertAfter,
      @Nullable Integer minimumBadEvents,
      @Nullable Duration keepFiringFor) {
    BurnRate {
      unless("kind", kind == null || kind.equalsIgnoreCase("burnrate"), "burnrate", kind);
      unless("op", op == null || op.equals("gt"), "gt", op);
      unless("threshold", threshold > 0, "more than zero", threshold);
      boolean possible =
          lookbackWindow.compareTo(Duration.ofSeconds(2)) >= 0 && OpenSlo.isPeriod(lookbackWindow);
      unless("lookbackWindow", possible, "2s to 366d", lookbackWindow);
      boolean shorter =
          shortWindow == null
              || (shortWindow.compareTo(Duration.ZERO) > 0
                  && shortWindow.compareTo(lookbackWindow) < 0);
      unless("shortWindow", shorter, "more than zero and shorter than lookbackWindow", shortWindow);
      unless(
          "alertAfter",
          alertAfter == null || alertAfter.isZero() || OpenSlo.isPeriod(alertAfter),
          "at most 366d",
          alertAfter);
      unless(
          "minimumBadEvents",
          minimumBadEvents == null || minimumBadEvents >= 1,
          "1 or more",
          minimumBadEvents);
      unless(
          "keepFiringFor",
          keepFiringFor == null
              || (!keepFiringFor.isNegative() && keepFiringFor.compareTo(Duration.ofDays(1)) <= 0),
          "zero to 1d",
          keepFiringFor);
    }

    BurnRatePolicy as(String severity, List<String> targets) {
      return new BurnRatePolicy(
          severity,
          lookbackWindow,
          shortWindow == null ? BurnRatePolicy.shortWindow(lookbackWindow) : shortWindow,
          threshold,
          alertAfter == null ? Duration.ZERO : alertAfter,
          targets,
          minimumBadEvents,
          keepFiringFor);
    }
  }

  private static void checkElement(
      String refKey,
      @Nullable String ref,
      @Nullable String apiVersion,
      String expectedKind,
      @Nullable String kind,
      @Nullable Object spec) {
    boolean one = (ref == null) != (spec == null);
    unless("spec", one, "either a spec or a " + refKey, one ? "" : OpenSlo.both(spec));
    unless("kind", kind == null || kind.equals(expectedKind), expectedKind, kind);
    if (apiVersion != null) {
      OpenSlo.requireVersion(apiVersion);
    }
  }
}
