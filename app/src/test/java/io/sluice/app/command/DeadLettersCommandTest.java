package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.app.config.Processors;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.List;
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

  private Topic origin(String topic) {
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage("any")
            .setReason(Reason.INVALID)
            .setMessage("no")
            .setTopic(topic)
            .setPartition(0)
            .setOffset(0)
            .setTimestampMillis(0)
            .build();
    return DeadLettersCommand.origin("0-7", letter, known, ACME);
  }
}
