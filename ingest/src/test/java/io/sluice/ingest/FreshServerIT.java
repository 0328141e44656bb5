package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The first requests of a server, sent while all is new. */
@WithBroker
class FreshServerIT {

  private static final int REQUESTS = 64;
  private static final byte[] SPAN =
      Telemetry.service("shop")
          .span("GET /")
          .attribute("page", "x".repeat(15_000))
          .toRequestBytes();

  @RepeatedTest(4)
  void requestsThatComeBeforeTheirTopicWaitForIt(TestBroker broker) throws Exception {
    TestConfig patient = new TestConfig().ackTimeout(Duration.ofMinutes(1));
    try (RunningIngest ingest = RunningIngest.start(patient.build(), broker.connection())) {
      List<CompletableFuture<HttpResponse<byte[]>>> replies =
          IntStream.range(0, REQUESTS)
              .mapToObj(i -> ingest.postLater("/v1/traces", "application/x-protobuf", SPAN))
              .toList();
      // Not the way of the test kit, which waits until the broker has the logs of all topics.
      broker
          .admin()
          .createTopics(Topics.all().stream().map(topic -> newTopic(broker, topic)).toList())
          .all()
          .get();

      assertThat(replies).allSatisfy(reply -> assertThat(reply.join().statusCode()).isEqualTo(200));
      assertThat(broker.records(Topics.RAW_SPANS))
          .hasSize(REQUESTS)
          .allSatisfy(record -> assertThat(record.value()).isEqualTo(SPAN));
      ingest.assertNothingHeld();
    }
  }

  @Test
  void saysWhatItWaitsFor(TestBroker broker) {
    try (RunningIngest ingest =
        RunningIngest.start(new TestConfig().build(), broker.connection())) {
      String missing = broker.connection().namespace().topic(Topics.RAW_METRICS);
      await()
          .atMost(RunningIngest.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(ingest.health().detail())
                      .contains(broker.connection().bootstrapServers())
                      .contains(missing)
                      .contains("sluice topics create"));
      assertThat(ingest.health().live()).isTrue();
      assertThat(ingest.health().ready()).isFalse();

      broker.createTopics(2);

      assertThat(ingest.awaitReady().health().detail()).isEqualTo("accepting OTLP");
    }
  }

  private static NewTopic newTopic(TestBroker broker, Topic topic) {
    int partitions = topic.partitions() == 0 ? 2 : topic.partitions();
    return new NewTopic(
        broker.connection().namespace().topic(topic), Optional.of(partitions), Optional.empty());
  }
}
