package io.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.xml.XmlConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Log4jExampleTest {

  @TempDir private Path directory;

  @Test
  void writesNoSecretOfMessageArgumentsContextOrStackTrace() throws Exception {
    Path file = directory.resolve("service.log");
    System.setProperty("log.file", file.toString());
    try (LoggerContext context = new LoggerContext("example");
        InputStream xml =
            Objects.requireNonNull(Log4jExampleTest.class.getResourceAsStream("log4j2.xml"))) {
      context.start(new XmlConfiguration(context, new ConfigurationSource(xml)));
      Logger log = context.getLogger("shop");
      try (CloseableThreadContext.Instance session =
          CloseableThreadContext.put("password", "hunter3")) {
        log.info("login failed for {}, password={}", "ann", "hunter2");
        log.warn("no payment", new IllegalStateException("card 4111111111111111 declined"));
        log.info("order 42 is paid");
      }
    } finally {
      System.clearProperty("log.file");
    }

    assertThat(Files.readString(file))
        .doesNotContain("hunter2", "hunter3", "4111111111111111")
        .contains("INFO  shop - login failed for ann, password=[redacted]")
        .contains("IllegalStateException: card [card] declined")
        .contains("at io.sluice.examples.Log4jExampleTest")
        .contains("order 42 is paid");
  }
}
