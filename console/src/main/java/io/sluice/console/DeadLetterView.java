package io.sluice.console;

import io.sluice.console.TopicFollower.Reach;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Where the last dead letters came from and what was wrong, never what they carry. Read apart from
 * the other topics, for each has the bytes that could not be processed. Safe for use by several
 * threads.
 */
final class DeadLetterView implements AutoCloseable, TopicFollower.Reader {

  static final int MAX_LETTERS = 1000;

  private static final AvroSerde<DeadLetter> LETTERS = AvroSerde.of(DeadLetter.getClassSchema());

  private static final Comparator<DeadLetterLine> NEWEST =
      Comparator.comparingLong(DeadLetterLine::timeMillis)
          .thenComparing(DeadLetterLine::id)
          .reversed();

  private final Newest<DeadLetterLine> letters = new Newest<>(MAX_LETTERS, NEWEST);
  private final TopicFollower follower;

  DeadLetterView(KafkaConnection connection, Clock clock) {
    // Each letter may have come in a transaction of its own, whose marker takes an offset.
    follower =
        new TopicFollower(
            connection, Map.of(Topics.DEAD_LETTERS, Reach.last(2L * MAX_LETTERS)), clock, this);
  }

  void start() {
    follower.start();
  }

  /**
   * @throws ApiException when what was there is not read, or Kafka does not answer
   */
  void requireRead() {
    follower.requireRead("dead letters");
  }

  /** The last ones, newest first. */
  synchronized List<DeadLetterLine> first(int limit) {
    return letters.first(limit);
  }

  @Override
  public void close() {
    follower.close();
  }

  @Override
  public synchronized void begin() {
    letters.clear();
  }

  @Override
  public void read(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      throw new InvalidInputException(Reason.MALFORMED, "a record without value");
    }
    DeadLetter letter = LETTERS.decode(record.value());
    synchronized (this) {
      letters.add(
          new DeadLetterLine(
              record.partition() + "-" + record.offset(),
              record.timestamp(),
              letter.getStage(),
              letter.getReason().name(),
              letter.getMessage(),
              letter.getTopic(),
              letter.getPartition(),
              letter.getOffset()));
    }
  }
}
