package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@WithBroker
class WithBrokerIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @BeforeEach
  void createTopics(TestBroker broker) {
    broker.createTopics(2);
  }

  @Test
  void createsTheCatalogue(TestBroker broker) throws Exception {
    var partitions =
        broker
            .admin()
            .describeTopics(
                Topics.all().stream().map(broker.connection().namespace()::topic).toList())
            .allTopicNames()
            .get();

    assertThat(partitions).hasSameSizeAs(Topics.all());
    assertThat(partitions.get(broker.connection().namespace().topic(Topics.SPANS)))
        .satisfies(topic -> assertThat(topic.partitions()).hasSize(2));
    assertThat(partitions.get(broker.connection().namespace().topic(Topics.DEFINITIONS)))
        .satisfies(topic -> assertThat(topic.partitions()).hasSize(1));
  }

  @RepeatedTest(2)
  void eachTestHasItsOwnTopics(TestBroker broker) {
    broker.produce(Topics.LOGS, null, bytes("here"));

    assertThat(values(broker.records(Topics.LOGS))).containsExactly("here");
  }

  @Test
  void keepsKeyHeadersAndNull(TestBroker broker) {
    broker.produce(Topics.ALERTS, bytes("k"), null, new RecordHeader("h", bytes("v")));

    ConsumerRecord<byte[], byte[]> record = broker.consume(Topics.ALERTS, 1, TIMEOUT).get(0);
    assertThat(record.key()).isEqualTo(bytes("k"));
    assertThat(record.value()).isNull();
    assertThat(record.headers().lastHeader("h").value()).isEqualTo(bytes("v"));
  }

  @Test
  void takesRecordsThatAreTooLargeForSluice(TestBroker broker) {
    broker.produce(Topics.LOGS, null, new byte[10 << 20]);

    assertThat(broker.records(Topics.LOGS)).hasSize(1);
  }

  @Test
  void saysHowManyRecordsAreMissing(TestBroker broker) {
    broker.produce(Topics.LOGS, null, bytes("one"));

    assertThatThrownBy(() -> broker.consume(Topics.LOGS, 2, Duration.ofMillis(200)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("expected 2 records")
        .hasMessageContaining("got 1");
  }

  @Test
  void showsMoreRecordsThanExpectedAndOnlyCommittedOnes(TestBroker broker) throws Exception {
    broker.produce(Topics.LOGS, null, bytes("a"));
    var config = broker.connection().clientConfig();
    config.put("transactional.id", "tx-" + broker.connection().namespace().name());
    try (var producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      String topic = broker.connection().namespace().topic(Topics.LOGS);
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, bytes("aborted"))).get();
      producer.abortTransaction();
    }
    broker.produce(Topics.LOGS, null, bytes("b"));

    // The broker says that the transaction is aborted a moment before its readers may pass it.
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(values(broker.consume(Topics.LOGS, 1, TIMEOUT)))
                    .containsExactlyInAnyOrder("a", "b"));
  }

  @Test
  void restartedBrokerHasItsRecordsAndItsClients(RestartableBroker own) {
    try (TestBroker broker = own.newNamespace()) {
      broker.createTopic(Topics.LOGS, 1);
      broker.produce(Topics.LOGS, null, bytes("before"));
      own.stop();
      own.restart();
      broker.produce(Topics.LOGS, null, bytes("after"));

      assertThat(values(broker.records(Topics.LOGS))).containsExactly("before", "after");
    }
  }

  private static List<String> values(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
