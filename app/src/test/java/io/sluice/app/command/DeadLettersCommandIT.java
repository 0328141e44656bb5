package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

@WithBroker
class DeadLettersCommandIT {

  private static final AvroSerde<DeadLetter> SERDE = AvroSerde.of(DeadLetter.getClassSchema());
  private static final int LETTERS = 3_000; // more than a poll brings

  @Test
  void listsTheOldestFirstWhateverThePartition(TestBroker broker) {
    broker.createTopics(3);
    // The newest in the first partition, and one partition with nothing.
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            broker.connection().clientConfig(),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < LETTERS; i++) {
        var unused = producer.send(record(broker, i, i < LETTERS / 2 ? 2 : 0));
      }
    }

    CommandLineRun run =
        CommandLineRun.of(
            "dead-letters",
            "list",
            "--bootstrap-servers",
            broker.connection().bootstrapServers(),
            "--set",
            "namespace=" + broker.connection().namespace().name());

    assertThat(run.status()).as(run.errors()).isZero();
    List<String> messages = run.output().lines().map(line -> line.split("  ", -1)[5]).toList();
    assertThat(messages).isEqualTo(IntStream.range(0, LETTERS).mapToObj(i -> "at " + i).toList());
  }

  private static ProducerRecord<byte[], byte[]> record(
      TestBroker broker, int second, int partition) {
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage("traces")
            .setReason(Reason.INVALID)
            .setMessage("at " + second)
            .setTopic("sluice.spans")
            .setPartition(0)
            .setOffset(second)
            .setTimestampMillis(second * 1000L)
            .build();
    return new ProducerRecord<>(
        broker.connection().namespace().topic(Topics.DEAD_LETTERS),
        partition,
        System.currentTimeMillis() - (LETTERS - second) * 1000L,
        null,
        SERDE.encode(letter));
  }
}
