package io.sluice.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.settings.InvalidSettingException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamsSettingsTest {

  @Test
  void defaultsLetAKilledProcessBeReplacedInSeconds() {
    assertThat(StreamsSettings.defaults())
        .isEqualTo(
            new StreamsSettings(
                1,
                Duration.ofMillis(100),
                Duration.ofSeconds(8),
                Duration.ofSeconds(10),
                -1,
                Duration.ofSeconds(8)));
  }

  @ParameterizedTest
  @CsvSource({
    "threads,            0,  PT0.1S, PT8S,  PT10S,   -1, PT8S",
    "threads,            65, PT0.1S, PT8S,  PT10S,   -1, PT8S",
    "commitInterval,     1,  PT0S,   PT8S,  PT10S,   -1, PT8S",
    "commitInterval,     1,  PT31S,  PT8S,  PT70S,   -1, PT8S",
    "sessionTimeout,     1,  PT0.1S, PT5S,  PT10S,   -1, PT8S",
    "transactionTimeout, 1,  PT6S,   PT8S,  PT11S,   -1, PT8S",
    "transactionTimeout, 1,  PT0.1S, PT8S,  PT16M,   -1, PT8S",
    "replicationFactor,  1,  PT0.1S, PT8S,  PT10S,   0,  PT8S",
    "stopTimeout,        1,  PT0.1S, PT8S,  PT10S,   -1, PT0S",
  })
  void refusesWhatCannotWorkAndNamesTheSetting(
      String named,
      int threads,
      Duration commit,
      Duration session,
      Duration transaction,
      int replicas,
      Duration stop) {
    assertThatThrownBy(
            () -> new StreamsSettings(threads, commit, session, transaction, replicas, stop))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(named);
  }
}
