package io.sluice.kafka;

import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import kafka.server.KafkaConfig;

/** The broker's settings: one node, on loopback, made for a small machine. */
final class BrokerDefaults {

  static final int NODE_ID = 1;
  static final String CLIENTS = "CLIENTS";
  static final String CONTROLLER = "CONTROLLER";

  /**
   * Begins settings of one listener, which Kafka does not list: {@code listener.name.clients.…}.
   */
  private static final String OF_A_LISTENER = "listener.name.";

  /** What makes it one node on loopback in its own directory. */
  static final Set<String> FIXED =
      Set.of(
          "process.roles",
          "node.id",
          "broker.id",
          "listeners",
          "advertised.listeners",
          "inter.broker.listener.name",
          "security.inter.broker.protocol",
          "controller.listener.names",
          "controller.quorum.voters",
          "controller.quorum.bootstrap.servers",
          "log.dir",
          "log.dirs",
          "metadata.log.dir");

  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          // On loopback everybody is let in, unless a property says otherwise.
          Map.entry(
              "listener.security.protocol.map",
              CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT"),
          // One node: nothing can have a second replica.
          Map.entry("default.replication.factor", "1"),
          Map.entry("min.insync.replicas", "1"),
          Map.entry("offsets.topic.replication.factor", "1"),
          Map.entry("transaction.state.log.replication.factor", "1"),
          Map.entry("transaction.state.log.min.isr", "1"),
          Map.entry("share.coordinator.state.topic.replication.factor", "1"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"),
          // Each partition of an internal topic costs files and start time; the defaults are 50.
          Map.entry("offsets.topic.num.partitions", "4"),
          Map.entry("transaction.state.log.num.partitions", "4"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          // A misspelt topic is an error, not a new topic.
          Map.entry("auto.create.topics.enable", "false"),
          // Streams applications start at once: nobody else is about to join their groups.
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          // Members may be declared dead quickly, so that their partitions move on.
          Map.entry("group.min.session.timeout.ms", "1000"),
          // A broker that the controller misses loses its partitions for a moment. Both are in this
          // process and pause together: only a hang of minutes says something.
          Map.entry("broker.session.timeout.ms", "60000"),
          // What a killed process left open hides later records from read_committed readers.
          Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
          // A trace of 8 MiB with its dead letter's or changelog's wrapping, and room to spare.
          Map.entry("message.max.bytes", Integer.toString(16 << 20)),
          // Retention works on whole segments; 1 GiB, the default, a laptop never fills.
          Map.entry("log.segment.bytes", Integer.toString(128 << 20)),
          // On the heap, which is shared with all of Sluice; the default is 128 MiB.
          Map.entry("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20)),
          // Few cores, few clients.
          Map.entry("num.network.threads", "2"),
          Map.entry("num.io.threads", "4"),
          Map.entry("background.threads", "2"),
          Map.entry("group.coordinator.threads", "1"),
          Map.entry("share.coordinator.threads", "1"));

  private BrokerDefaults() {}

  /**
   * @throws EmbeddedKafkaException when a property of the configuration is none of the broker's;
   *     Kafka would pass over it in silence
   */
  static Properties properties(EmbeddedKafkaConfig config, int clientPort, int controllerPort) {
    var unknown = new TreeSet<>(config.brokerProperties().keySet());
    unknown.removeAll(KafkaConfig.configDef().names());
    unknown.removeIf(name -> name.startsWith(OF_A_LISTENER));
    if (!unknown.isEmpty()) {
      throw new EmbeddedKafkaException(
          "not properties of a Kafka broker: " + String.join(", ", unknown));
    }
    Properties properties = new Properties();
    properties.putAll(DEFAULTS);
    properties.putAll(config.brokerProperties());
    String clients = CLIENTS + "://" + LoopbackSockets.HOST + ":" + clientPort;
    String controller = CONTROLLER + "://" + LoopbackSockets.HOST + ":" + controllerPort;
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(NODE_ID));
    properties.put("listeners", clients + "," + controller);
    properties.put("advertised.listeners", clients);
    properties.put("inter.broker.listener.name", CLIENTS);
    properties.put("controller.listener.names", CONTROLLER);
    // A static quorum stores the voter's id only, so its port may be another one at each start. (A
    // dynamic quorum, KIP-853, keeps the address in the metadata log.)
    properties.put(
        "controller.quorum.voters", NODE_ID + "@" + LoopbackSockets.HOST + ":" + controllerPort);
    properties.put("log.dirs", config.dataDirectory().toAbsolutePath().toString());
    return properties;
  }
}
