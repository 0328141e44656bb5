package io.sluice.app.config;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Map;

/**
 * The Kafka cluster that {@code run} uses, and the embedded broker of {@code up} and {@code demo}.
 */
public record KafkaSettings(
    @JsonPropertyDescription(
            "Brokers of the cluster, host:port, comma separated. Not used by up and demo.")
        String bootstrapServers,
    @JsonPropertyDescription(
            "Further client properties as Kafka names them, e.g. security.protocol. Values are never"
                + " printed.")
        Map<String, String> properties,
    @JsonPropertyDescription("Port of the embedded broker of up and demo; 0 for any free one.")
        int embeddedPort) {

  public KafkaSettings {
    properties = Map.copyOf(properties);
    unless("bootstrapServers", !bootstrapServers.isBlank(), "host:port", bootstrapServers);
    unless("embeddedPort", embeddedPort >= 0 && embeddedPort <= 65535, "0 to 65535", embeddedPort);
  }

  public static KafkaSettings defaults() {
    return new KafkaSettings("localhost:9092", Map.of(), 9092);
  }

  /** Without the properties, which may hold passwords. */
  @Override
  public String toString() {
    return "KafkaSettings[" + bootstrapServers + "]";
  }
}
