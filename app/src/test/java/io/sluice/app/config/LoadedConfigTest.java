package io.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.settings.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadedConfigTest {

  private static final Processors PROCESSORS = Processors.load();

  @TempDir private Path directory;

  @Test
  void flagComesOverEnvironmentOverFile() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("sluice.yaml"),
            "namespace: file\ndata: file\nprocessors: {traces: {maxSpans: 7}}\n");
    Map<String, String> environment =
        Map.of("SLUICE_NAMESPACE", "environment", "SLUICE_DATA", "environment", "HOME", "/root");
    LoadedConfig loaded =
        LoadedConfig.load(file, environment, Map.of("namespace", "flag"), PROCESSORS);
    assertThat(loaded.print())
        .contains(
            "namespace: flag  # --set namespace",
            "data: environment  # environment SLUICE_DATA",
            "processors.traces.maxSpans: 7  # " + file + ":3",
            "ingest.grpcPort: 4317  # default");
  }

  @Test
  void saysWhatANamespaceIs() {
    assertThatThrownBy(() -> load("namespace", "Acme!"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "--set namespace: namespace: expected lower-case letters, digits and hyphens, at most"
                + " 40 of them, or nothing, got Acme!");
  }

  @Test
  void refusesAMisspeltPropertyOfKafka() {
    assertThatThrownBy(() -> load("kafka.properties.securty.protocol", "SASL_SSL"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(
            "--set kafka.properties.securty.protocol: kafka.properties.securty.protocol:")
        .hasMessageContaining("perhaps \"security.protocol\"");
  }

  @Test
  void refusesAValueThatKafkaDoesNotTake() {
    assertThatThrownBy(() -> load("kafka.properties.security.protocol", "hunter2"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("kafka.properties.security.protocol: expected string")
        .hasMessageContaining("SASL_SSL")
        .hasMessageNotContaining("hunter2");
    assertThat(load("kafka.properties.request.timeout.ms", "${file:/x:y}").config()).isNotNull();
  }

  @Test
  void refusesToShareKafkasPartitionsInAnotherWay() {
    for (String name : List.of("group.protocol", "partition.assignment.strategy")) {
      assertThatThrownBy(() -> load("kafka.properties." + name, "consumer"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(
              "kafka.properties." + name + ": expected not to be set, since every part of Sluice");
    }
  }

  @Test
  void letsPropertiesOfPlugInsPass() {
    assertThat(load("kafka.properties.acme.vault.address", "x").config().kafka().properties())
        .containsEntry("acme.vault.address", "x");
  }

  @Test
  void neverPrintsPropertiesOfKafka() {
    String printed = load("kafka.properties.sasl.jaas.config", "hunter2").print().toString();
    assertThat(printed).contains("kafka.properties: (hidden)").doesNotContain("hunter2");
  }

  private static LoadedConfig load(String key, String value) {
    return LoadedConfig.load(null, Map.of(), Map.of(key, value), PROCESSORS);
  }
}
