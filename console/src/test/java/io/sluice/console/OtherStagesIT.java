package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.console.OtherStages.Stage;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.MovingClock;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithBroker
class OtherStagesIT {

  private static final Duration AT_MOST = Duration.ofMinutes(1);

  private final MovingClock clock = new MovingClock(Instant.now());

  @Test
  void tellsWhichStagesRunAndHowMuchWaitsForThem(TestBroker broker) {
    broker.createTopic(Topics.LOGS, 1);
    KafkaConnection connection = broker.connection();
    String sanitizer = connection.namespace().applicationId("sanitizer");
    try (OtherStages others = new OtherStages(connection, clock::millis);
        KafkaConsumer<byte[], byte[]> old = consumer(connection, sanitizer);
        KafkaConsumer<byte[], byte[]> another = consumer(connection, "of-somebody-else")) {
      join(old, broker);
      join(another, broker);
      awaitStages(others, new Stage("sanitizer", sanitizer, 1, 0L));

      old.close();
      broker.produce(Topics.LOGS, null, new byte[3]);
      awaitStages(others, new Stage("sanitizer", sanitizer, 0, 1L));

      String newer = sanitizer + "-v2";
      try (KafkaConsumer<byte[], byte[]> next = consumer(connection, newer)) {
        join(next, broker);
        awaitStages(others, new Stage("sanitizer", newer, 1, 0L));
      }

      // The way back: the group of the version that was left is there for a week.
      try (KafkaConsumer<byte[], byte[]> back = consumer(connection, sanitizer)) {
        join(back, broker);
        awaitStages(others, new Stage("sanitizer", sanitizer, 1, 0L));
      }
    }
  }

  @Test
  void theApiTellsThoseOfOtherProcesses(TestBroker broker, @TempDir Path directory) {
    KafkaConnection connection = broker.connection();
    try (ConsoleFixture console = ConsoleFixture.start(broker, directory);
        KafkaConsumer<byte[], byte[]> traces =
            consumer(connection, connection.namespace().applicationId("traces"));
        KafkaConsumer<byte[], byte[]> here =
            consumer(connection, connection.namespace().applicationId("part"))) {
      join(here, broker);
      join(traces, broker);
      console.awaitAnswer("/api/v1/pipeline", "\"stage\":\"traces\"", "\"running\":true");
      assertThat(console.answer("/api/v1/pipeline", 200).at("/elsewhere/stages")).hasSize(1);
    }
  }

  @Test
  void saysThatKafkaIsAway() {
    KafkaConnection nowhere = new KafkaConnection("127.0.0.1:1", Map.of(), new Namespace(""));
    try (OtherStages others = new OtherStages(nowhere, clock::millis)) {
      assertThat(others.report().problem()).contains("Kafka does not answer");
      assertThat(others.report().stages()).isEmpty();
    }
  }

  private void awaitStages(OtherStages others, Stage... expected) {
    await()
        .atMost(AT_MOST)
        .untilAsserted(
            () -> {
              clock.advance(Duration.ofSeconds(10));
              assertThat(others.report().stages()).containsExactly(expected);
            });
  }

  private static KafkaConsumer<byte[], byte[]> consumer(KafkaConnection connection, String group) {
    Map<String, Object> settings = connection.clientConfig();
    settings.put("group.id", group);
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static void join(KafkaConsumer<byte[], byte[]> consumer, TestBroker broker) {
    consumer.subscribe(List.of(broker.connection().namespace().topic(Topics.LOGS)));
    await()
        .atMost(AT_MOST)
        .until(
            () -> {
              consumer.poll(Duration.ofMillis(100));
              return !consumer.assignment().isEmpty();
            });
    await()
        .atMost(AT_MOST)
        .until(
            () -> {
              consumer.poll(Duration.ofMillis(100));
              return consumer.endOffsets(consumer.assignment()).entrySet().stream()
                  .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
    consumer.commitSync();
  }
}
