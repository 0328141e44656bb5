package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static io.sluice.processor.runtime.RunningStage.deadLetters;
import static io.sluice.processor.runtime.RunningStage.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.InputRecord;
import io.sluice.processor.StepContext;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithBroker
class OversizeOutputIT {

  @TempDir private Path state;

  @BeforeEach
  void createTopics(TestBroker broker) {
    broker.createTopics(1);
  }

  @Test
  void outputOverTheProducersLimitIsADeadLetterAndTheNextRecordFollows(TestBroker broker) {
    assertOversizeIsADeadLetter(broker, 12 << 20);
  }

  @Test
  void outputOverTheTopicsOwnLimitIsADeadLetterAndTheNextRecordFollows(TestBroker broker)
      throws Exception {
    limit(broker, 200_000);
    assertOversizeIsADeadLetter(broker, 1 << 20);
  }

  @Test
  void outputThatFitsOnceItIsCompressedPasses(TestBroker broker) throws Exception {
    limit(broker, 200_000);
    byte[] zeros = new byte[1 << 20];
    LaneProcessor processor = LaneProcessor.of((input, out) -> swell(input, out, zeros));
    try (RunningStage stage = RunningStage.start(processor, broker, state)) {
      broker.produce(Topics.RAW_LOGS, null, bytes("swell"));

      assertThat(broker.consume(Topics.LOGS, 1, RunningStage.PATIENCE))
          .singleElement()
          .satisfies(record -> assertThat(record.value()).isEqualTo(zeros));
      assertThat(stage.dead(Reason.TOO_LARGE)).isZero();
    }
  }

  @Test
  void inputThatNoDeadLetterCanHoldLeavesALetterThatSaysWhereItIs(TestBroker broker) {
    LaneProcessor processor =
        LaneProcessor.of(
            (input, out) -> {
              if (input.value().length > 1000) {
                throw new InvalidInputException(Reason.TOO_DEEP, "nested too deeply");
              }
              LaneProcessor.copy(input, out);
            });
    try (RunningStage stage = RunningStage.start(processor, broker, state)) {
      broker.produce(Topics.RAW_LOGS, null, new byte[15 << 20]);
      broker.produce(Topics.RAW_LOGS, null, bytes("next"));

      assertThat(values(broker, Topics.LOGS, 1)).containsExactly("next");
      assertThat(deadLetters(broker, 1))
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(letter.getReason()).isEqualTo(Reason.TOO_DEEP);
                assertThat(letter.getMessage())
                    .startsWith("nested too deeply; ")
                    .contains("left out");
                assertThat(letter.getOffset()).isZero();
                assertThat(letter.getValue()).isNull();
              });
      assertThat(stage.dead(Reason.TOO_DEEP)).isEqualTo(1);
      assertThat(stage.threadsReplaced()).isZero();
    }
  }

  private void assertOversizeIsADeadLetter(TestBroker broker, int size) {
    byte[] noise = new byte[size];
    ThreadLocalRandom.current().nextBytes(noise);
    LaneProcessor processor = LaneProcessor.withoutStore((input, out) -> swell(input, out, noise));
    try (RunningStage stage = RunningStage.start(processor, broker, state)) {
      stage.awaitReady();
      broker.produce(Topics.RAW_LOGS, null, bytes("a"));
      broker.produce(
          Topics.RAW_LOGS, bytes("k"), bytes("swell"), new RecordHeader("h", bytes("v")));
      broker.produce(Topics.RAW_LOGS, null, bytes("b"));

      assertThat(values(broker, Topics.LOGS, 2)).containsExactly("a", "b");
      assertThat(deadLetters(broker, 1))
          .singleElement()
          .satisfies(letter -> assertThat(letter.getReason()).isEqualTo(Reason.TOO_LARGE))
          .satisfies(letter -> assertThat(letter.getOffset()).isEqualTo(1))
          .satisfies(
              letter -> assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(bytes("swell"))))
          .satisfies(letter -> assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(bytes("k"))))
          .extracting(DeadLetter::getHeaders, InstanceOfAssertFactories.LIST)
          .hasSize(1);
      assertThat(stage.dead(Reason.TOO_LARGE)).isEqualTo(1);
      assertThat(stage.threadsReplaced()).isZero();
    }
  }

  private static void swell(InputRecord input, StepContext out, byte[] noise) {
    if (LaneProcessor.text(input).equals("swell")) {
      out.send(Topics.LOGS, new byte[0], noise);
    } else {
      LaneProcessor.copy(input, out);
    }
  }

  private static void limit(TestBroker broker, int bytes) throws Exception {
    var topic =
        new ConfigResource(
            ConfigResource.Type.TOPIC, broker.connection().namespace().topic(Topics.LOGS));
    var limit = new ConfigEntry("max.message.bytes", Integer.toString(bytes));
    broker
        .admin()
        .incrementalAlterConfigs(
            Map.of(topic, List.of(new AlterConfigOp(limit, AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }
}
