package io.sluice.processor.runtime;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.StepContext;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.StageMeters;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A step's port to the world. Holds what is sent for a record until the record is through, so that
 * a failure half way sends a dead letter and nothing else.
 */
final class Outbox implements StepContext {

  private record Outgoing(Topic topic, Record<byte[], byte[]> record) {}

  private final String stage;
  private final Stage runtime;
  private final ProcessorContext<byte[], byte[]> context;
  private final Map<Topic, String> sinks;
  private final Set<String> stores;
  private final StageMeters meters;
  private final RecordLimits limits;
  private final DeadLetterRecords letters;
  private final Clock clock;
  private final List<Outgoing> held = new ArrayList<>();
  private final List<Cancellable> schedules = new ArrayList<>();
  private final List<Reason> deadParts = new ArrayList<>();
  private Map<String, String> traceHeaders = Map.of();
  private @Nullable InputRecord current;
  private String currentTopic = "";

  /** The latest time of a record since the last commit: one with a wrong clock dates no other. */
  private long latestMillis = Long.MIN_VALUE;

  /** The time that a callback stands for, when it is not the clock's. */
  private long callbackMillis = Long.MAX_VALUE;

  Outbox(
      Stage runtime,
      ProcessorContext<byte[], byte[]> context,
      Map<Topic, String> sinks,
      Set<String> stores,
      StageMeters meters) {
    this.stage = runtime.name();
    this.runtime = runtime;
    this.context = context;
    this.sinks = sinks;
    this.stores = stores;
    this.meters = meters;
    this.limits = RecordLimits.in(context.appConfigs());
    this.letters = new DeadLetterRecords(stage, limits);
    this.clock = new TaskClock(context);
  }

  /**
   * @param topic where the record came from, as the cluster names it
   */
  void begin(InputRecord input, String topic) {
    current = input;
    currentTopic = topic;
    latestMillis = Math.max(latestMillis, input.timestampMillis());
  }

  void traceparent(Map<String, String> headers) {
    traceHeaders = headers;
  }

  /**
   * Lets go what the record's processing sent. When a topic would refuse some of it, a step without
   * stores has done nothing yet and its input is the dead letter; one with stores has, perhaps for
   * other records' output, so that only what is refused is dead.
   */
  void end() {
    if (stores.isEmpty()) {
      for (Outgoing outgoing : held) {
        if (!limits.take(outgoing.topic(), outgoing.record())) {
          replaceWithDeadLetter(Reason.TOO_LARGE, tooLarge(outgoing));
          break;
        }
      }
    }
    held.forEach(this::forwardOrBury);
    for (Reason reason : deadParts) {
      meters.dead(reason, 1);
    }
    held.clear();
    deadParts.clear();
    traceHeaders = Map.of();
    current = null;
  }

  void replaceWithDeadLetter(Reason reason, String message) {
    replaceWithDeadLetter(reason, message, currentRecord().value());
  }

  void replaceWithDeadLetter(Reason reason, String message, byte @Nullable [] value) {
    held.clear();
    deadParts.clear();
    hold(reason, message, value);
  }

  private static String tooLarge(Outgoing outgoing) {
    return "what it became is too large for topic "
        + outgoing.topic().name()
        + ": "
        + RecordLimits.plainBytes(outgoing.record())
        + " bytes";
  }

  @Override
  public void send(Topic topic, byte[] key, byte @Nullable [] value, Map<String, String> headers) {
    if (!sinks.containsKey(topic)) {
      throw new IllegalArgumentException(stage + " is not wired to send to " + topic.name());
    }
    Headers all = new RecordHeaders();
    traceHeaders.forEach((name, text) -> all.add(name, text.getBytes(StandardCharsets.UTF_8)));
    headers.forEach((name, text) -> all.add(name, text.getBytes(StandardCharsets.UTF_8)));
    Outgoing outgoing = new Outgoing(topic, new Record<>(key, value, timestamp(), all));
    if (current == null) {
      forwardOrBury(outgoing);
    } else {
      held.add(outgoing);
    }
  }

  @Override
  public void deadLetter(Reason reason, String message, byte[] part) {
    hold(reason, message, part);
  }

  @Override
  public <K, V> KeyValueStore<K, V> store(String name) {
    if (!stores.contains(name)) {
      throw new IllegalArgumentException(stage + " is not wired with a store " + name);
    }
    return context.getStateStore(name);
  }

  @Override
  public int maxBytes(Topic topic) {
    return limits.maxBytes(topic);
  }

  @Override
  public void every(Duration interval, Runnable callback) {
    schedules.add(
        context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, now -> call(callback)));
  }

  private void call(Runnable callback) {
    try {
      callback.run();
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) {
      // Streams logs messages and all, and this one may quote what was handled.
      throw new StreamsException(
          "a callback of " + stage + " threw " + e.getClass().getName(), WithoutMessage.of(e));
    }
  }

  /**
   * Makes a callback that Streams may call while it is at no step, which is the case before a
   * commit: it runs in the place of the step that is set up now. What it sends has the time of the
   * latest record since the last commit, or of the clock when there was none.
   */
  Runnable beforeCommit(Runnable callback) {
    InternalProcessorContext<?, ?> streams = (InternalProcessorContext<?, ?>) context;
    ProcessorNode<?, ?, ?, ?> node = streams.currentNode();
    return () -> {
      ProcessorNode<?, ?, ?, ?> otherNode = streams.currentNode();
      ProcessorRecordContext otherRecord = streams.recordContext();
      streams.setCurrentNode(node);
      long now = context.currentSystemTimeMs();
      callbackMillis = latestMillis == Long.MIN_VALUE ? now : Math.min(latestMillis, now);
      latestMillis = Long.MIN_VALUE;
      streams.setRecordContext(
          new ProcessorRecordContext(callbackMillis, -1, -1, null, new RecordHeaders()));
      try {
        call(callback);
      } finally {
        streams.setCurrentNode(otherNode);
        streams.setRecordContext(otherRecord);
        callbackMillis = Long.MAX_VALUE;
      }
    };
  }

  /** Ends the callbacks. */
  void close() {
    schedules.forEach(Cancellable::cancel);
    schedules.clear();
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public int partition() {
    return context.taskId().partition();
  }

  private void hold(Reason reason, String message, byte @Nullable [] value) {
    held.add(
        new Outgoing(
            Topics.DEAD_LETTERS,
            letters.ofInput(reason, message, currentTopic, currentRecord(), value)));
    deadParts.add(reason);
  }

  /** What is too large for its topic is a dead letter itself. */
  private void forwardOrBury(Outgoing outgoing) {
    if (limits.take(outgoing.topic(), outgoing.record())) {
      forward(outgoing);
    } else {
      String topic = runtime.topicName(outgoing.topic());
      forward(
          new Outgoing(
              Topics.DEAD_LETTERS, letters.ofOutput(tooLarge(outgoing), topic, outgoing.record())));
      meters.dead(Reason.TOO_LARGE, 1);
    }
  }

  private void forward(Outgoing outgoing) {
    context.forward(outgoing.record(), sinks.get(outgoing.topic()));
    if (!outgoing.topic().equals(Topics.DEAD_LETTERS)) {
      meters.out(1);
    }
  }

  /** The broker refuses times in the future, so the time of a callback is at most the clock's. */
  private long timestamp() {
    return current == null
        ? Math.min(callbackMillis, context.currentSystemTimeMs())
        : current.timestampMillis();
  }

  private InputRecord currentRecord() {
    if (current == null) {
      throw new IllegalStateException("a dead letter needs a record; a callback has none");
    }
    return current;
  }

  /** Streams' own clock, which tests can move. */
  private static final class TaskClock extends Clock {
    private final ProcessorContext<?, ?> context;

    TaskClock(ProcessorContext<?, ?> context) {
      this.context = context;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("a task has one clock, in UTC");
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }
  }
}
