package io.sluice.processor.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.stage.Component;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.StageMeters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one processor as an exactly-once Kafka Streams application. Waits in the background for the
 * cluster, its topics and the definitions; replaces stream threads that die and counts them.
 */
public final class StageRunner<C extends Record> implements Component {

  private static final Logger log = LoggerFactory.getLogger(StageRunner.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration WATCH_INTERVAL = Duration.ofSeconds(2);
  private static final int BACKGROUND_FETCH_BYTES = 8 << 20;
  private static final long MAX_REPLACE_PAUSE_MILLIS = 5_000;

  /** So long at one record is no work any more; Kafka takes the partition away after a minute. */
  private static final Duration STUCK = Duration.ofSeconds(30);

  /** Threads that fail in a row before the stage says that it does not work. */
  private static final int FAILING = 3;

  /** What a process gives to each of its stages. */
  public record Environment(
      KafkaConnection connection,
      StreamsSettings settings,
      Path stateDirectory,
      DefinitionsReader definitions,
      MeterRegistry meters,
      OpenTelemetry openTelemetry) {}

  /** Streams that run, or did. */
  private record Running(KafkaStreams streams, StageClients clients, RestoreProgress restores) {}

  private final StreamProcessor<C> processor;
  private final C config;
  private final Environment environment;
  private final Time time;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final ThreadFailures failures = new ThreadFailures(System::nanoTime);

  /** Held where a stop must not come between. */
  private final Object lifecycle = new Object();

  private final Background background;
  private final CommittedProgress progress;
  private final Thread starter;
  private final Thread watcher;
  private volatile Health waiting = Health.waiting("not started");

  /** Makes what {@link #running} is; set before the watcher starts. */
  @SuppressWarnings("NullAway.Init")
  private volatile Supplier<Running> anew;

  private volatile @Nullable Running running;

  public StageRunner(StreamProcessor<C> processor, C config, Environment environment) {
    this(processor, config, environment, Time.SYSTEM);
  }

  /**
   * @param time what Streams goes by; Kafka's clients always go by the machine's
   */
  StageRunner(StreamProcessor<C> processor, C config, Environment environment, Time time) {
    this.time = time;
    this.processor = processor;
    this.config = config;
    this.environment = environment;
    this.background = new Background(processor.name() + "-background");
    this.progress = new CommittedProgress(environment.connection(), this::consumer);
    this.starter = daemon(this::startWhenPossible, processor.name() + "-start");
    this.watcher = daemon(this::watch, processor.name() + "-watch");
  }

  @Override
  public String name() {
    return processor.name();
  }

  /** The name of its group, and what its internal topics begin with. */
  public String applicationId() {
    return StageConfig.applicationId(processor, environment.connection());
  }

  @Override
  public void start() {
    starter.start();
  }

  @Override
  public Health health() {
    Running now = running;
    if (now == null) {
      return waiting;
    }
    return switch (now.streams().state()) {
      case RUNNING -> failures.inARow() < FAILING ? working() : failing();
      case CREATED, REBALANCING ->
          failures.inARow() < FAILING
              ? Health.waiting(
                  now.restores().sentence().orElse("joining the group or restoring state"))
              : failing();
      case PENDING_SHUTDOWN, NOT_RUNNING -> Health.waiting("stopping");
      case PENDING_ERROR, ERROR -> Health.dead("the stream stopped with an error; see the log");
    };
  }

  private Health failing() {
    return Health.waiting(
        "its threads fail again and again, "
            + failures.inARow()
            + " times in a row; the log says why");
  }

  private Health working() {
    Duration longest = new StageMeters(environment.meters(), processor.name()).longestCall();
    return longest.compareTo(STUCK) < 0
        ? Health.up("running")
        : Health.waiting("has worked at one record for " + longest.toSeconds() + " s");
  }

  /** Commits what is processed and leaves the group, so that others take over at once. */
  @Override
  public void close() {
    synchronized (lifecycle) {
      stop.countDown();
    }
    background.close();
    progress.close();
    interruptAndJoin(starter);
    interruptAndJoin(watcher);
    Running now = running;
    if (now != null
        && !now.streams()
            .close(
                CloseOptions.timeout(environment.settings().stopTimeout())
                    .withGroupMembershipOperation(
                        CloseOptions.GroupMembershipOperation.LEAVE_GROUP))) {
      log.warn("{} did not stop in time; the next start continues from its last commit", name());
    }
  }

  private void startWhenPossible() {
    try {
      while (stop.getCount() > 0) {
        Optional<StageTopics> topics = clusterReady();
        if (topics.isPresent() && definitionsAreRead() && startStreams(topics.get())) {
          return;
        }
        stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) { // an error too: it is this stage alone that cannot
      log.error("{} cannot start", name(), e);
      waiting =
          Health.dead(
              "cannot start: "
                  + (e instanceof IllegalStateException ? "" : e.getClass().getSimpleName() + ": ")
                  + e.getMessage());
    }
  }

  /** The stage's topics when everything that it needs is there; else says what is not. */
  private Optional<StageTopics> clusterReady() {
    String cluster = "the cluster at " + environment.connection().bootstrapServers();
    try (TopicAdmin admin = new TopicAdmin(environment.connection(), ADMIN_TIMEOUT)) {
      Optional<String> defect =
          admin
              .transactionsDefect()
              .or(() -> StageTopics.defect(processor, admin, environment.connection().namespace()));
      if (defect.isPresent()) {
        waitFor(defect.get());
        return Optional.empty();
      }
      StageTopics topics =
          StageTopics.prepare(processor, admin, environment.settings().replicationFactor());
      return Optional.of(topics);
    } catch (TimeoutException e) {
      waitFor(cluster + " does not answer");
    } catch (KafkaException e) {
      waitFor(cluster + " does not serve this stage: " + e.getMessage());
    }
    return Optional.empty();
  }

  private boolean definitionsAreRead() throws InterruptedException {
    DefinitionsReader definitions = environment.definitions();
    if (definitions.awaitCaughtUp(RETRY)) {
      return true;
    }
    waitFor(definitions.health().detail());
    return false;
  }

  private void waitFor(String what) {
    if (!waiting.detail().equals(what)) {
      log.info("{} waits: {}", name(), what);
      waiting = Health.waiting(what);
    }
  }

  /**
   * @return false when the processor cannot use the definitions that were applied: others help
   */
  private boolean startStreams(StageTopics topics) {
    Stage stage =
        new Stage(
            processor.name(),
            processor.stateVersion(),
            environment.connection().namespace(),
            topic -> topics.partitions().getOrDefault(topic, topic.partitions()),
            environment.meters(),
            environment.definitions(),
            environment.openTelemetry(),
            System::nanoTime,
            this::consumer,
            background,
            progress);
    Topology topology;
    try {
      topology = processor.topology(config, stage);
    } catch (ConfigurationException e) {
      String first = e.problems().get(0).toString();
      int more = e.problems().size() - 1;
      waitFor(
          "the definitions that were applied cannot be used: "
              + first
              + (more > 0 ? " (and " + more + " more)" : ""));
      return false;
    }
    log.debug("{} wires\n{}", name(), topology.describe());
    refuseForeignState(topology);
    anew = () -> streams(topology, topics);
    start(anew);
    watcher.start();
    return true;
  }

  private Running streams(Topology topology, StageTopics topics) {
    Properties properties = new Properties();
    properties.putAll(StageConfig.of(processor, environment, topics.limits()));
    StageClients clients = new StageClients();
    KafkaStreams created = new KafkaStreams(topology, properties, clients, time);
    Counter replaced =
        environment.meters().counter("sluice.stage.threads.replaced", "stage", processor.name());
    created.setUncaughtExceptionHandler(failure -> replaceThread(failure, replaced));
    RestoreProgress restores = new RestoreProgress(name(), System::nanoTime);
    created.setGlobalStateRestoreListener(restores);
    return new Running(created, clients, restores);
  }

  private void start(Supplier<Running> made) {
    Running created = made.get();
    try {
      start(created);
    } catch (ProcessorStateException e) {
      log.warn(
          "{} cannot open its local state and builds it anew from its changelogs",
          name(),
          WithoutMessage.of(e));
      created.streams().cleanUp();
      start(made.get());
    }
  }

  private void start(Running created) {
    synchronized (lifecycle) {
      if (stop.getCount() == 0) {
        created.streams().close();
        return;
      }
      try {
        created.streams().start();
      } catch (RuntimeException e) {
        created.streams().close(); // it holds its directory, which the next one needs
        throw e;
      }
      running = created; // only now: what could not start is not what health asks
    }
  }

  /**
   * Lets Streams and its clients begin anew with the time that the clock has now. They commit, call
   * back, send heartbeats and connect again when the clock has reached a time that they noted, and
   * that is as far away as the clock was set back.
   *
   * @return false when that is still to be done
   */
  private boolean startedAnew(Supplier<Running> made) {
    Running before = running;
    if (before != null) {
      before.clients().endWaits();
      if (!before.streams().close(environment.settings().stopTimeout())) {
        return false;
      }
      running = null;
    }
    try {
      start(made);
      return true;
    } catch (RuntimeException e) {
      log.error("{} cannot start anew and tries again", name(), WithoutMessage.of(e));
      return false;
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    Map<String, Object> config = environment.connection().consumerConfig();
    config.put("client.id", "sluice-" + name() + "-background");
    // What is gone from a topic is to be noticed, not passed over.
    config.put("auto.offset.reset", "none");
    config.put("max.poll.records", 50);
    config.put("fetch.max.bytes", BACKGROUND_FETCH_BYTES);
    return ContextLoader.own(
        () ->
            new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  private void refuseForeignState(Topology topology) {
    Optional<String> defect = Optional.empty();
    try (TopicAdmin admin = new TopicAdmin(environment.connection(), ADMIN_TIMEOUT)) {
      defect = StageTopics.stateDefect(topology, applicationId(), admin);
    } catch (KafkaException e) {
      log.debug("{} leaves the check of its state to Streams", name(), e);
    }
    if (defect.isPresent()) {
      throw new IllegalStateException(defect.get());
    }
  }

  /**
   * A fenced or failed thread ends; another takes its tasks over. Pauses when it keeps happening.
   */
  private StreamThreadExceptionResponse replaceThread(Throwable failure, Counter replaced) {
    replaced.increment();
    long inARow = failures.another();
    log.error(
        "a thread of {} failed and is replaced: {}",
        name(),
        failure.getClass().getName(),
        WithoutMessage.of(failure));
    try {
      stop.await(
          Math.min(MAX_REPLACE_PAUSE_MILLIS, 100L << Math.min(inARow, 6)), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private void watch() {
    StageMeters stageMeters = new StageMeters(environment.meters(), processor.name());
    ClockSteps steps = new ClockSteps(time::milliseconds, time::nanoseconds);
    boolean current = true;
    try {
      while (!stop.await(WATCH_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        if (steps.wentBack()) {
          log.warn("{} starts anew: the clock of this machine was set back", name());
          waiting = Health.waiting("starting anew: the clock was set back");
          current = false;
        }
        current = current || startedAnew(anew);
        Running now = running;
        if (now != null) {
          stageMeters.lag(lag(now.streams().metrics()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long lag(Map<MetricName, ? extends Metric> metrics) {
    double sum = 0;
    for (Map.Entry<MetricName, ? extends Metric> entry : metrics.entrySet()) {
      MetricName metric = entry.getKey();
      if (metric.name().equals("records-lag")
          && metric.tags().containsKey("partition")
          && entry.getValue().metricValue() instanceof Double value
          && !value.isNaN()) {
        sum += value;
      }
    }
    return (long) sum;
  }

  private static Thread daemon(Runnable body, String name) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }

  private static void interruptAndJoin(Thread thread) {
    thread.interrupt();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
