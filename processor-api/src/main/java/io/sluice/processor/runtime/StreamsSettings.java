package io.sluice.processor.runtime;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;

/**
 * How every processor runs. The time-outs are chosen together: after a kill, the dead member's
 * transaction and session must both be gone before the input can go on.
 */
public record StreamsSettings(
    @JsonPropertyDescription(
            "Stream threads of each processor. One is right on few cores: processors run side by side.")
        int threads,
    @JsonPropertyDescription(
            "How often a transaction commits. Each stage adds at most this to the delay of an event; "
                + "each commit costs a marker per touched partition.")
        Duration commitInterval,
    @JsonPropertyDescription(
            "After how long the group gives a silent member's partitions to another. The broker's "
                + "group.min.session.timeout.ms (6s) is the least.")
        Duration sessionTimeout,
    @JsonPropertyDescription(
            "After how long the broker aborts the transaction of a process that died and did not come "
                + "back. Readers of its output wait that long.")
        Duration transactionTimeout,
    @JsonPropertyDescription(
            "Replicas of changelogs and internal topics; -1 takes the broker's default.")
        int replicationFactor,
    @JsonPropertyDescription(
            "How long a stop may take before what is open is left to the next start.")
        Duration stopTimeout) {

  public StreamsSettings {
    unless("threads", threads >= 1 && threads <= 64, "1 to 64", threads);
    unless(
        "commitInterval",
        between(commitInterval, Duration.ofMillis(10), Duration.ofSeconds(30)),
        "10ms to 30s",
        commitInterval);
    unless(
        "sessionTimeout",
        between(sessionTimeout, Duration.ofSeconds(6), Duration.ofMinutes(5)),
        "6s to 5m",
        sessionTimeout);
    unless(
        "transactionTimeout",
        between(transactionTimeout, commitInterval.multipliedBy(2), Duration.ofMinutes(15)),
        "at least twice commitInterval, at most 15m",
        transactionTimeout);
    unless(
        "replicationFactor",
        replicationFactor == -1 || replicationFactor >= 1,
        "-1 or at least 1",
        replicationFactor);
    unless(
        "stopTimeout",
        between(stopTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5)),
        "1s to 5m",
        stopTimeout);
  }

  public static StreamsSettings defaults() {
    return new StreamsSettings(
        1,
        Duration.ofMillis(100),
        Duration.ofSeconds(8),
        Duration.ofSeconds(10),
        -1,
        Duration.ofSeconds(8));
  }

  private static boolean between(Duration value, Duration least, Duration most) {
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }
}
