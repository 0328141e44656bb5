package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static io.sluice.processor.runtime.LaneProcessor.text;
import static io.sluice.processor.runtime.RunningStage.deadLetters;
import static io.sluice.processor.runtime.RunningStage.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.InputRecord;
import io.sluice.processor.StepContext;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Header;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One stage on a real broker: what goes in comes out once, or is a dead letter. */
@WithBroker
class StageRunnerIT {

  @TempDir private Path state;

  @BeforeEach
  void createTopics(TestBroker broker) {
    broker.createTopics(2);
  }

  @Test
  void poisonIsOneDeadLetterAndItsPartitionMovesOn(TestBroker broker) {
    try (RunningStage stage =
        RunningStage.start(LaneProcessor.of(StageRunnerIT::copyTwiceOrFail), broker, state)) {
      broker.produce(Topics.RAW_LOGS, bytes("k"), bytes("before"));
      RecordMetadata malformed =
          broker.produce(
              Topics.RAW_LOGS,
              bytes("k"),
              bytes("malformed"),
              new RecordHeader("encoding", bytes("proto")));
      RecordMetadata bug = broker.produce(Topics.RAW_LOGS, bytes("k"), bytes("bug"));
      RecordMetadata empty = broker.produce(Topics.RAW_LOGS, bytes("k"), null);
      broker.produce(Topics.RAW_LOGS, bytes("k"), bytes("after"));

      assertThat(values(broker, Topics.LOGS, 4))
          .containsExactly("before", "before", "after", "after");
      assertThat(deadLetters(broker, 3))
          .containsExactly(
              letter(malformed, Reason.MALFORMED, "not OTLP")
                  .setHeaders(List.of(new Header("encoding", ByteBuffer.wrap(bytes("proto")))))
                  .setValue(ByteBuffer.wrap(bytes("malformed")))
                  .build(),
              letter(bug, Reason.FAILED, "the processor threw java.lang.IllegalStateException")
                  .setValue(ByteBuffer.wrap(bytes("bug")))
                  .build(),
              letter(empty, Reason.INVALID, "the record has no value").build());
      assertThat(stage.threadsReplaced()).isZero();
      assertThat(stage.dead(Reason.FAILED)).isEqualTo(1);
      assertThat(stage.records("in")).isEqualTo(5);
      assertThat(stage.records("out")).isEqualTo(4);
    }
  }

  @Test
  void everyRecordComesOutOnceOverGracefulStops(TestBroker broker) {
    List<String> sent = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      int first = round * 200;
      try (RunningStage stage =
          RunningStage.start(LaneProcessor.of(LaneProcessor::copy), broker, state)) {
        stage.awaitReady();
        IntStream.range(first, first + 200)
            .mapToObj(number -> "record-" + number)
            .peek(sent::add)
            .forEach(value -> broker.produce(Topics.RAW_LOGS, bytes(value), bytes(value)));
      } // stops while the last ones may still be on their way
    }
    try (RunningStage stage =
        RunningStage.start(LaneProcessor.of(LaneProcessor::copy), broker, state)) {
      assertThat(values(broker, Topics.LOGS, sent.size()))
          .containsExactlyInAnyOrderElementsOf(sent);
      assertThat(deadLetters(broker, 0)).isEmpty();
    }
  }

  @Test
  void stoppingLeavesTheGroupSoThatAnotherProcessTakesOverAtOnce(TestBroker broker)
      throws Exception {
    try (RunningStage stage =
        RunningStage.start(LaneProcessor.of(LaneProcessor::copy), broker, state)) {
      stage.awaitReady();
    }
    String group = broker.connection().namespace().applicationId("lane");
    assertThat(broker.admin().describeConsumerGroups(List.of(group)).all().get())
        .hasEntrySatisfying(group, described -> assertThat(described.members()).isEmpty());
  }

  @Test
  void stoppingTwiceAndDuringTheStartIsSafe(TestBroker broker) {
    RunningStage stage = RunningStage.start(LaneProcessor.of(LaneProcessor::copy), broker, state);
    stage.close();
    stage.close();
    assertThat(stage.health().ready()).isFalse();
  }

  private DeadLetter.Builder letter(RecordMetadata place, Reason reason, String message) {
    return DeadLetter.newBuilder()
        .setStage("lane")
        .setReason(reason)
        .setMessage(message)
        .setTopic(place.topic())
        .setPartition(place.partition())
        .setOffset(place.offset())
        .setTimestampMillis(place.timestamp())
        .setKey(ByteBuffer.wrap(bytes("k")));
  }

  private static void copyTwiceOrFail(InputRecord input, StepContext out) {
    LaneProcessor.copy(input, out);
    switch (text(input)) {
      case "malformed" -> throw new InvalidInputException(Reason.MALFORMED, "not OTLP");
      case "bug" -> throw new IllegalStateException("a bug");
      default -> LaneProcessor.copy(input, out);
    }
  }
}
