package io.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

class LogbackExampleTest {

  @TempDir private Path directory;

  @Test
  void writesNoSecretOfMessageArgumentsContextOrStackTrace() throws Exception {
    Path file = directory.resolve("service.log");
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(
        ((LoggerContext) org.slf4j.LoggerFactory.getILoggerFactory()).getMDCAdapter());
    context.putProperty("log.file", file.toString());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        Objects.requireNonNull(LogbackExampleTest.class.getResource("logback.xml")));
    Logger log = context.getLogger("shop");

    try (MDC.MDCCloseable session = MDC.putCloseable("password", "hunter3")) {
      log.info("login failed for {}, password={}", "ann", "hunter2");
      log.warn("no payment", new IllegalStateException("card 4111111111111111 declined"));
      log.info("order 42 is paid");
    }
    context.stop();

    assertThat(Files.readString(file))
        .doesNotContain("hunter2", "hunter3", "4111111111111111")
        .contains("INFO  shop - login failed for ann, password=[redacted]")
        .contains("IllegalStateException: card [card] declined")
        .contains("at io.sluice.examples.LogbackExampleTest")
        .contains("order 42 is paid");
  }
}
