package io.sluice.processors.traces;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.processor.InputRecord;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.testkit.Telemetry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The assembler's task with transactions as the broker keeps them: what it read, stored and sent
 * since the last commit is there together or, after a failure, not at all.
 */
final class TaskInMemory implements StepContext {

  private static final AvroSerde<Trace> SERDE = AvroSerde.of(Trace.getClassSchema());
  private static final Duration TICK = Duration.ofMillis(100);

  private final TracesConfig config;
  private final int maxBytes;
  private final MemoryStore batches = new MemoryStore();
  private final MemoryStore closed = new MemoryStore();
  private final MemoryStore emitted = new MemoryStore();
  private OpenCounts open = new OpenCounts();
  private final List<byte[]> input = new ArrayList<>();
  private final List<Trace> sent = new ArrayList<>();
  private AssembleStep step;
  private Runnable tick = () -> {};
  private Instant now = Telemetry.START;
  private int read;
  private int committedRead;
  private int committedSent;

  TaskInMemory(TracesConfig config) {
    this(config, 10 << 20);
  }

  /**
   * @param maxBytes that a record may surely have
   */
  TaskInMemory(TracesConfig config, int maxBytes) {
    this.config = config;
    this.maxBytes = maxBytes;
    step = newStep();
  }

  private AssembleStep newStep() {
    AssembleStep made = new AssembleStep(config, new SimpleMeterRegistry(), open);
    made.init(this);
    return made;
  }

  /** Appends to the topic; {@link #poll} reads it. */
  void produce(byte[] batch) {
    input.add(batch);
  }

  void poll() {
    while (read < input.size()) {
      byte[] batch = input.get(read);
      step.process(
          new InputRecord(
              Topics.SPANS, 0, read, now.toEpochMilli(), null, batch, new RecordHeaders()));
      read++;
    }
  }

  void run(Duration time) {
    for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minus(TICK)) {
      now = now.plus(TICK);
      tick.run();
    }
  }

  /** Moves the wall clock while the task stands still. */
  void jump(Duration time) {
    now = now.plus(time);
  }

  void commit() {
    batches.commit();
    closed.commit();
    emitted.commit();
    committedRead = read;
    committedSent = sent.size();
  }

  /** The process dies and another begins. */
  void crash() {
    abort();
    open = new OpenCounts();
    step = newStep();
  }

  /** The transaction fails and the task begins anew, in the same process. */
  void revive() {
    abort();
    step.close();
    step = newStep();
  }

  /** Another process has the partition now. */
  void close() {
    step.close();
  }

  private void abort() {
    batches.abort();
    closed.abort();
    emitted.abort();
    read = committedRead;
    sent.subList(committedSent, sent.size()).clear();
  }

  List<Trace> sent() {
    return List.copyOf(sent);
  }

  int batches() {
    return batches.size();
  }

  int remembered() {
    return closed.size();
  }

  long openTraces() {
    return open.traces();
  }

  @Override
  public void send(Topic topic, byte[] key, byte @Nullable [] value, Map<String, String> headers) {
    sent.add(SERDE.decode(Objects.requireNonNull(value)));
  }

  @Override
  public void deadLetter(Reason reason, String message, byte[] part) {
    throw new AssertionError(message);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <K, V> KeyValueStore<K, V> store(String name) {
    MemoryStore store =
        switch (name) {
          case TracesTopology.BATCHES -> batches;
          case TracesTopology.CLOSED -> closed;
          case TracesTopology.EMITTED -> emitted;
          default -> throw new IllegalArgumentException(name);
        };
    return (KeyValueStore<K, V>) store;
  }

  @Override
  public void every(Duration interval, Runnable callback) {
    tick = callback;
  }

  @Override
  public int maxBytes(Topic topic) {
    return maxBytes;
  }

  @Override
  public Clock clock() {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  @Override
  public int partition() {
    return 0;
  }
}
