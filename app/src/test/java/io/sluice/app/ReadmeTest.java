package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sluice.app.config.SluiceConfig;
import io.sluice.schemas.Topics;
import io.sluice.schemas.settings.StrictYaml;
import io.sluice.schemas.settings.YamlDocument;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the README tells people to type is what the command takes. {@link CommandsIT} runs curl. */
class ReadmeTest {

  private static final SluiceConfig DEFAULTS = SluiceConfig.defaults();

  @Test
  void everyCommandIsOne() {
    List<String> commands =
        Readme.blocks().stream()
            .flatMap(String::lines)
            .filter(line -> line.startsWith("./sluice "))
            .map(line -> line.substring("./sluice ".length()))
            .toList();
    assertThat(commands).hasSizeGreaterThanOrEqualTo(4).contains("demo");
    assertThat(commands)
        .allSatisfy(
            line ->
                assertThatCode(() -> Main.commandLine().parseArgs(line.split(" ")))
                    .as(line)
                    .doesNotThrowAnyException());
  }

  @Test
  void portsAreTheDefaults() {
    String text = String.join("\n", Readme.blocks());
    assertThat(text)
        .contains("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:" + DEFAULTS.ingest().grpcPort())
        .contains("curl localhost:" + DEFAULTS.ingest().httpPort() + "/v1/logs")
        .contains("brokers: [localhost:" + DEFAULTS.kafka().embeddedPort() + "]");
  }

  @Test
  void theCollectorWritesToTheRawTopics() {
    YamlDocument collector = StrictYaml.document("README.md", Readme.block("exporters:"));
    assertThat(
            Arrays.asList(
                collector.text("exporters.kafka.logs.topic"),
                collector.text("exporters.kafka.traces.topic"),
                collector.text("exporters.kafka.metrics.topic")))
        .containsExactly(
            Topics.RAW_LOGS.name(), Topics.RAW_SPANS.name(), Topics.RAW_METRICS.name());
  }
}
