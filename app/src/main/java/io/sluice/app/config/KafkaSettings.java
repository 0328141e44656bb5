package io.sluice.app.config;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.schemas.settings.NearestName;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;

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

  private static final String HIDDEN = "(hidden)";
  private static final Set<String> GROUPS =
      Set.of("group.protocol", "group.remote.assignor", "partition.assignment.strategy");
  private static final Map<String, ConfigKey> KNOWN = known();

  public KafkaSettings {
    properties = Map.copyOf(properties);
    properties.forEach(KafkaSettings::check);
    unless("bootstrapServers", !bootstrapServers.isBlank(), "host:port", bootstrapServers);
    unless("embeddedPort", embeddedPort >= 0 && embeddedPort <= 65535, "0 to 65535", embeddedPort);
  }

  public static KafkaSettings defaults() {
    return new KafkaSettings("localhost:9092", Map.of(), 9092);
  }

  /**
   * Kafka passes over names that it does not know, so a misspelt setting of security would be none;
   * and values that it does not take would be found out late, by a part that then waits for ever.
   */
  private static void check(String name, String value) {
    unless(
        "properties." + name,
        !GROUPS.contains(name),
        "not to be set, since every part of Sluice knows how it shares partitions",
        HIDDEN);
    ConfigKey known = KNOWN.get(name);
    if (known == null) {
      String nearest = NearestName.of(name, KNOWN.keySet());
      // What is near to nothing may be read by a plug-in, as a login module.
      unless(
          "properties." + name,
          nearest == null || name.startsWith("config.providers."),
          "a property of Kafka's clients, perhaps \"" + nearest + "\"",
          HIDDEN);
    } else if (!value.startsWith("${")) { // else a provider of configuration has it
      unless("properties." + name, takes(known, value), expected(known), HIDDEN);
    }
  }

  private static boolean takes(ConfigKey key, String value) {
    try {
      Object parsed = ConfigDef.parseType(key.name, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(key.name, parsed);
      }
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }

  private static String expected(ConfigKey key) {
    return key.type.name().toLowerCase(Locale.ROOT)
        + (key.validator == null ? "" : " " + key.validator);
  }

  private static Map<String, ConfigKey> known() {
    Map<String, ConfigKey> keys = new TreeMap<>(AdminClientConfig.configDef().configKeys());
    keys.putAll(ConsumerConfig.configDef().configKeys());
    keys.putAll(ProducerConfig.configDef().configKeys());
    return keys;
  }

  /** Without the properties, which may hold passwords. */
  @Override
  public String toString() {
    return "KafkaSettings[" + bootstrapServers + "]";
  }
}
