package io.sluice.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {

  @TempDir Path data;

  @Test
  void deliversWhatWasProduced() throws Exception {
    try (var kafka = start()) {
      var clients = new Clients(kafka);
      clients.createTopic("t");
      clients.produce("t", "a", "b");

      assertThat(clients.consume("t", 2)).containsExactly("a", "b");
    }
  }

  @Test
  void continuesOnTheSameDirectoryThoughPortsChange() throws Exception {
    String clusterId;
    try (var kafka = start()) {
      var clients = new Clients(kafka);
      clusterId = clusterId(clients);
      clients.createTopic("t");
      clients.produce("t", "before");
    }
    try (var kafka = start()) {
      var clients = new Clients(kafka);
      clients.produce("t", "after");

      assertThat(clients.consume("t", 2)).containsExactly("before", "after");
      assertThat(clusterId(clients)).isEqualTo(clusterId);
    }
  }

  @Test
  void continuesAfterTheProcessWasKilled() throws Exception {
    BrokerProcess process = BrokerProcess.start(data);
    try {
      var clients = new Clients(process.bootstrapServers());
      clients.createTopic("t");
      clients.produce("t", "before");
      var interrupted = clients.producer(Map.of("transactional.id", "tx"));
      interrupted.initTransactions();
      interrupted.beginTransaction();
      interrupted.send(new ProducerRecord<>("t", "never committed")).get();
      process.kill();
      interrupted.close(Duration.ZERO);
    } finally {
      process.kill();
    }

    try (var kafka = start()) {
      var clients = new Clients(kafka);
      try (var successor = clients.producer(Map.of("transactional.id", "tx"))) {
        successor.initTransactions(); // Aborts what its predecessor left open.
      }
      clients.produce("t", "after");

      assertThat(clients.consume("t", 2)).containsExactly("before", "after");
    }
  }

  /** The commits are acknowledged, but most partitions have no marker of them yet. */
  @Test
  void finishesTheCommitsInWhoseMiddleItWasKilled() throws Exception {
    List<String> topics = IntStream.range(0, 40).mapToObj(i -> "t" + i).toList();
    for (int round = 0; round < 3; round++) {
      String value = "round " + round;
      BrokerProcess process = BrokerProcess.start(data);
      try {
        var clients = new Clients(process.bootstrapServers());
        if (round == 0) {
          clients.createTopics(topics);
        }
        try (var producer = clients.producer(Map.of("transactional.id", "round" + round))) {
          producer.initTransactions();
          producer.beginTransaction();
          for (String topic : topics) {
            producer.send(new ProducerRecord<>(topic, value)).get();
          }
          producer.commitTransaction();
          process.kill();
        }
      } finally {
        process.kill();
      }
    }

    try (var kafka = start()) {
      var clients = new Clients(kafka);
      for (String topic : topics) {
        assertThat(clients.consume(topic, 3)).containsExactly("round 0", "round 1", "round 2");
      }
    }
  }

  @Test
  void finishesAFormatThatWasCutShort() throws Exception {
    start().close();
    Path cutShort = Files.createDirectory(data.resolve("cut-short"));
    Files.copy(data.resolve("bootstrap.checkpoint"), cutShort.resolve("bootstrap.checkpoint"));

    try (var kafka = EmbeddedKafka.start(EmbeddedKafkaConfig.of(cutShort, 0))) {
      assertThat(clusterId(new Clients(kafka))).isNotEmpty();
    }
  }

  @Test
  void committedTransactionsAreReadAndAbortedOnesAreNot() throws Exception {
    try (var kafka = start()) {
      var clients = new Clients(kafka);
      clients.createTopic("t");
      try (var producer = clients.producer(Map.of("transactional.id", "tx"))) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("t", "aborted")).get();
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("t", "committed")).get();
        producer.commitTransaction();
      }

      assertThat(clients.consume("t", 1)).containsExactly("committed");
    }
  }

  @Test
  void hasTransactionVersion2() throws Exception {
    try (var kafka = start();
        var admin = new Clients(kafka).admin()) {
      var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();

      assertThat(features)
          .hasEntrySatisfying(
              "transaction.version",
              range -> assertThat(range.maxVersionLevel()).isEqualTo((short) 2));
    }
  }

  @Test
  void saysWhichPortIsTaken() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      var config = EmbeddedKafkaConfig.of(data, taken.getLocalPort());

      assertThatThrownBy(() -> EmbeddedKafka.start(config))
          .isInstanceOf(EmbeddedKafkaException.class)
          .hasMessage(
              "the embedded Kafka's port %d on 127.0.0.1 is taken by another program:"
                  + " choose another one, or 0 for any free one",
              taken.getLocalPort());
    }
    start().close(); // The directory is free again.
  }

  @Test
  void saysThatTheDirectoryIsInUse() {
    try (var first = start()) {
      assertThat(first.port()).isPositive();
      assertThatThrownBy(this::start)
          .isInstanceOf(EmbeddedKafkaException.class)
          .hasMessage("the data directory %s is in use by another embedded Kafka", data);
    }
  }

  @Test
  void closesTwiceAndFreesThePort() {
    var kafka = start();
    kafka.close();
    kafka.close();

    EmbeddedKafka.start(EmbeddedKafkaConfig.of(data, kafka.port())).close();
  }

  @Test
  void brokerPropertiesTakeEffect() throws Exception {
    var config = new EmbeddedKafkaConfig(data, 0, Map.of("num.partitions", "3"));
    try (var kafka = EmbeddedKafka.start(config);
        var admin = new Clients(kafka).admin()) {
      var created =
          admin.createTopics(List.of(new NewTopic("t", Optional.empty(), Optional.empty())));

      assertThat(created.numPartitions("t").get()).isEqualTo(3);
    }
  }

  @Test
  void saysWhichBrokerPropertyIsInvalid() {
    var config = new EmbeddedKafkaConfig(data, 0, Map.of("num.io.threads", "many"));

    assertThatThrownBy(() -> EmbeddedKafka.start(config))
        .isInstanceOf(EmbeddedKafkaException.class)
        .hasMessageContaining("num.io.threads");
    start().close(); // The directory is free again.
  }

  @Test
  void saysWhichBrokerPropertyIsUnknown() {
    var config = new EmbeddedKafkaConfig(data, 0, Map.of("num.partition", "3"));

    assertThatThrownBy(() -> EmbeddedKafka.start(config))
        .isInstanceOf(EmbeddedKafkaException.class)
        .hasMessage("not properties of a Kafka broker: num.partition");
  }

  private EmbeddedKafka start() {
    return EmbeddedKafka.start(EmbeddedKafkaConfig.of(data, 0));
  }

  private static String clusterId(Clients clients) throws Exception {
    try (var admin = clients.admin()) {
      return admin.describeCluster().clusterId().get();
    }
  }
}
