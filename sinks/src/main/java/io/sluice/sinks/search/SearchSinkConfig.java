package io.sluice.sinks.search;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;

/** Settings of the search sink. */
public record SearchSinkConfig(
    @JsonPropertyDescription("How soon what was indexed can be found.") Duration refreshInterval,
    @JsonPropertyDescription(
            "How often the index and the offsets with it are made durable. After a crash that much is"
                + " read from Kafka again.")
        Duration commitInterval,
    @JsonPropertyDescription("How long logs and traces are kept in the index.")
        Duration retention) {

  public SearchSinkConfig {
    unless("refreshInterval", isAtLeast(refreshInterval, 50), "50ms or more", refreshInterval);
    unless("commitInterval", isAtLeast(commitInterval, 100), "100ms or more", commitInterval);
    unless("retention", isAtLeast(retention, 60_000), "1m or more", retention);
  }

  public static SearchSinkConfig defaults() {
    return new SearchSinkConfig(Duration.ofMillis(300), Duration.ofSeconds(5), Duration.ofDays(3));
  }

  private static boolean isAtLeast(Duration value, long millis) {
    return value.toMillis() >= millis;
  }
}
