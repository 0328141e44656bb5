package io.sluice.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.app.config.TelemetrySettings.LogLevel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class ProcessLogTest {

  private static final Logger own = LoggerFactory.getLogger("io.sluice.Some");
  private static final Logger foreign = LoggerFactory.getLogger("com.example.Library");

  @TempDir private Path directory;

  @AfterEach
  void letGoOfTheFile() {
    ProcessLog.toStandardError(LogLevel.ERROR);
  }

  @Test
  void everyTextOfALineGoesThroughTheSanitizer() throws Exception {
    Path file = directory.resolve("log");
    ProcessLog.toFile(LogLevel.INFO, file);
    MDC.put("url", "https://anna:in-the-context@example.com");
    own.info("login with {}", "password=in-the-argument");
    own.error(
        "failed",
        new IllegalStateException(
            "Authorization: Bearer in-the-exception-0123456789",
            new IllegalArgumentException("password=in-the-cause")));
    foreign.warn("card 4111111111111111");
    java.util.logging.Logger.getLogger("com.example.OldLibrary").warning("password=in-the-jdk");
    MDC.clear();

    String text = Files.readString(file);
    assertThat(text)
        .doesNotContain("in-the-context")
        .doesNotContain("in-the-argument")
        .doesNotContain("in-the-exception")
        .doesNotContain("in-the-cause")
        .doesNotContain("in-the-jdk")
        .doesNotContain("4111111111111111");
    List<JsonNode> lines = lines(file);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0).get("message").asText()).startsWith("login with password=");
    assertThat(lines.get(1).get("stack_trace").asText()).contains("IllegalStateException");
  }

  @Test
  void levelHoldsForSluiceAndOthersWarn() throws Exception {
    Path file = directory.resolve("log");
    ProcessLog.toFile(LogLevel.INFO, file);
    own.debug("not this");
    own.info("this");
    foreign.info("not this");
    foreign.warn("this too");
    assertThat(lines(file))
        .extracting(line -> line.get("message").asText())
        .containsExactly("this", "this too");
  }

  @Test
  void levelErrorHoldsForAll() throws Exception {
    Path file = directory.resolve("log");
    ProcessLog.toFile(LogLevel.ERROR, file);
    own.warn("not this");
    foreign.warn("not this");
    foreign.error("this");
    assertThat(lines(file)).hasSize(1);
  }

  private static List<JsonNode> lines(Path file) throws Exception {
    ObjectMapper json = new ObjectMapper();
    return Files.readAllLines(file).stream()
        .map(
            line -> {
              try {
                return json.readTree(line);
              } catch (java.io.IOException e) {
                throw new AssertionError(line, e);
              }
            })
        .toList();
  }
}
