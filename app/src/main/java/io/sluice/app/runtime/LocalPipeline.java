package io.sluice.app.runtime;

import com.linecorp.armeria.server.HttpService;
import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.app.config.SluiceConfig;
import io.sluice.kafka.EmbeddedKafka;
import io.sluice.kafka.EmbeddedKafkaConfig;
import io.sluice.kafka.EmbeddedKafkaException;
import io.sluice.processor.runtime.TopicAdmin;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.PortTaken;
import io.sluice.schemas.stage.StartException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything in this process: the broker, its topics, and every role. */
public final class LocalPipeline implements AutoCloseable {

  private static final Duration READY_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration READY_POLL = Duration.ofMillis(100);

  private final DataDirectory data;
  private final EmbeddedKafka kafka;
  private final KafkaConnection connection;
  private final SluiceProcess process;

  private LocalPipeline(
      DataDirectory data, EmbeddedKafka kafka, KafkaConnection connection, SluiceProcess process) {
    this.data = data;
    this.kafka = kafka;
    this.connection = connection;
    this.process = process;
  }

  /**
   * Starts it and waits until every role works.
   *
   * @param progress is told what happens, for people
   * @param stopRequested whether nobody waits for it any more
   * @throws StartException when something keeps it from starting
   */
  public static LocalPipeline start(
      LoadedConfig loaded,
      Processors processors,
      DataDirectory data,
      Map<String, HttpService> extraServices,
      Consumer<String> progress,
      BooleanSupplier stopRequested) {
    SluiceConfig config = loaded.config();
    progress.accept("starting the embedded Kafka broker");
    EmbeddedKafka kafka = startKafka(data, config.kafka().embeddedPort());
    SluiceProcess process = null;
    try {
      KafkaConnection connection =
          new KafkaConnection(
              kafka.bootstrapServers(), Map.of(), new Namespace(config.namespace()));
      progress.accept("creating topics");
      try (TopicAdmin admin = new TopicAdmin(connection, Duration.ofSeconds(20))) {
        admin.create(processors.topics(), config.topics().partitions(), (short) 1);
      }
      endIf(stopRequested);
      progress.accept("starting " + String.join(", ", Role.all(processors)));
      process =
          SluiceProcess.start(
              loaded,
              processors,
              new HashSet<>(Role.all(processors)),
              connection,
              data,
              extraServices);
      awaitReady(process, progress, stopRequested);
      return new LocalPipeline(data, kafka, connection, process);
    } catch (RuntimeException e) {
      close(process, kafka);
      throw e;
    }
  }

  public SluiceProcess process() {
    return process;
  }

  public KafkaConnection connection() {
    return connection;
  }

  public int kafkaPort() {
    return kafka.port();
  }

  public DataDirectory data() {
    return data;
  }

  @Override
  public void close() {
    close(process, kafka);
  }

  private static void close(@Nullable SluiceProcess process, EmbeddedKafka kafka) {
    if (process != null) {
      process.close();
    }
    kafka.close();
  }

  private static EmbeddedKafka startKafka(DataDirectory data, int port) {
    try {
      return EmbeddedKafka.start(EmbeddedKafkaConfig.of(data.directory("kafka"), port));
    } catch (EmbeddedKafkaException e) {
      throw new StartException(
          e.getMessage()
              + (PortTaken.is(e)
                  ? "; set kafka.embeddedPort"
                  : "; if its data is damaged, begin with another directory (--data)"));
    }
  }

  private static void awaitReady(
      SluiceProcess process, Consumer<String> progress, BooleanSupplier stopRequested) {
    Instant deadline = Instant.now().plus(READY_TIMEOUT);
    String told = "";
    while (!process.isReady()) {
      endIf(stopRequested);
      List<String> waiting =
          process.health().entrySet().stream()
              .filter(entry -> !entry.getValue().ready() && entry.getValue().needed())
              .map(entry -> entry.getKey() + ": " + entry.getValue().detail())
              .toList();
      boolean dead =
          process.health().values().stream().anyMatch(health -> !health.live() && health.needed());
      if (dead || Instant.now().isAfter(deadline)) {
        throw new StartException("could not start: " + String.join("; ", waiting));
      }
      String names = "waiting for " + waiting.size() + " of " + process.health().size() + " parts";
      if (!names.equals(told)) {
        progress.accept(names);
        told = names;
      }
      pause();
    }
  }

  private static void endIf(BooleanSupplier stopRequested) {
    if (stopRequested.getAsBoolean()) {
      throw new StartException("stopped while starting");
    }
  }

  private static void pause() {
    try {
      if (new CountDownLatch(1).await(READY_POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("nobody counts down");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while starting");
    }
  }
}
