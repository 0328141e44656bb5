package io.sluice.app.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import io.sluice.app.config.TelemetrySettings.LogLevel;
import io.sluice.processors.sanitize.TextSanitizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.logstash.logback.encoder.LogstashEncoder;
import net.logstash.logback.mask.MaskingJsonGeneratorDecorator;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The process's own log: one JSON object a line, every text of it through the same engine that
 * sanitizes users' logs.
 */
public final class ProcessLog {

  private ProcessLog() {}

  /** To standard error, for processes that something else watches. */
  public static void toStandardError(LogLevel level) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setTarget("System.err"); // which it leaves open when the log goes elsewhere
    configure(level, appender);
  }

  /** To a file, for processes whose terminal people read. */
  public static void toFile(LogLevel level, Path file) {
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    try {
      appender.setOutputStream(
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the log " + file, e);
    }
    configure(level, appender);
  }

  private static void configure(LogLevel level, OutputStreamAppender<ILoggingEvent> appender) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    MaskingJsonGeneratorDecorator masking = new MaskingJsonGeneratorDecorator();
    masking.addValueMasker(
        (path, value) ->
            value instanceof CharSequence text ? Rules.SHIPPED.sanitize(text.toString()) : null);
    masking.start();
    LogstashEncoder encoder = new LogstashEncoder();
    encoder.setContext(context);
    encoder.setJsonGeneratorDecorator(masking);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    // OpenTelemetry's SDK and others write to the JDK's log, past all of this.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    root.setLevel(level == LogLevel.ERROR ? Level.ERROR : Level.WARN);
    context.getLogger("io.sluice").setLevel(Level.valueOf(level.name()));
    // Says at every start that it has no metrics yet.
    context.getLogger("org.apache.kafka.controller.QuorumController").setLevel(Level.ERROR);
    // Says what every Streams application is configured with, and warns of our own keys in it.
    context.getLogger("org.apache.kafka.clients.consumer.ConsumerConfig").setLevel(Level.ERROR);
    context.getLogger("org.apache.kafka.clients.producer.ProducerConfig").setLevel(Level.ERROR);
    context.getLogger("org.apache.kafka.clients.admin.AdminClientConfig").setLevel(Level.ERROR);
  }

  /** Compiled with the first line: most commands have nothing to log. */
  private static final class Rules {
    static final TextSanitizer SHIPPED = TextSanitizer.shipped();
  }
}
