package io.sluice.console;

import io.sluice.console.TopicFollower.Reach;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.cardinality.CardinalityReport;
import io.sluice.schemas.stage.KafkaConnection;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for how many series, as the series' topic says now. Read apart from the other topics,
 * for it is longer than they are. Safe for use by several threads.
 */
final class CardinalityView implements AutoCloseable, TopicFollower.Reader {

  private static final AvroSerde<SeriesPoint> POINTS = AvroSerde.of(SeriesPoint.getClassSchema());

  private final CardinalityReport report = new CardinalityReport();
  private final TopicFollower follower;

  CardinalityView(KafkaConnection connection, Clock clock) {
    follower = new TopicFollower(connection, Map.of(Topics.SERIES, Reach.ALL), clock, this);
  }

  void start() {
    follower.start();
  }

  /** Whether all that was there has been read, and Kafka answers. */
  boolean isFollowing() {
    return follower.isFollowing();
  }

  synchronized Map<String, Object> json(@Nullable String service, int limit) {
    return report.json(service, limit);
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
    // A last point went before a tombstone.
    if (record.value() != null && CardinalityReport.isAbout(record.key())) {
      SeriesPoint point = POINTS.decode(record.value());
      synchronized (this) {
        report.add(point);
      }
    }
  }
}
