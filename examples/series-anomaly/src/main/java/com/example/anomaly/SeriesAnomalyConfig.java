package com.example.anomaly;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.schemas.settings.InvalidSettingException;
import java.time.Duration;

/** Settings of {@code processors.seriesanomaly}. */
public record SeriesAnomalyConfig(
    @JsonPropertyDescription("The counter that is watched, all its series.") String counter,
    @JsonPropertyDescription("After which time things repeat.") Duration season,
    @JsonPropertyDescription("A season is compared in slots of this length.") Duration slot,
    @JsonPropertyDescription("Standard deviations from the usual that are an anomaly.")
        double deviations,
    @JsonPropertyDescription("Seasons of a slot before it is judged.") int seasons) {

  public SeriesAnomalyConfig {
    InvalidSettingException.unless("counter", !counter.isBlank(), "the name of a counter", counter);
    InvalidSettingException.unless(
        "slot", slot.toSeconds() > 0 && season.compareTo(slot) >= 0, "1s up to the season", slot);
    InvalidSettingException.unless("deviations", deviations > 0, "more than 0", deviations);
    InvalidSettingException.unless("seasons", seasons > 1, "2 or more", seasons);
  }

  static SeriesAnomalyConfig defaults() {
    return new SeriesAnomalyConfig(
        "traces_spanmetrics_calls_total", Duration.ofDays(1), Duration.ofMinutes(10), 4, 3);
  }
}
