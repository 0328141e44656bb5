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

  private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

  private final DataDirectory directory;
  private final LoopbackSockets sockets;
  private final SharedServer shared;
  private final ControllerServer controller;
  private final BrokerServer broker;
  private final int port;
  private boolean closed;

  private EmbeddedKafka(
      DataDirectory directory,
      LoopbackSockets sockets,
      SharedServer shared,
      ControllerServer controller) {
    this.directory = directory;
    this.sockets = sockets;
    this.port = sockets.address(BrokerDefaults.CLIENTS).getPort();
    this.shared = shared;
    this.controller = controller;
    this.broker = new BrokerServer(shared);
  }

  /**
   * Returns when clients can produce and consume: within about two seconds, also when the process
   * before was killed.
   *
   * @throws EmbeddedKafkaException when the port is taken, the directory is in use or damaged, or a
   *     broker property is not valid
   */
  public static EmbeddedKafka start(EmbeddedKafkaConfig config) {
    try {
      return open(config);
    } catch (EmbeddedKafkaException e) {
      throw e;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new EmbeddedKafkaException(
          "the embedded Kafka on " + config.dataDirectory() + " did not start: " + e.getMessage(),
          e);
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
      stop();
    }
  }

  private static EmbeddedKafka open(EmbeddedKafkaConfig config) throws Exception {
    DataDirectory directory = DataDirectory.open(config.dataDirectory());
    try {
      directory.format();
      LoopbackSockets sockets = LoopbackSockets.bind(config.port());
      try {
        EmbeddedKafka kafka = assemble(config, directory, sockets);
        kafka.run();
        return kafka;
      } catch (Exception e) {
        closeBecause(e, sockets);
        throw e;
      }
    } catch (Exception e) {
      closeBecause(e, directory);
      throw e;
    }
  }

  /** Puts the parts together; nothing runs yet. */
  private static EmbeddedKafka assemble(
      EmbeddedKafkaConfig config, DataDirectory directory, LoopbackSockets sockets) {
    KafkaConfig kafkaConfig =
        KafkaConfig.fromProps(
            BrokerDefaults.properties(
                config,
                sockets.address(BrokerDefaults.CLIENTS).getPort(),
                sockets.address(BrokerDefaults.CONTROLLER).getPort()),
            false);
    var storage = KafkaRaftServer.initializeLogDirs(kafkaConfig, LOG, "");
    var directories = storage._1();
    SharedServer shared =
        new SharedServer(
            kafkaConfig,
            directories,
            Time.SYSTEM,
            Server.initializeMetrics(
                kafkaConfig, Time.SYSTEM, directories.clusterId().orElseThrow()),
            CompletableFuture.completedFuture(
                Map.of(BrokerDefaults.NODE_ID, sockets.address(BrokerDefaults.CONTROLLER))),
            List.of(),
            new StandardFaultHandlerFactory(),
            sockets);
    return new EmbeddedKafka(
        directory,
        sockets,
        shared,
        new ControllerServer(shared, KafkaRaftServer.configSchema(), storage._2()));
  }

  /**
   * The controller first: the broker registers with it.
   *
   * @throws Exception of any kind, since Scala declares none
   */
  private void run() throws Exception {
    try {
      controller.startup();
      LeftRegistration.end(
          BrokerDefaults.NODE_ID, controller.controller(), shared.loader(), START_TIMEOUT);
      broker.startup();
    } catch (Exception e) {
      closeBecause(e, this::stop);
      throw e;
    }
    LOG.info("embedded Kafka is up on {}", bootstrapServers());
  }

  /** The broker first: while it stops it still talks to the controller. */
  private void stop() {
    try {
      broker.shutdown(STOP_TIMEOUT);
    } finally {
      controller.shutdown();
    }
  }

  private static void closeBecause(Exception cause, AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
  }
}
