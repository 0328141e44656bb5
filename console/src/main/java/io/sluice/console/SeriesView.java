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
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the series' topic says now: who asks for how many series, and what services were asked for.
 * Read apart from the other topics, for it is longer than they are. Safe for use by several
 * threads.
 */
final class SeriesView implements AutoCloseable, TopicFollower.Reader {

  private static final AvroSerde<SeriesPoint> POINTS = AvroSerde.of(SeriesPoint.getClassSchema());

  private final CardinalityReport report = new CardinalityReport();
  private final ServiceMetrics metrics = new ServiceMetrics();
  private final TopicFollower follower;

  SeriesView(KafkaConnection connection, Clock clock) {
    follower = new TopicFollower(connection, Map.of(Topics.SERIES, Reach.ALL), clock, this);
  }

  void start() {
    follower.start();
  }

  /**
   * @throws ApiException when what was there is not read, or Kafka does not answer
   */
  void requireRead() {
    follower.requireRead("the series");
  }

  synchronized Map<String, Object> cardinality(@Nullable String service, int limit) {
    return report.json(service, limit);
  }

  /** What is asked of the metrics of services, which must not be kept. */
  synchronized <T> T ask(Function<ServiceMetrics, T> question) {
    return question.apply(metrics);
  }

  @Override
  public void close() {
    follower.close();
  }

  @Override
  public synchronized void begin() {
    report.clear();
    metrics.clear();
  }

  @Override
  public void read(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    if (key == null) {
      return; // none of the owners' records
    }
    // A last point went before a tombstone.
    if (record.value() != null && CardinalityReport.isAbout(key)) {
      SeriesPoint point = POINTS.decode(record.value());
      synchronized (this) {
        report.add(point);
      }
    }
    String series = ServiceMetrics.key(key);
    if (ServiceMetrics.isAbout(series)) {
      SeriesPoint point = record.value() == null ? null : POINTS.decode(record.value());
      synchronized (this) {
        metrics.add(series, point);
      }
    }
  }
}
