package io.sluice.processor.runtime;

import io.sluice.processor.InputRecord;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Header;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.StageMeters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A step's port to the world. Holds what is sent for a record until the record is through, so that
 * a failure half way sends a dead letter and nothing else.
 */
final class Outbox implements StepContext {

  private static final AvroSerde<DeadLetter> DEAD_LETTERS =
      AvroSerde.of(DeadLetter.getClassSchema());
  private static final byte[] NO_KEY = {};

  private record Outgoing(Topic topic, Record<byte[], byte[]> record) {}

  private final String stage;
  private final ProcessorContext<byte[], byte[]> context;
  private final Map<Topic, String> sinks;
  private final StageMeters meters;
  private final Clock clock;
  private final List<Outgoing> held = new ArrayList<>();
  private final List<Reason> deadParts = new ArrayList<>();
  private Map<String, String> traceHeaders = Map.of();
  private @Nullable InputRecord current;

  Outbox(
      String stage,
      ProcessorContext<byte[], byte[]> context,
      Map<Topic, String> sinks,
      StageMeters meters) {
    this.stage = stage;
    this.context = context;
    this.sinks = sinks;
    this.meters = meters;
    this.clock = new TaskClock(context);
  }

  void begin(InputRecord input) {
    current = input;
  }

  void traceparent(Map<String, String> headers) {
    traceHeaders = headers;
  }

  /** Lets go what the record's processing sent. */
  void end() {
    for (Outgoing outgoing : held) {
      forward(outgoing);
    }
    for (Reason reason : deadParts) {
      meters.dead(reason, 1);
    }
    held.clear();
    deadParts.clear();
    traceHeaders = Map.of();
    current = null;
  }

  void replaceWithDeadLetter(Reason reason, String message) {
    held.clear();
    deadParts.clear();
    InputRecord input = currentRecord();
    hold(reason, message, input, input.value());
  }

  @Override
  public void send(Topic topic, byte[] key, byte[] value, Map<String, String> headers) {
    if (!sinks.containsKey(topic)) {
      throw new IllegalArgumentException(stage + " is not wired to send to " + topic.name());
    }
    Headers all = new RecordHeaders();
    traceHeaders.forEach((name, text) -> all.add(name, text.getBytes(StandardCharsets.UTF_8)));
    headers.forEach((name, text) -> all.add(name, text.getBytes(StandardCharsets.UTF_8)));
    Outgoing outgoing = new Outgoing(topic, new Record<>(key, value, timestamp(), all));
    if (current == null) {
      forward(outgoing); // from a callback: there is no record that could fail
    } else {
      held.add(outgoing);
    }
  }

  @Override
  public void deadLetter(Reason reason, String message, byte[] part) {
    hold(reason, message, currentRecord(), part);
  }

  @Override
  public <K, V> KeyValueStore<K, V> store(String name) {
    KeyValueStore<K, V> store = context.getStateStore(name);
    if (store == null) {
      throw new IllegalArgumentException(stage + " is not wired with a store " + name);
    }
    return store;
  }

  @Override
  public void every(Duration interval, Runnable callback) {
    context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, now -> callback.run());
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public int partition() {
    return context.taskId().partition();
  }

  private void hold(Reason reason, String message, InputRecord input, byte[] value) {
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage(stage)
            .setReason(reason)
            .setMessage(message)
            .setTopic(input.topic().name())
            .setPartition(input.partition())
            .setOffset(input.offset())
            .setTimestampMillis(input.timestampMillis())
            .setHeaders(headersOf(input))
            .setKey(input.key() == null ? null : ByteBuffer.wrap(input.key()))
            .setValue(ByteBuffer.wrap(value))
            .build();
    byte[] key = input.key() == null ? NO_KEY : input.key();
    held.add(
        new Outgoing(
            Topics.DEAD_LETTERS,
            new Record<>(key, DEAD_LETTERS.encode(letter), timestamp(), new RecordHeaders())));
    deadParts.add(reason);
  }

  private static List<Header> headersOf(InputRecord input) {
    List<Header> headers = new ArrayList<>();
    input
        .headers()
        .forEach(
            header ->
                headers.add(
                    new Header(
                        header.key(),
                        header.value() == null ? null : ByteBuffer.wrap(header.value()))));
    return headers;
  }

  private void forward(Outgoing outgoing) {
    context.forward(outgoing.record(), sinks.get(outgoing.topic()));
    if (!outgoing.topic().equals(Topics.DEAD_LETTERS)) {
      meters.out(1);
    }
  }

  /** The broker refuses times in the future, so the time of a callback is the clock's. */
  private long timestamp() {
    return current == null ? context.currentSystemTimeMs() : current.timestampMillis();
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
