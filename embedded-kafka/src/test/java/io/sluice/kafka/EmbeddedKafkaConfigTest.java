package io.sluice.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedKafkaConfigTest {

  private static final Path DATA = Path.of("data");

  @ParameterizedTest
  @ValueSource(ints = {-1, 65536})
  void refusesPortsThatAreNone(int port) {
    assertThatThrownBy(() -> EmbeddedKafkaConfig.of(DATA, port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not " + port);
  }

  @Test
  void refusesWhatMakesItOneNodeOnLoopback() {
    var properties = Map.of("node.id", "7", "listeners", "PLAINTEXT://0.0.0.0:1");

    assertThatThrownBy(() -> new EmbeddedKafkaConfig(DATA, 0, properties))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("cannot be set: listeners, node.id");
  }
}
