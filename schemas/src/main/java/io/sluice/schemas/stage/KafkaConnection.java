package io.sluice.schemas.stage;

import io.sluice.schemas.Namespace;
import java.util.HashMap;
import java.util.Map;

/**
 * Which cluster, and whose part of it.
 *
 * @param bootstrapServers host:port, comma separated
 * @param properties further client properties (security, time-outs), as Kafka names them
 * @param namespace the tenant's prefix
 */
public record KafkaConnection(
    String bootstrapServers, Map<String, String> properties, Namespace namespace) {

  public KafkaConnection {
    properties = Map.copyOf(properties);
  }

  /** A fresh map to build a client's configuration on. */
  public Map<String, Object> clientConfig() {
    Map<String, Object> config = new HashMap<>(properties);
    config.put("bootstrap.servers", bootstrapServers);
    return config;
  }

  /**
   * The same for a consumer that reads what is committed, commits nothing by itself, and makes no
   * topic: a broker that makes those that are asked for gives them other settings than the
   * catalogue's.
   */
  public Map<String, Object> consumerConfig() {
    Map<String, Object> config = clientConfig();
    config.put("isolation.level", "read_committed");
    config.put("enable.auto.commit", false);
    config.put("allow.auto.create.topics", false);
    return config;
  }

  /** Without the properties, which may hold passwords. */
  @Override
  public String toString() {
    return "KafkaConnection[" + bootstrapServers + ", namespace '" + namespace.name() + "']";
  }
}
