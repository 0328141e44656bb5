package io.sluice.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.StageMeters;
import io.sluice.testkit.TestBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.utils.Time;

/** A processor in the real runtime on a real broker, with what tests ask of it. */
final class RunningStage implements AutoCloseable {

  /** Long enough for a busy machine; nothing waits for it to pass. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final AvroSerde<DeadLetter> DEAD_LETTERS =
      AvroSerde.of(DeadLetter.getClassSchema());

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final DefinitionsReader definitions;
  private final StageRunner<?> runner;

  private <C extends Record> RunningStage(
      StreamProcessor<C> processor,
      KafkaConnection connection,
      StreamsSettings settings,
      Path state,
      Time time) {
    definitions = new DefinitionsReader(connection, RunningStage::shipped);
    runner =
        new StageRunner<>(
            processor,
            processor.defaults(),
            new StageRunner.Environment(
                connection, settings, state, definitions, meters, OpenTelemetry.noop()),
            time);
    definitions.start();
    runner.start();
  }

  /** Starts without waiting for anything. */
  static RunningStage start(StreamProcessor<?> processor, TestBroker broker, Path state) {
    return start(processor, broker.connection(), StreamsSettings.defaults(), state);
  }

  static RunningStage start(
      StreamProcessor<?> processor,
      KafkaConnection connection,
      StreamsSettings settings,
      Path state) {
    return new RunningStage(processor, connection, settings, state, Time.SYSTEM);
  }

  /**
   * @param time what Streams goes by
   */
  static RunningStage start(
      StreamProcessor<?> processor, TestBroker broker, Path state, Time time) {
    return new RunningStage(
        processor, broker.connection(), StreamsSettings.defaults(), state, time);
  }

  /** What no test has applied. */
  static DefinitionSet shipped(String kind) {
    return new DefinitionSet(kind, 0L, 0L, List.of());
  }

  Health health() {
    return runner.health();
  }

  RunningStage awaitReady() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(health()).as("%s", health().detail()).matches(Health::ready));
    return this;
  }

  void awaitDetail(String part) {
    await()
        .dontCatchUncaughtExceptions() // a thread of the stage may be what fails
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(health().detail()).contains(part));
  }

  double dead(Reason reason) {
    return count(StageMeters.DEAD, "reason", reason.name().toLowerCase(Locale.ROOT));
  }

  double threadsReplaced() {
    return meters.get("sluice.stage.threads.replaced").counter().count();
  }

  double records(String direction) {
    return count(StageMeters.RECORDS, "direction", direction);
  }

  static List<String> values(TestBroker broker, Topic topic, int expected) {
    return broker.consume(topic, expected, PATIENCE).stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }

  static List<DeadLetter> deadLetters(TestBroker broker, int expected) {
    return broker.consume(Topics.DEAD_LETTERS, expected, PATIENCE).stream()
        .map(record -> DEAD_LETTERS.decode(record.value()))
        .toList();
  }

  @Override
  public void close() {
    runner.close();
    definitions.close();
  }

  private double count(String name, String label, String value) {
    return meters.get(name).tag(label, value).counter().count();
  }
}
