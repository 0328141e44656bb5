package io.sluice.processors.sli;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.schemas.definitions.Slo;
import java.time.Duration;

/** Settings of the SLI windows. */
public record SliConfig(
    @JsonPropertyDescription(
            "Length of a window. Every alert's windows are sums of these, so shorter ones find an"
                + " outage sooner and cost more records.")
        Duration bucket,
    @JsonPropertyDescription(
            "How long after its end a window waits for events under way. Later ones give a correction.")
        Duration grace,
    @JsonPropertyDescription(
            "Events older than this on arrival are left out and counted as too_late; windows are kept"
                + " that long for corrections.")
        Duration maxLateness,
    @JsonPropertyDescription(
            "Events further ahead of their arrival than this are left out and counted as future: the"
                + " sender's clock is wrong.")
        Duration maxAhead) {

  private static final Duration LONGEST = Duration.ofDays(60);

  public SliConfig {
    unless(
        "bucket",
        bucket.compareTo(Duration.ofSeconds(1)) >= 0 && bucket.compareTo(Duration.ofHours(1)) <= 0,
        "1s to 1h",
        bucket);
    unless("grace", isZeroToLongest(grace), "zero to 60d", grace);
    unless(
        "maxLateness",
        maxLateness.compareTo(bucket) > 0 && maxLateness.compareTo(LONGEST) <= 0,
        "more than a bucket, at most 60d",
        maxLateness);
    unless("maxAhead", isZeroToLongest(maxAhead), "zero to 60d", maxAhead);
  }

  /** Centuries would not fit into the nanoseconds that event times are. */
  private static boolean isZeroToLongest(Duration value) {
    return !value.isNegative() && value.compareTo(LONGEST) <= 0;
  }

  /** The length of an SLO's windows: its slice, or a bucket where it counts events. */
  Duration window(Slo slo) {
    Duration slice = slo.budgeting().slice();
    return slice.isZero() ? bucket : slice;
  }

  public static SliConfig defaults() {
    return new SliConfig(
        Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofHours(24), Duration.ofMinutes(1));
  }
}
