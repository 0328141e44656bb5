package io.sluice.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running broker with its controller. Records survive {@link #close} and the death of the process
 * alike: start it again on the same directory.
 *
 * <p>As any Kafka broker it ends the process (status 1, an error in the log) when it cannot go on
 * without risking its records, as with a full disk.
 *
 * <p>Safe for use by several threads.
 */
public final class EmbeddedKafka implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

  /** Clients that hang on do not hold up the end. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

  private final DataDirectory directory;
  private final LoopbackSockets sockets;
  private final ControllerServer controller;
  private final BrokerServer broker;
  private final int port;
  private boolean closed;

  private EmbeddedKafka(
      DataDirectory directory,
      LoopbackSockets sockets,
      ControllerServer controller,
      BrokerServer broker) {
    this.directory = directory;
    this.sockets = sockets;
    this.port = sockets.address(BrokerDefaults.CLIENTS).getPort();
    this.controller = controller;
    this.broker = broker;
  }

  /**
   * Returns when clients can produce and consume, usually within two seconds.
   *
   * @throws EmbeddedKafkaException when the port is taken, the directory is in use or damaged, or a
   *     broker property is not valid
   */
  public static EmbeddedKafka start(EmbeddedKafkaConfig config) {
    DataDirectory directory = DataDirectory.open(config.dataDirectory());
    try {
      directory.format(config.dataDirectory());
      LoopbackSockets sockets = LoopbackSockets.bind(config.port());
      try {
        return start(config, directory, sockets);
      } catch (RuntimeException e) {
        sockets.close();
        throw e;
      }
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** {@code host:port} as clients' {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return LoopbackSockets.HOST + ":" + port();
  }

  /** Where clients connect; still answered after the end. */
  public int port() {
    return port;
  }

  /** Stops the broker, then the controller; clients find nobody from then on. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (directory;
        sockets) {
      stop(broker, controller);
    }
  }

  private static EmbeddedKafka start(
      EmbeddedKafkaConfig config, DataDirectory directory, LoopbackSockets sockets) {
    var properties =
        BrokerDefaults.properties(
            config,
            sockets.address(BrokerDefaults.CLIENTS).getPort(),
            sockets.address(BrokerDefaults.CONTROLLER).getPort());
    SharedServer shared;
    ControllerServer controller;
    BrokerServer broker;
    try {
      KafkaConfig kafkaConfig = KafkaConfig.fromProps(properties, false);
      var storage = KafkaRaftServer.initializeLogDirs(kafkaConfig, LOG, "");
      String clusterId = storage._1().clusterId().orElseThrow();
      shared =
          new SharedServer(
              kafkaConfig,
              storage._1(),
              Time.SYSTEM,
              Server.initializeMetrics(kafkaConfig, Time.SYSTEM, clusterId),
              CompletableFuture.completedFuture(
                  Map.of(BrokerDefaults.NODE_ID, sockets.address(BrokerDefaults.CONTROLLER))),
              List.of(),
              new StandardFaultHandlerFactory(),
              sockets);
      controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), storage._2());
      broker = new BrokerServer(shared);
    } catch (RuntimeException e) {
      throw failedStart(config, e);
    }
    try {
      controller.startup();
      broker.startup();
    } catch (RuntimeException e) {
      stop(broker, controller);
      throw failedStart(config, e);
    }
    EmbeddedKafka kafka = new EmbeddedKafka(directory, sockets, controller, broker);
    LOG.info("embedded Kafka is up on {}", kafka.bootstrapServers());
    return kafka;
  }

  /** The broker goes first: while it stops it still talks to the controller. */
  private static void stop(BrokerServer broker, ControllerServer controller) {
    broker.shutdown(STOP_TIMEOUT);
    controller.shutdown();
  }

  private static EmbeddedKafkaException failedStart(EmbeddedKafkaConfig config, Exception cause) {
    return new EmbeddedKafkaException(
        "the embedded Kafka on " + config.dataDirectory() + " did not start: " + cause.getMessage(),
        cause);
  }
}
