package io.sluice.instrumentation.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.logback.mdc.v1_0.OpenTelemetryAppender;
import io.sluice.instrumentation.RecordedTelemetry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trace of the moment in the lines of a service's own files. */
class LogLinesTest {

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final Span order = telemetry.tracer().spanBuilder("order").startSpan();
  private final SpanContext ids = order.getSpanContext();

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  void ofLogback() {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%X{trace_id}-%X{span_id} %msg%n");
    encoder.start();
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    OutputStreamAppender<ILoggingEvent> file = new OutputStreamAppender<>();
    file.setContext(context);
    file.setEncoder(encoder);
    file.setOutputStream(lines);
    file.start();
    OpenTelemetryAppender traced = new OpenTelemetryAppender();
    traced.setContext(context);
    traced.addAppender(file);
    traced.start();
    Logger logger = context.getLogger("shop");
    logger.addAppender(traced);

    try (Scope current = order.makeCurrent()) {
      logger.info("placed");
    }
    logger.info("outside");

    assertThat(lines.toString(UTF_8).lines()).containsExactly(placed(), "- outside");
  }

  @Test
  void ofLog4j(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("shop.log");
    var builder = ConfigurationBuilderFactory.newConfigurationBuilder();
    builder.add(
        builder
            .newAppender("file", "File")
            .addAttribute("fileName", file.toString())
            .add(
                builder
                    .newLayout("PatternLayout")
                    .addAttribute("pattern", "%X{trace_id}-%X{span_id} %msg%n")));
    builder.add(builder.newRootLogger(Level.INFO).add(builder.newAppenderRef("file")));
    try (var context = Configurator.initialize(builder.build())) {
      var logger = context.getLogger("shop");

      try (Scope current = order.makeCurrent()) {
        logger.info("placed");
      }
      logger.info("outside");
    }

    assertThat(Files.readAllLines(file)).isEqualTo(List.of(placed(), "- outside"));
  }

  private String placed() {
    return ids.getTraceId() + "-" + ids.getSpanId() + " placed";
  }
}
