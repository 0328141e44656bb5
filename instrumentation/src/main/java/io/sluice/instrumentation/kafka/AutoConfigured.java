package io.sluice.instrumentation.kafka;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The exporters that the SDK's configuration asks for, one connection for the same settings. */
final class AutoConfigured {

  static final String NAME = "sluice-kafka";

  private static final String PREFIX = "otel.exporter.sluice-kafka.";
  private static final Map<Settings, KafkaExporters> OPEN = new HashMap<>();

  private AutoConfigured() {}

  /**
   * @throws ConfigurationException when a setting makes no sense; names it
   */
  static synchronized KafkaExporters exporters(ConfigProperties config) {
    OPEN.values().removeIf(KafkaExporters::isClosed);
    Settings settings =
        new Settings(
            config.getString(PREFIX + "bootstrap.servers", "localhost:9092"),
            config.getString(PREFIX + "namespace", ""),
            config.getLong(PREFIX + "max.bytes", 16L << 20),
            config.getDuration(PREFIX + "close.timeout", Duration.ofSeconds(5)),
            client(config.getString(PREFIX + "client.properties")));
    try {
      return OPEN.computeIfAbsent(settings, KafkaExporters::new);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Map<String, String> client(@Nullable String file) {
    Properties properties = new Properties();
    if (file != null) {
      try (Reader in = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
        properties.load(in);
      } catch (IOException | IllegalArgumentException e) {
        throw new ConfigurationException(
            PREFIX + "client.properties: cannot read " + file + " (" + e + ")", e);
      }
    }
    Map<String, String> client = new HashMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> client.put(name, properties.getProperty(name)));
    return client;
  }
}
