package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static io.sluice.processor.runtime.LaneProcessor.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Header;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.StageMeters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.test.TestRecord;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a step that fails costs: its record, and nothing else. */
class GuardedStepTest {

  private static final Instant TIME = Instant.parse("2025-12-31T23:59:00Z");

  @Test
  void recordThatFailsHalfWaySendsItsDeadLetterAndNothingElse() {
    try (var driver = StageTestDriver.of(LaneProcessor.of(GuardedStepTest::sendThenFail)).start()) {
      var headers = new RecordHeaders().add("encoding", bytes("proto"));
      send(driver, "a");
      driver.send(Topics.RAW_LOGS, new TestRecord<>(bytes("key"), bytes("invalid"), headers, TIME));
      send(driver, "b");

      assertThat(outputs(driver)).containsExactly("a", "b");
      assertThat(driver.deadLetters())
          .containsExactly(
              DeadLetter.newBuilder()
                  .setStage("lane")
                  .setReason(Reason.MALFORMED)
                  .setMessage("no telemetry")
                  .setTopic(Topics.RAW_LOGS.name())
                  .setPartition(0)
                  .setOffset(1)
                  .setTimestampMillis(TIME.toEpochMilli())
                  .setHeaders(List.of(new Header("encoding", ByteBuffer.wrap(bytes("proto")))))
                  .setKey(ByteBuffer.wrap(bytes("key")))
                  .setValue(ByteBuffer.wrap(bytes("invalid")))
                  .build());
      assertThat(count(driver, StageMeters.RECORDS, "direction", "in")).isEqualTo(3);
      assertThat(count(driver, StageMeters.RECORDS, "direction", "out")).isEqualTo(2);
      assertThat(count(driver, StageMeters.DEAD, "reason", "malformed")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bug", "endless recursion", "foreign decoder", "code that does not fit"})
  void defectOfTheStepIsADeadLetterThatDoesNotQuoteTheInput(String defect) {
    try (var driver = StageTestDriver.of(LaneProcessor.of(GuardedStepTest::sendThenFail)).start()) {
      send(driver, defect);
      send(driver, "next");

      assertThat(outputs(driver)).containsExactly("next");
      assertThat(driver.deadLetters())
          .singleElement()
          .satisfies(letter -> assertThat(letter.getReason()).isEqualTo(Reason.FAILED))
          .satisfies(letter -> assertThat(letter.getMessage()).doesNotContain("hunter2"));
      assertThat(count(driver, StageMeters.DEAD, "reason", "failed")).isEqualTo(1);
    }
  }

  /**
   * Memory may run out through others' doing; a record that a new thread fails at too is at fault.
   */
  @Test
  void recordAtWhichTheMemoryRunsOutTwiceIsADeadLetter() {
    try (var driver = StageTestDriver.of(LaneProcessor.of(GuardedStepTest::sendThenFail)).start()) {
      assertThatThrownBy(() -> send(driver, "memory")).isInstanceOf(OutOfMemoryError.class);
    }
    Suspects suspects = new Suspects();
    assertThat(suspects.again(at(7))).isFalse();
    assertThat(suspects.again(at(7))).isTrue();
    assertThat(suspects.again(at(8))).isFalse();
    assertThat(suspects.again(at(7))).isFalse();
  }

  @Test
  void aCallThatDoesNotReturnShowsInTheMetrics() {
    var meters = new StageMeters(new SimpleMeterRegistry(), "lane");
    var call = meters.newCall();
    assertThat(meters.longestCall()).isZero();
    call.begins();
    assertThat(meters.longestCall()).isPositive();
    call.ends();
    assertThat(meters.longestCall()).isZero();
  }

  @Test
  void recordWithoutValueIsADeadLetterWithoutValue() {
    try (var driver = StageTestDriver.of(LaneProcessor.of(LaneProcessor::copy)).start()) {
      driver.send(
          Topics.RAW_LOGS,
          new TestRecord<>(bytes("key"), (byte[]) null, new RecordHeaders(), TIME));

      assertThat(outputs(driver)).isEmpty();
      assertThat(driver.deadLetters())
          .singleElement()
          .satisfies(letter -> assertThat(letter.getReason()).isEqualTo(Reason.INVALID))
          .satisfies(letter -> assertThat(letter.getValue()).isNull());
    }
  }

  /** Fenced, migrated, store closed: another owner may have the record, so it is no dead letter. */
  @Test
  void failureOfThePlatformEndsTheThreadAndIsNoDeadLetter() {
    try (var driver = StageTestDriver.of(LaneProcessor.of(GuardedStepTest::sendThenFail)).start()) {
      assertThatThrownBy(() -> send(driver, "platform")).isInstanceOf(StreamsException.class);

      assertThat(outputs(driver)).isEmpty();
      assertThat(driver.deadLetters()).isEmpty();
    }
  }

  @Test
  void askingForAStoreThatWasNotWiredIsADefectOfTheStep() {
    LaneProcessor processor = LaneProcessor.of((input, out) -> out.store("elsewhere"));
    try (var driver = StageTestDriver.of(processor).start()) {
      send(driver, "any");

      assertThat(driver.deadLetters())
          .singleElement()
          .satisfies(letter -> assertThat(letter.getReason()).isEqualTo(Reason.FAILED))
          .satisfies(
              letter -> assertThat(letter.getMessage()).contains("IllegalArgumentException"));
    }
  }

  /** Streams logs what ends a thread, message and all. */
  @Test
  void callbackThatFailsEndsTheThreadWithoutQuotingWhatItHandled() {
    LaneProcessor.Work work =
        new LaneProcessor.Work() {
          @Override
          public void init(StepContext out) {
            out.every(Duration.ofSeconds(1), () -> Long.parseLong("hunter2"));
          }

          @Override
          public void on(InputRecord input, StepContext out) {}
        };
    try (var driver = StageTestDriver.of(LaneProcessor.of(work)).start()) {
      assertThatThrownBy(() -> driver.advance(Duration.ofSeconds(1)))
          .isInstanceOf(StreamsException.class)
          .hasStackTraceContaining("NumberFormatException")
          .satisfies(
              failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain("hunter2"));
    }
  }

  @Test
  void commitThatTheStepCannotPrepareEndsTheThreadWithoutQuotingWhatItHandled() {
    LaneProcessor.Work work =
        new LaneProcessor.Work() {
          @Override
          public void on(InputRecord input, StepContext out) {}

          private boolean failed;

          @Override
          public void beforeCommit(StepContext out) {
            if (!failed) { // the driver commits again when it is closed
              failed = true;
              Long.parseLong("hunter2");
            }
          }
        };
    try (var driver = StageTestDriver.of(LaneProcessor.of(work)).start()) {
      assertThatThrownBy(() -> send(driver, "a"))
          .isInstanceOf(StreamsException.class)
          .hasStackTraceContaining("NumberFormatException")
          .satisfies(
              failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain("hunter2"));
    }
  }

  /** Streams closes and opens the same processor again when it revives or resumes a task. */
  @Test
  void stepIsNewEachTimeItsTaskStarts() {
    List<Integer> started = new ArrayList<>();
    List<Integer> closed = new ArrayList<>();
    Supplier<Step> steps =
        () ->
            new Step() {
              private int starts;

              @Override
              public void init(StepContext context) {
                context.every(Duration.ofSeconds(1), () -> {});
                starts++;
                started.add(starts);
              }

              @Override
              public void close() {
                closed.add(starts);
              }

              @Override
              public void process(InputRecord input) {}
            };
    MeterRegistry registry = new SimpleMeterRegistry();
    Stage stage =
        new Stage(
            "lane",
            1,
            Namespace.none(),
            Topic::partitions,
            registry,
            RunningStage::shipped,
            OpenTelemetry.noop(),
            System::nanoTime,
            () -> new MockConsumer<>("earliest"),
            Runnable::run,
            (processor, topics) -> () -> true);
    GuardedStep guarded =
        new GuardedStep(
            stage,
            steps,
            Map.of(),
            Map.of(),
            Set.of(),
            "",
            new StageMeters(registry, "lane"),
            new Suspects());

    guarded.close(); // before init: there is nothing to close
    MockProcessorContext<byte[], byte[]> first = new MockProcessorContext<>();
    guarded.init(first);
    guarded.close();
    MockProcessorContext<byte[], byte[]> second = new MockProcessorContext<>();
    guarded.init(second);

    assertThat(started).containsExactly(1, 1);
    assertThat(closed).containsExactly(1);
    assertThat(first.scheduledPunctuators().get(0).cancelled()).isTrue();
    assertThat(second.scheduledPunctuators().get(0).cancelled()).isFalse();
  }

  private static void sendThenFail(InputRecord input, StepContext out) {
    LaneProcessor.copy(input, out);
    switch (text(input)) {
      case "invalid" -> throw new InvalidInputException(Reason.MALFORMED, "no telemetry");
      case "bug" -> throw new IllegalStateException("password=hunter2");
      case "endless recursion" -> recurse(1);
      case "foreign decoder" -> throw new SerializationException("cannot read hunter2");
      case "code that does not fit" -> throw new NoSuchMethodError("hunter2.decode()");
      case "memory" -> throw new OutOfMemoryError("array of hunter2");
      case "platform" -> throw new StreamsException("store is closed");
      default -> {}
    }
  }

  private static InputRecord at(long offset) {
    return new InputRecord(
        Topics.RAW_LOGS, 0, offset, 0, null, bytes("memory"), new RecordHeaders());
  }

  @SuppressWarnings("InfiniteRecursion") // as a parser does on hostile input
  private static int recurse(int depth) {
    return recurse(depth + 1) + 1;
  }

  private static void send(StageTestDriver driver, String value) {
    driver.send(Topics.RAW_LOGS, bytes("key"), bytes(value));
  }

  private static List<String> outputs(StageTestDriver driver) {
    return driver.read(Topics.LOGS).stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }

  private static double count(StageTestDriver driver, String name, String label, String value) {
    return driver.meters().get(name).tag(label, value).counter().count();
  }
}
