package io.sluice.app.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.HealthReport;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that fail in every way, beside one that does not and a stage of Sluice's own. */
@WithBroker
class PluginsIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path directory;

  @Test
  void aPluginThatFailsCostsNobodyElse(TestBroker broker) throws IOException {
    Path plugins = directory.resolve("plugins");
    PluginJar.of("good")
        .code(
            "topology",
            PluginJar.ALONE
                + "stage.background().execute(() -> {"
                + PluginJar.ALONE
                + " background.complete(1); });")
        .code(
            "more",
            "static final java.util.concurrent.CompletableFuture<Integer> background = new java.util.concurrent.CompletableFuture<>();")
        .code("init", PluginJar.ALONE)
        .code("process", PluginJar.ALONE + "background.join();")
        .in(plugins, "good.jar");
    PluginJar.of("hungry")
        .code("process", "if (OUT != null) throw new OutOfMemoryError(\"made up\");")
        .in(plugins, "hungry.jar");
    PluginJar.of("unfit")
        .code("topology", "if (OUT != null) throw new NoSuchMethodError(\"made up\");")
        .in(plugins, "unfit.jar");
    PluginJar.of("stuck").code("process", PluginJar.NEVER_RETURNS).in(plugins, "stuck.jar");
    PluginJar.of("crashes")
        .code("init", "if (OUT != null) throw new IllegalStateException(\"made up\");")
        .in(plugins, "crashes.jar");
    PluginJar.of("sanitizer").in(plugins, "taken.jar");
    Processors processors = Processors.load(plugins);
    Topic out = topic(processors, "good.out");
    broker.createTopics(1);
    processors.topics().stream()
        .filter(topic -> !Topics.all().contains(topic))
        .forEach(topic -> broker.createTopic(topic, 1));
    LoadedConfig loaded =
        LoadedConfig.load(
            null,
            Map.of(),
            Map.of("telemetry.tracesPerSecond", "0", "streams.stopTimeout", "2s"),
            processors);

    try (DataDirectory data = DataDirectory.open(directory.resolve("data"));
        SluiceProcess process =
            SluiceProcess.start(
                loaded,
                processors,
                Set.of("sanitizer", "good", "hungry", "unfit", "stuck", "crashes"),
                broker.connection(),
                data,
                Map.of())) {
      byte[] log = Telemetry.service("shop").log("a line").toRequestBytes();
      broker.produce(Topics.RAW_LOGS, null, log);

      assertThat(broker.consume(out, 1, PATIENCE)).hasSize(1);
      assertThat(broker.consume(Topics.DEAD_LETTERS, 1, PATIENCE))
          .extracting(
              record ->
                  AvroSerde.<DeadLetter>of(DeadLetter.getClassSchema())
                      .decode(record.value())
                      .getStage())
          .containsExactly("hungry");
      await()
          .dontCatchUncaughtExceptions() // the threads of plugins end with them
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(detail(process, "hungry")).isEqualTo("running");
                assertThat(detail(process, "stuck")).startsWith("has worked at one record for");
                assertThat(detail(process, "unfit"))
                    .isEqualTo("cannot start: NoSuchMethodError: made up");
                assertThat(detail(process, "crashes")).contains("fail again and again");
              });
      assertThat(detail(process, "plugin taken.jar")).contains("the name sanitizer is taken");
      assertThat(process.isReady()).isTrue();
      assertThat(HealthReport.live(process.health()).ok()).isTrue();
      assertThat(HealthReport.ready(process.health()).ok()).isTrue();
      assertThat(process.meters().scrape())
          .contains("sluice_component_ready{component=\"good\",needed=\"false\"} 1.0")
          .contains("sluice_component_ready{component=\"unfit\",needed=\"false\"} 0.0")
          .contains("sluice_component_ready{component=\"plugin taken.jar\",needed=\"false\"} 0.0");

      broker.produce(Topics.RAW_LOGS, null, log);
      assertThat(broker.consume(out, 2, PATIENCE)).as("still at work").hasSize(2);
    }
  }

  private static Topic topic(Processors processors, String name) {
    return processors.topics().stream()
        .filter(topic -> topic.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String detail(SluiceProcess process, String component) {
    Health health = Objects.requireNonNull(process.health().get(component));
    return health.detail();
  }
}
