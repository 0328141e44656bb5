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
            "How long after its end a window may take to come. The burn rate of a service that fell"
                + " silent is computed up to that long ago.")
        Duration windowDelay,
    @JsonPropertyDescription(
            "How long a window may be corrected: not less than processors.sli.maxLateness. Windows are"
                + " kept one by one for that long, and in sums for the period of their SLO. A correction"
                + " that comes later is left out and counted.")
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
    unless("windowDelay", !windowDelay.isNegative(), "zero or more", windowDelay);
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
        Duration.ofSeconds(20),
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
