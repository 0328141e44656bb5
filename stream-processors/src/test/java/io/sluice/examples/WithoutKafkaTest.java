package io.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The engine runs with no more than what dependencies.xml leaves: the two modules and the libraries
 * of schemas without Kafka and Micrometer.
 */
class WithoutKafkaTest {

  private static final List<String> LEFT =
      List.of(
          "/stream-processors/target/classes",
          "/schemas/target/classes",
          "/stream-processors-",
          "/schemas-",
          "/org/apache/avro/",
          "/com/fasterxml/jackson/",
          "/org/yaml/snakeyaml/",
          "/io/trino/trino-re2j/",
          "/io/airlift/slice/",
          "/org/openjdk/jol/",
          "/org/slf4j/slf4j-api/",
          "/org/jspecify/");

  @Test
  void runsWithoutKafkaAndItsNativeLibraries() throws Exception {
    try (URLClassLoader service =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      assertThatThrownBy(() -> service.loadClass("org.apache.kafka.clients.CommonClientConfigs"))
          .isInstanceOf(ClassNotFoundException.class);
      Class<?> type = service.loadClass("io.sluice.processors.sanitize.TextSanitizer");
      Object sanitizer = type.getMethod("shipped").invoke(null);
      Method sanitize = type.getMethod("sanitize", String.class);
      assertThat(sanitize.invoke(sanitizer, "password=hunter2 card 4111111111111111"))
          .isEqualTo("password=[redacted] card [card]");
    }
  }

  private static URL[] classPath() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      String path = Path.of(entry).toAbsolutePath().toString();
      if (LEFT.stream().anyMatch(path::contains)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    assertThat(urls).hasSizeGreaterThan(6);
    return urls.toArray(URL[]::new);
  }
}
