package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.app.config.Processors;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLettersCommandTest {

  private static final Namespace ACME = new Namespace("acme");

  private final Processors processors = Processors.load();
  private final List<Topic> known = TopicsCommand.allTopics(processors);

  @Test
  void aLetterGoesBackToTheTopicOfAStage() {
    assertThat(origin("acme.otlp_logs")).isEqualTo(Topics.RAW_LOGS);
    assertThat(origin("acme.sluice.series")).isEqualTo(Topics.SERIES);
    processors
        .all()
        .forEach(
            processor -> {
              for (Topic topic : processor.internalTopics()) {
                assertThat(origin(ACME.topic(topic))).isEqualTo(topic);
              }
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders",
        "otlp_logs",
        "other.otlp_logs",
        "acme.sluice.definitions",
        "acme.sluice.audit",
        "acme.sluice.dead-letters",
        "__consumer_offsets",
        ""
      })
  void aLetterDoesNotChooseAnotherTopic(String topic) {
    assertThatThrownBy(() -> origin(topic))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "dead letter 0-7 is not sent: "
                + topic
                + " is no topic from which a stage of this configuration sends dead letters;"
                + " check namespace and plugins");
  }

  @Test
  void aTopicsNameWritesNothingElseToTheTerminal() {
    assertThatThrownBy(() -> origin("a\u001b[2Jb")).hasMessageContaining(": a [2Jb is");
  }

  /** OpenSearch has its documents in the index of that day. */
  @Test
  void aTraceGoesBackWithTheTimeOfItsRecord() {
    Instant now = Instant.parse("2026-11-28T00:00:00Z");
    Instant before = now.minus(Duration.ofDays(2));
    assertThat(timestamp(Topics.TRACES, before, now)).isEqualTo(before.toEpochMilli());
    assertThat(timestamp(Topics.LOGS, before, now)).isNull();
  }

  @Test
  void aTraceThatKafkaWouldDeleteGoesBackAsANewRecord() {
    Instant now = Instant.parse("2026-11-28T00:00:00Z");
    assertThat(timestamp(Topics.TRACES, now.minus(Duration.ofDays(7)), now)).isNull();
    assertThat(timestamp(Topics.TRACES, Instant.ofEpochMilli(-1), now)).isNull();
    assertThat(timestamp(Topics.TRACES, now.plusSeconds(1), now)).isNull();
  }

  private static @Nullable Long timestamp(Topic topic, Instant of, Instant now) {
    DeadLetter letter =
        DeadLetter.newBuilder(letter(topic.name()))
            .setTimestampMillis(of.toEpochMilli())
            .setValue(ByteBuffer.wrap(new byte[] {1}))
            .build();
    return DeadLettersCommand.Redrive.original("0-7", letter, topic, now).timestamp();
  }

  private Topic origin(String topic) {
    return DeadLettersCommand.origin("0-7", letter(topic), known, ACME);
  }

  private static DeadLetter letter(String topic) {
    return DeadLetter.newBuilder()
        .setStage("any")
        .setReason(Reason.INVALID)
        .setMessage("no")
        .setTopic(topic)
        .setPartition(0)
        .setOffset(0)
        .setTimestampMillis(0)
        .build();
  }
}
