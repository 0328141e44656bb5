package io.sluice.console;

import io.sluice.console.TopicFollower.Reach;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.ledger.LedgerReport;
import io.sluice.schemas.ledger.LedgerWeek;
import io.sluice.schemas.ledger.RedactedPlace;
import io.sluice.schemas.stage.KafkaConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The last days of the redaction ledger, added up in memory. Read apart from the other topics, for
 * it is much longer than they are. Safe for use by several threads.
 */
final class RedactionView implements AutoCloseable, TopicFollower.Reader {

  private static final AvroSerde<Redaction> ENTRIES = AvroSerde.of(Redaction.getClassSchema());

  private final LedgerWeek week;
  private final TopicFollower follower;

  RedactionView(KafkaConnection connection, Clock clock) {
    week = new LedgerWeek(clock);
    follower =
        new TopicFollower(
            connection, Map.of(Topics.REDACTIONS, Reach.of(LedgerWeek.KEPT)), clock, this);
  }

  void start() {
    follower.start();
  }

  /**
   * @throws ApiException when what was there is not read, or Kafka does not answer
   */
  void requireRead() {
    follower.requireRead("the lines of the redaction ledger");
  }

  synchronized LedgerReport report(Duration since, Predicate<RedactedPlace> wanted) {
    return week.report(since, wanted);
  }

  @Override
  public void close() {
    follower.close();
  }

  @Override
  public synchronized void begin() {
    week.clear();
  }

  @Override
  public void read(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    if (record.value() != null) {
      Redaction entry = ENTRIES.decode(record.value());
      synchronized (this) {
        week.add(entry);
      }
    }
  }
}
