package io.sluice.schemas.stage;

import io.sluice.schemas.AuditRecord;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Audit records as they stand on {@code sluice.audit}, whoever writes them. */
public final class AuditTopic {

  private static final AvroSerde<AuditRecord> SERDE = AvroSerde.of(AuditRecord.getClassSchema());

  private AuditTopic() {}

  public static ProducerRecord<byte[], byte[]> record(Namespace namespace, AuditRecord record) {
    return new ProducerRecord<>(
        namespace.topic(Topics.AUDIT),
        record.getUser().getBytes(StandardCharsets.UTF_8),
        SERDE.encode(record));
  }
}
