package io.sluice.console;

import io.sluice.console.TopicFollower.Reach;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.StatementRanking;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.statements.StatementReport;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The rankings of statements, as their topic says now. Read apart from the other topics: a cluster
 * that does not have it yet goes without these alone. Safe for use by several threads.
 */
final class StatementView implements AutoCloseable, TopicFollower.Reader {

  private static final AvroSerde<StatementRanking> RANKINGS =
      AvroSerde.of(StatementRanking.getClassSchema());

  private final StatementReport report = new StatementReport();
  private final TopicFollower follower;

  StatementView(KafkaConnection connection, Clock clock) {
    follower = new TopicFollower(connection, Map.of(Topics.STATEMENTS, Reach.ALL), clock, this);
  }

  void start() {
    follower.start();
  }

  /**
   * @throws ApiException when what was there is not read, or Kafka does not answer
   */
  void requireRead() {
    follower.requireRead("the rankings of statements");
  }

  synchronized Map<String, Object> json(
      @Nullable String service, @Nullable String system, int limit) {
    return report.json(service, system, limit);
  }

  @Override
  public void close() {
    follower.close();
  }

  @Override
  public synchronized void begin() {
    report.clear();
  }

  @Override
  public void read(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return; // none of the owners' records
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    StatementRanking ranking = record.value() == null ? null : RANKINGS.decode(record.value());
    synchronized (this) {
      report.put(key, ranking);
    }
  }
}
