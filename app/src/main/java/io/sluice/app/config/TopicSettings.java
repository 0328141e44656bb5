package io.sluice.app.config;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How the topics of the catalogue are created. */
public record TopicSettings(
    @JsonPropertyDescription(
            "Partitions of each topic whose number is not fixed. Part of the contract: traces are"
                + " placed by it, so changing it later is a migration.")
        int partitions,
    @JsonPropertyDescription("Replicas of each topic; -1 takes the broker's default.")
        int replicationFactor) {

  public TopicSettings {
    unless("partitions", partitions >= 1 && partitions <= 1000, "1 to 1000", partitions);
    unless(
        "replicationFactor",
        replicationFactor == -1 || (replicationFactor >= 1 && replicationFactor <= 9),
        "-1, or 1 to 9",
        replicationFactor);
  }

  public static TopicSettings defaults() {
    return new TopicSettings(2, -1);
  }
}
