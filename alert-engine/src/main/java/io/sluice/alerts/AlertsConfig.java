package io.sluice.alerts;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.net.URI;
import java.time.Duration;

/** Settings of the alert engine. */
public record AlertsConfig(
    @JsonPropertyDescription("How often every alert is evaluated, besides whenever a window comes.")
        Duration evaluationInterval,
    @JsonPropertyDescription(
            "How long the next window of an SLO may be overdue. An SLO whose input is later than that is"
                + " unknown: the alert SliInputLate says so, and its other alerts stay as they are.")
        Duration inputLateAfter,
    @JsonPropertyDescription(
            "An alert needs so many bad events in its long window: where there are few events, one bad"
                + " one is a high rate. 1 asks for no more than the rate.")
        int minimumBadEvents,
    @JsonPropertyDescription(
            "How long an alert fires on after its condition has ended. One that comes back soon is kept"
                + " longer by itself.")
        Duration keepFiringFor,
    @JsonPropertyDescription(
            "How long after its begin a window may be corrected: not less than processors.sli.maxLateness"
                + " and the longest window, or slice of time, together. Windows are kept one by one for"
                + " that long, and in sums for 366 days. What comes later is left out and counted.")
        Duration corrections,
    @JsonPropertyDescription("Where people reach the console: links in alerts begin with it.")
        String consoleUrl) {

  public AlertsConfig {
    unless(
        "evaluationInterval",
        evaluationInterval.compareTo(Duration.ofMillis(100)) >= 0
            && evaluationInterval.compareTo(Duration.ofMinutes(1)) <= 0,
        "100ms to 1m",
        evaluationInterval);
    unless(
        "inputLateAfter",
        inputLateAfter.compareTo(Duration.ofSeconds(5)) >= 0
            && inputLateAfter.compareTo(Duration.ofDays(1)) <= 0,
        "5s to 1d",
        inputLateAfter);
    unless("minimumBadEvents", minimumBadEvents >= 1, "1 or more", minimumBadEvents);
    unless(
        "keepFiringFor",
        !keepFiringFor.isNegative() && keepFiringFor.compareTo(Duration.ofDays(1)) <= 0,
        "zero to 1d",
        keepFiringFor);
    unless(
        "corrections",
        corrections.compareTo(Duration.ofHours(1)) >= 0
            && corrections.compareTo(Duration.ofDays(61)) <= 0,
        "1h to 61d",
        corrections);
    unless("consoleUrl", isHttp(consoleUrl), "an http or https address", consoleUrl);
  }

  public static AlertsConfig defaults() {
    return new AlertsConfig(
        Duration.ofSeconds(1),
        Duration.ofMinutes(1),
        2,
        Duration.ZERO,
        Duration.ofHours(25),
        "http://localhost:8080");
  }

  private static boolean isHttp(String url) {
    try {
      URI uri = URI.create(url);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
