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

  @Test
  void neverPrintsAddressesThatMayHaveAPassword() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("sluice.yaml"),
            "notifier: {alertmanagers: ['http://user:hunter2@am:9093']}\n");
    String printed = LoadedConfig.load(file, Map.of(), Map.of(), PROCESSORS).print().toString();
    assertThat(printed).contains("notifier.alertmanagers: (hidden)").doesNotContain("hunter2");
    assertThat(load("data", "x").print()).contains("notifier.alertmanagers: []  # default");
  }

  @Test
  void ignoresWhatKubernetesSetsForServices() {
    Map<String, String> environment =
        Map.of(
            "SLUICE_CONSOLE_SERVICE_HOST", "10.0.0.1",
            "SLUICE_CONSOLE_SERVICE_PORT", "8080",
            "SLUICE_CONSOLE_SERVICE_PORT_HTTP", "8080",
            "SLUICE_CONSOLE_PORT", "tcp://10.0.0.1:8080",
            "SLUICE_CONSOLE_PORT_8080_TCP", "tcp://10.0.0.1:8080",
            "SLUICE_CONSOLE_PORT_8080_TCP_PROTO", "tcp",
            "SLUICE_CONSOLE_PORT_8080_TCP_PORT", "8080",
            "SLUICE_CONSOLE_PORT_8080_TCP_ADDR", "10.0.0.1",
            "SLUICE_INGEST_GRPC_PORT", "tcp://10.0.0.2:4317");
    assertThat(LoadedConfig.load(null, environment, Map.of(), PROCESSORS).print())
        .contains("console.port: 8080  # default", "ingest.grpcPort: 4317  # default");
  }

  @Test
  void refusesOtherVariablesThatAreNoSettings() {
    assertThatThrownBy(
            () -> LoadedConfig.load(null, Map.of("SLUICE_CONSOL_PORT", "80"), Map.of(), PROCESSORS))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("SLUICE_CONSOLE_PORT");
  }

  private static LoadedConfig load(String key, String value) {
    return LoadedConfig.load(null, Map.of(), Map.of(key, value), PROCESSORS);
  }
}
