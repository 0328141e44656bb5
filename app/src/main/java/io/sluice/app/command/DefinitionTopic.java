package io.sluice.app.command;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@code sluice.definitions}. */
final class DefinitionTopic {

  private static final AvroSerde<DefinitionSet> SERDE =
      AvroSerde.of(DefinitionSet.getClassSchema());

  private final KafkaConnection connection;

  DefinitionTopic(KafkaConnection connection) {
    this.connection = connection;
  }

  /** The set of each kind that was applied and not deleted. */
  Map<String, DefinitionSet> current() {
    Map<String, DefinitionSet> sets = new TreeMap<>();
    TopicScan.read(
        connection,
        Topics.DEFINITIONS,
        record -> {
          String kind = new String(record.key(), StandardCharsets.UTF_8);
          if (record.value() == null) {
            sets.remove(kind);
          } else {
            sets.put(kind, SERDE.decode(record.value()));
          }
        });
    return sets;
  }

  /**
   * @param set null to delete what was applied
   */
  void write(String kind, @Nullable DefinitionSet set) {
    Map<String, Object> settings = connection.clientConfig();
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  connection.namespace().topic(Topics.DEFINITIONS),
                  kind.getBytes(StandardCharsets.UTF_8),
                  set == null ? null : SERDE.encode(set)))
          .get();
    } catch (ExecutionException e) {
      throw new KafkaException("the definitions were not written", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while writing definitions", e);
    }
  }
}
