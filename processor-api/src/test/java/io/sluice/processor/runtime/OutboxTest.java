package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.InputRecord;
import io.sluice.processor.StepContext;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.StageMeters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** What a step may do to the world. */
class OutboxTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final byte[] KEY = {7};

  @Test
  void outputHasItsHeadersAndTheTimeOfItsInput() {
    LaneProcessor processor =
        LaneProcessor.of(
            (input, out) -> out.send(Topics.LOGS, KEY, input.value(), Map.of("service", "käse")));
    try (var driver = StageTestDriver.of(processor).at(START).start()) {
      Instant earlier = START.minusSeconds(60);
      driver.send(Topics.RAW_LOGS, new TestRecord<>(KEY, bytes("a"), new RecordHeaders(), earlier));

      assertThat(driver.read(Topics.LOGS))
          .singleElement()
          .satisfies(record -> assertThat(record.key()).isEqualTo(KEY))
          .satisfies(record -> assertThat(record.getRecordTime()).isEqualTo(earlier))
          .satisfies(
              record ->
                  assertThat(record.headers().lastHeader("service").value())
                      .isEqualTo("käse".getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void partMayBeDeadWhileTheRestGoesOn() {
    LaneProcessor processor =
        LaneProcessor.of(
            (input, out) -> {
              out.deadLetter(Reason.INVALID, "a zero trace id", bytes("bad part"));
              out.send(Topics.LOGS, KEY, bytes("good part"));
            });
    try (var driver = StageTestDriver.of(processor).start()) {
      driver.send(Topics.RAW_LOGS, KEY, bytes("both"));

      assertThat(outputs(driver)).containsExactly("good part");
      assertThat(driver.deadLetters())
          .singleElement()
          .satisfies(letter -> assertThat(letter.getReason()).isEqualTo(Reason.INVALID))
          .satisfies(
              letter ->
                  assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(bytes("bad part"))));
      assertThat(dead(driver, "invalid")).isEqualTo(1);
    }
  }

  /** The part is in the whole, which is what a redrive sends. */
  @Test
  void recordThatFailsAfterAPartOfItIsOneDeadLetterNotTwo() {
    LaneProcessor processor =
        LaneProcessor.of(
            (input, out) -> {
              out.deadLetter(Reason.INVALID, "a zero trace id", bytes("bad part"));
              throw new IllegalStateException("a bug");
            });
    try (var driver = StageTestDriver.of(processor).start()) {
      driver.send(Topics.RAW_LOGS, KEY, bytes("whole"));

      assertThat(driver.deadLetters())
          .singleElement()
          .satisfies(
              letter -> assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(bytes("whole"))));
      assertThat(dead(driver, "invalid")).isZero();
      assertThat(dead(driver, "failed")).isEqualTo(1);
    }
  }

  @Test
  void topicThatWasNotWiredIsADefectOfTheStep() {
    LaneProcessor processor =
        LaneProcessor.of((input, out) -> out.send(Topics.TRACES, KEY, input.value()));
    try (var driver = StageTestDriver.of(processor).start()) {
      driver.send(Topics.RAW_LOGS, KEY, bytes("a"));

      assertThat(driver.deadLetters())
          .singleElement()
          .satisfies(
              letter -> assertThat(letter.getMessage()).contains("IllegalArgumentException"));
    }
  }

  @Test
  void whatIsHeldBackUntilTheCommitHasTheTimeOfItsRecordAndIsInTheStoreToo() {
    List<String> heldBack = new ArrayList<>();
    LaneProcessor.Work work =
        new LaneProcessor.Work() {
          @Override
          public void on(InputRecord input, StepContext out) {
            heldBack.add(LaneProcessor.text(input));
          }

          @Override
          public void beforeCommit(StepContext out) {
            for (String each : heldBack) {
              out.<String, Long>store(LaneProcessor.STORE).put(each, 1L);
              out.send(Topics.LOGS, KEY, bytes(each));
            }
            heldBack.clear();
          }
        };
    try (var driver = StageTestDriver.of(LaneProcessor.of(work)).at(START).start()) {
      Instant earlier = START.minusSeconds(60);
      driver.send(Topics.RAW_LOGS, new TestRecord<>(KEY, bytes("a"), new RecordHeaders(), earlier));
      driver.send(Topics.RAW_LOGS, KEY, bytes("b"));

      assertThat(driver.read(Topics.LOGS))
          .extracting(TestRecord::getRecordTime)
          .containsExactly(earlier, START);
      assertThat(driver.<String, Long>store(LaneProcessor.STORE).get("b")).isEqualTo(1);
    }
  }

  @Test
  void callbackSendsWithTheClockAsItsTimeAlsoWhileNoRecordsCome() {
    try (var driver =
        StageTestDriver.of(
                LaneProcessor.of(
                    everySecond(
                        out ->
                            out.send(Topics.LOGS, KEY, bytes(out.clock().instant().toString())))))
            .at(START)
            .start()) {
      driver.advance(Duration.ofSeconds(2));

      assertThat(driver.read(Topics.LOGS))
          .isNotEmpty()
          .last()
          .satisfies(record -> assertThat(record.getRecordTime()).isEqualTo(START.plusSeconds(2)))
          .satisfies(record -> assertThat(record.value()).isEqualTo(bytes("2026-01-01T00:00:02Z")));
    }
  }

  /** It has no input that could be the dead letter, and would stop the stage again each time. */
  @Test
  void callbackThatSendsTooMuchLeavesADeadLetter() {
    try (var driver =
        StageTestDriver.of(
                LaneProcessor.of(
                    everySecond(
                        out -> {
                          out.send(Topics.LOGS, KEY, new byte[TopicAdmin.MAX_RECORD_BYTES]);
                          out.send(Topics.LOGS, KEY, bytes("next"));
                        })))
            .start()) {
      driver.advance(Duration.ofSeconds(1));

      assertThat(outputs(driver)).containsExactly("next");
      assertThat(driver.deadLetters())
          .singleElement()
          .satisfies(letter -> assertThat(letter.getReason()).isEqualTo(Reason.TOO_LARGE))
          .satisfies(letter -> assertThat(letter.getTopic()).isEqualTo(Topics.LOGS.name()))
          .satisfies(letter -> assertThat(letter.getOffset()).isEqualTo(-1))
          .satisfies(
              letter ->
                  assertThat(letter.getValue())
                      .isEqualTo(ByteBuffer.allocate(TopicAdmin.MAX_RECORD_BYTES)));
      assertThat(dead(driver, "too_large")).isEqualTo(1);
    }
  }

  /** The other output and what is in the store are of records that came long before. */
  @Test
  void outputThatIsTooLargeTakesNoOtherOutputOfAStepWithStoresWithIt() {
    try (var driver = StageTestDriver.of(LaneProcessor.of(OutboxTest::sendTooMuch)).start()) {
      driver.send(Topics.RAW_LOGS, KEY, bytes("a"));

      assertThat(outputs(driver)).containsExactly("before", "after");
      assertThat(driver.deadLetters())
          .singleElement()
          .satisfies(letter -> assertThat(letter.getReason()).isEqualTo(Reason.TOO_LARGE))
          .satisfies(letter -> assertThat(letter.getTopic()).isEqualTo(Topics.LOGS.name()))
          .satisfies(
              letter ->
                  assertThat(letter.getValue())
                      .isEqualTo(ByteBuffer.allocate(TopicAdmin.MAX_RECORD_BYTES)));
      assertThat(dead(driver, "too_large")).isEqualTo(1);
    }
  }

  @Test
  void outputThatIsTooLargeMakesTheInputOfAStepWithoutStoresTheDeadLetter() {
    LaneProcessor processor = LaneProcessor.withoutStore(OutboxTest::sendTooMuch);
    try (var driver = StageTestDriver.of(processor).start()) {
      driver.send(Topics.RAW_LOGS, KEY, bytes("a"));

      assertThat(outputs(driver)).isEmpty();
      assertThat(driver.deadLetters())
          .singleElement()
          .satisfies(letter -> assertThat(letter.getTopic()).isEqualTo(Topics.RAW_LOGS.name()))
          .satisfies(
              letter -> assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(bytes("a"))));
      assertThat(dead(driver, "too_large")).isEqualTo(1);
    }
  }

  private static void sendTooMuch(InputRecord input, StepContext out) {
    out.send(Topics.LOGS, KEY, bytes("before"));
    out.send(Topics.LOGS, KEY, new byte[TopicAdmin.MAX_RECORD_BYTES]);
    out.send(Topics.LOGS, KEY, bytes("after"));
  }

  private static LaneProcessor.Work everySecond(Consumer<StepContext> callback) {
    return new LaneProcessor.Work() {
      @Override
      public void init(StepContext out) {
        out.every(Duration.ofSeconds(1), () -> callback.accept(out));
      }

      @Override
      public void on(InputRecord input, StepContext out) {}
    };
  }

  private static List<String> outputs(StageTestDriver driver) {
    return driver.read(Topics.LOGS).stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }

  private static double dead(StageTestDriver driver, String reason) {
    return driver.meters().get(StageMeters.DEAD).tag("reason", reason).counter().count();
  }
}
