package io.sluice.app.command;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
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
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            connection.namespace().topic(Topics.DEFINITIONS),
            kind.getBytes(StandardCharsets.UTF_8),
            set == null ? null : SERDE.encode(set));
    try (AuditedWrite audited = new AuditedWrite(connection)) {
      if (set == null) {
        audited.write(record, "delete", kind, "the shipped ones are in effect");
      } else {
        String detail = "version " + set.getVersion() + ", " + set.getDocuments().size() + " files";
        audited.write(record, "apply", kind, detail);
      }
    }
  }
}
