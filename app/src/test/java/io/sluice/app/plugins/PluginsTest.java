package io.sluice.app.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.app.runtime.Role;
import io.sluice.processor.StreamProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which jars become processors, and what the others are told. */
class PluginsTest {

  @TempDir private Path plugins;

  @Test
  void aPluginsProcessorIsARoleWithSettingsTopicsAndDefinitions() throws IOException {
    PluginJar.of("echo")
        .code(
            "more",
            """
            public List<DefinitionKind> definitionKinds() {
              return List.of(DefinitionKind.of("echoes", set -> {}));
            }
            """)
        .in(plugins, "echo.jar");

    Processors found = Processors.load(plugins);

    assertThat(found.refused()).isEmpty();
    assertThat(Role.all(found)).contains("echo", "sanitizer");
    assertThat(found.isOfPlugin("echo")).isTrue();
    assertThat(found.isOfPlugin("sanitizer")).isFalse();
    assertThat(found.topics()).anyMatch(topic -> topic.name().equals("echo.out"));
    assertThat(found.kindNames()).contains("echoes", "slos");
    assertThat(found.shippedDefinitions("echoes").getDocuments()).isEmpty();
    assertThat(
            LoadedConfig.load(null, Map.of(), Map.of("processors.echo.greeting", "hi"), found)
                .processor("echo"))
        .hasToString("Config[greeting=hi]");
  }

  @Test
  void aDirectoryIsOnePluginWithItsLibraries() throws IOException {
    Path own = plugins.resolve("echo");
    PluginJar.of("library")
        .withoutService()
        .source(
            "Greeting", "public class Greeting { public static String text() { return \"\"; } }")
        .in(own, "library.jar");
    PluginJar.of("echo")
        .source(
            "Greeting", "public class Greeting { public static String text() { return \"\"; } }")
        .code("constructor", "Greeting.text();")
        .in(own, "echo.jar");
    Files.writeString(plugins.resolve("README.txt"), "not a plugin");

    assertThat(load().processors()).extracting(StreamProcessor::name).containsExactly("echo");
  }

  @Test
  void aMethodThatThisApiHasNotRefusesThePluginBeforeItRuns() throws IOException {
    PluginJar.of("echo")
        .against(
            "io.sluice.schemas.Namespace",
            """
            package io.sluice.schemas;
            public record Namespace(String name) { public String shout() { return name; } }
            """)
        .code("topology", "stage.namespace().shout();")
        .code("constructor", "if (true) throw new IllegalStateException(\"it ran\");")
        .in(plugins, "echo.jar");

    assertThat(refusal())
        .contains("built against another API than this one")
        .contains("io.sluice.schemas.Namespace.shout()");
  }

  @Test
  void aMethodThatThisApiAsksForAndThePluginLacksRefusesIt() throws IOException {
    PluginJar.of("echo")
        .against(
            "io.sluice.processor.StreamProcessor",
            """
            package io.sluice.processor;
            import io.sluice.schemas.Topic;
            import java.util.List;
            import org.apache.kafka.streams.Topology;
            public interface StreamProcessor<C extends Record> {
              String name();
              C defaults();
              List<Topic> inputs();
              Topology topology(C config, Stage stage);
            }
            """)
        .replace("public List<Topic> outputs() { return List.of(OUT); }", "")
        .in(plugins, "echo.jar");

    assertThat(refusal()).contains("lacks io.sluice.processor.StreamProcessor.outputs");
  }

  @Test
  void whatIsBehindTheApiIsNotThere() throws IOException {
    PluginJar.of("peeks")
        .code("constructor", "io.sluice.app.config.SluiceConfig.defaults();")
        .in(plugins, "peeks.jar");
    assertThat(refusal())
        .contains("io.sluice.app.config.SluiceConfig, which is not part of the API");

    PluginJar.of("peeks")
        .code(
            "constructor",
            """
            try {
              Class.forName("com.linecorp.armeria.server.Server");
              throw new IllegalStateException("sees the process's libraries");
            } catch (ClassNotFoundException e) { }
            """)
        .in(plugins, "peeks.jar");
    assertThat(load().refused()).isEmpty();
  }

  @Test
  void aManifestOfAnotherVersionOfTheApiRefusesThePlugin() throws IOException {
    PluginJar.of("echo").manifest("Sluice-Api-Version", "7.1").in(plugins, "echo.jar");
    assertThat(refusal()).contains("built for version 7.1 of the API, and this is 0.1");

    PluginJar.of("echo").manifest("Sluice-Api-Version", "0.1.5").in(plugins, "echo.jar");
    assertThat(load().refused()).isEmpty();
  }

  @Test
  void whatThrowsOrNeverReturnsCostsItsPluginAlone() throws IOException {
    PluginJar.of("good").in(plugins, "good.jar");
    PluginJar.of("throws")
        .code("constructor", "if (true) throw new OutOfMemoryError(\"made up\");")
        .in(plugins, "throws.jar");
    PluginJar.of("waits").code("constructor", PluginJar.NEVER_RETURNS).in(plugins, "waits.jar");
    Files.writeString(plugins.resolve("zip.jar"), "no jar at all");

    Plugins loaded = Plugins.load(plugins, List.of(), Duration.ofSeconds(3));

    assertThat(loaded.processors()).extracting(StreamProcessor::name).containsExactly("good");
    assertThat(loaded.refused())
        .extracting(RefusedPlugin::name)
        .containsExactly("throws.jar", "waits.jar", "zip.jar");
    assertThat(loaded.refused().get(0).reason()).contains("OutOfMemoryError");
    assertThat(loaded.refused().get(1).reason()).contains("did not load within 3 s");
  }

  @Test
  void namesTopicsAndSecretsOfOthersAreNotForPlugins() throws IOException {
    PluginJar.of("sanitizer").in(plugins, "a.jar");
    PluginJar.of("one").in(plugins, "b.jar");
    PluginJar.of("one").in(plugins, "c.jar");
    PluginJar.of("raw")
        .replace("List.of(Topics.LOGS)", "List.of(Topics.RAW_LOGS)")
        .in(plugins, "d.jar");
    PluginJar.of("topic").replace("\"topic.out\"", "\"sluice.traces\"").in(plugins, "e.jar");
    PluginJar.of("two").withoutService().in(plugins, "f.jar");

    assertThat(Processors.load(plugins).refused())
        .extracting(RefusedPlugin::name, RefusedPlugin::reason)
        .satisfiesExactly(
            a -> assertThat(a.toList().toString()).contains("a.jar", "sanitizer is taken"),
            c -> assertThat(c.toList().toString()).contains("c.jar", "one is taken"),
            d -> assertThat(d.toList().toString()).contains("otlp_logs, which may hold secrets"),
            e -> assertThat(e.toList().toString()).contains("another topic sluice.traces"),
            f -> assertThat(f.toList().toString()).contains("names no processor"));
  }

  @Test
  void whatIsBetweenStepsOfOthersIsNotForPlugins() throws IOException {
    PluginJar.of("joins")
        .replace("\"joins.out\"", "\"sluice.spanmetrics-partials-repartition\"")
        .in(plugins, "a.jar");
    PluginJar.of("a-b").in(plugins, "b.jar");

    assertThat(load().refused())
        .extracting(RefusedPlugin::reason)
        .satisfiesExactly(
            a -> assertThat(a).contains("sluice.spanmetrics-partials-repartition is internal"),
            b -> assertThat(b).contains("lower-case letters and digits, at most 40: a-b"));
  }

  @Test
  void findsItsOwnServicesAndNotThoseOfSluice() throws IOException {
    PluginJar.of("echo").code("constructor", PluginJar.ALONE).in(plugins, "echo.jar");

    assertThat(load().refused()).isEmpty();
  }

  @Test
  void isAskedOnceWhatItIs() throws IOException {
    PluginJar.of("once")
        .replace(
            "public String name() {",
            "private int asked; public String name() {"
                + " if (asked++ > 0) throw new IllegalStateException(\"made up\");")
        .in(plugins, "once.jar");

    Processors found = Processors.load(plugins);

    assertThat(found.refused()).isEmpty();
    assertThat(found.names()).contains("once");
    assertThat(LoadedConfig.load(null, Map.of(), Map.of(), found).processor("once"))
        .hasToString("Config[greeting=hello]");
  }

  @ParameterizedTest
  @CsvSource({
    "float, 1f, float",
    "List, List.of(), interface java.util.List of anything",
    "'java.util.Map<String, ?>', java.util.Map.of(), ?",
    "'java.util.Map<Integer, String>', java.util.Map.of(), 'java.util.Map<java.lang.Integer,'",
    "List<List<Thread>>, List.of(), java.lang.Thread",
  })
  void settingsThatNobodyCanReadRefuseIt(String type, String value, String named)
      throws IOException {
    PluginJar.of("odd")
        .replace("Config(String greeting)", "Config(" + type + " greeting)")
        .replace("new Config(\"hello\")", "new Config(" + value + ")")
        .in(plugins, "odd.jar");

    Processors found = Processors.load(plugins);

    assertThat(found.refused())
        .singleElement()
        .extracting(RefusedPlugin::reason)
        .asString()
        .contains("a setting cannot have the type", named);
    assertThat(LoadedConfig.load(null, Map.of(), Map.of(), found).config()).isNotNull();
  }

  @Test
  void settingsOfARefusedPluginStopNothing() throws IOException {
    PluginJar.of("echo").manifest("Sluice-Api-Version", "7.1").in(plugins, "echo.jar");
    Map<String, String> environment = Map.of("SLUICE_PROCESSORS_ECHO_GREETING", "hi");
    Map<String, String> flags = Map.of("processors.echo.greeting", "hi");

    Processors found = Processors.load(plugins);

    assertThat(LoadedConfig.load(null, environment, flags, found).config()).isNotNull();
    assertThatThrownBy(() -> LoadedConfig.load(null, environment, Map.of(), Processors.load()))
        .hasMessageContaining("SLUICE_PROCESSORS_ECHO_GREETING");
  }

  @Test
  void twoKindsOfOneNameInAPluginRefuseIt() throws IOException {
    PluginJar.of("twice")
        .code(
            "more",
            """
            public List<DefinitionKind> definitionKinds() {
              return List.of(
                  DefinitionKind.of("echoes", set -> {}), DefinitionKind.of("echoes", set -> {}));
            }
            """)
        .in(plugins, "twice.jar");

    assertThat(refusal()).contains("the kind of definition echoes is taken");
  }

  @Test
  void twoTopicsOfOneNameInAPluginRefuseIt() throws IOException {
    PluginJar.of("twice")
        .replace(
            "List.of(OUT)",
            "List.of(OUT, Topic.latest(\"twice.out\", \"none\", \"other\", \"twice\"))")
        .in(plugins, "twice.jar");

    assertThat(refusal()).contains("another topic twice.out");
  }

  private Plugins load() {
    return Plugins.load(plugins, Processors.load().all());
  }

  private String refusal() {
    List<RefusedPlugin> refused = load().refused();
    assertThat(refused).hasSize(1);
    return refused.get(0).reason();
  }
}
