package io.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.app.runtime.Role;
import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else's jar on the class path is all that it takes. */
class ProcessorsTest {

  @TempDir private Path jar;

  @Test
  void processorOfSomebodyElseIsARoleWithSettings() throws Exception {
    Processors found = loadWith(Foreign.class);
    assertThat(found.names()).contains("foreign", "sanitizer", "alerts");
    assertThat(Role.all(found)).contains("foreign");
    LoadedConfig loaded =
        LoadedConfig.load(null, Map.of(), Map.of("processors.foreign.greeting", "hi"), found);
    assertThat(loaded.processor("foreign")).isEqualTo(new Foreign.Config("hi"));
    assertThat(LoadedConfig.reference(found))
        .anySatisfy(
            setting -> {
              assertThat(setting.path()).isEqualTo("processors.foreign.greeting");
              assertThat(setting.value()).isEqualTo("hello");
            });
  }

  @Test
  void twoOfOneNameAreRefused() {
    assertThatThrownBy(() -> loadWith(Foreign.class, Impostor.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("two processors are named foreign");
  }

  private Processors loadWith(Class<?>... processors) throws IOException {
    Path services = Files.createDirectories(jar.resolve("META-INF/services"));
    Files.write(
        services.resolve(StreamProcessor.class.getName()),
        List.of(processors).stream().map(Class::getName).toList());
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader withJar =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
      Thread.currentThread().setContextClassLoader(withJar);
      return Processors.load();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** What somebody else writes. */
  public static class Foreign implements StreamProcessor<Foreign.Config> {

    /** Its settings. */
    public record Config(@JsonPropertyDescription("What it says.") String greeting) {}

    @Override
    public String name() {
      return "foreign";
    }

    @Override
    public Config defaults() {
      return new Config("hello");
    }

    @Override
    public List<Topic> inputs() {
      return List.of(Topics.LOGS);
    }

    @Override
    public List<Topic> outputs() {
      return List.of();
    }

    @Override
    public Topology topology(Config config, Stage stage) {
      return stage.topology().step("say", () -> input -> {}).reads(Topics.LOGS).build();
    }
  }

  /** Another one of the same name. */
  public static final class Impostor extends Foreign {}
}
