package io.sluice.console;

import com.linecorp.armeria.common.HttpStatus;
import io.sluice.console.TopicFollower.Reach;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The SLI windows of all SLOs, in memory and bounded. Read apart from the other topics, for there
 * are weeks of them: who asks for alerts does not wait for windows. Safe for use by several
 * threads.
 */
final class SliView implements AutoCloseable, TopicFollower.Reader {

  private static final AvroSerde<SliWindow> WINDOWS = AvroSerde.of(SliWindow.getClassSchema());

  /** As the alert engine does: others are not SLI windows. */
  private static final Duration MAX_AHEAD = Duration.ofDays(1);

  private static final Duration MAX_LENGTH = Duration.ofHours(1);

  private final Clock clock;
  private final TopicFollower follower;
  private final SloHistories histories = SloHistories.ofThisHeap();
  private boolean areRead;

  SliView(KafkaConnection connection, Clock clock) {
    this.clock = clock;
    // A budget that is taken back says that its SLO is gone.
    this.follower =
        new TopicFollower(
            connection, Map.of(Topics.SLIS, Reach.ALL, Topics.BUDGETS, Reach.ALL), clock, this);
  }

  void start() {
    follower.start();
  }

  /**
   * What is asked of the windows of an SLO, which must not be kept; of null when there are none,
   * and while they are being read.
   */
  synchronized <T> T ask(String sloId, Function<@Nullable SloHistory, T> question) {
    return question.apply(areRead ? histories.of(sloId) : null);
  }

  /** Why nothing is known of any window, for people; null once all that were there are read. */
  synchronized @Nullable String whyUnknown() {
    return areRead
        ? null
        : follower
            .waitsForTopics()
            .map(topics -> "windows cannot be read: " + topics)
            .orElse("windows are still being read from Kafka");
  }

  /**
   * @throws ApiException while the windows are being read
   */
  void requireRead() {
    String why = whyUnknown();
    if (why != null) {
      throw new ApiException(HttpStatus.SERVICE_UNAVAILABLE, why);
    }
  }

  @Override
  public void close() {
    follower.close();
  }

  @Override
  public synchronized void begin() {
    areRead = false;
    histories.clear();
  }

  @Override
  public synchronized void caughtUp() {
    areRead = true;
  }

  @Override
  public void read(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (topic.equals(Topics.SLIS)) {
      if (value == null) {
        throw new InvalidInputException(Reason.MALFORMED, "a record without value");
      }
      put(WINDOWS.decode(value));
    } else if (value == null && record.key() != null) {
      forget(new String(record.key(), StandardCharsets.UTF_8), record.timestamp());
    }
  }

  /**
   * An SLO was taken away. Topics are read in no order: when it is back, its new windows may be
   * here already.
   */
  private synchronized void forget(String sloId, long timeMillis) {
    SloHistory history = histories.of(sloId);
    if (history != null && history.endNanos() - history.lengthNanos() <= timeMillis * 1_000_000) {
      histories.remove(sloId);
    }
  }

  private synchronized void put(SliWindow window) {
    long length = window.getLengthNanos();
    long start = window.getStartTimeUnixNano();
    long latest = (clock.millis() + MAX_AHEAD.toMillis()) * 1_000_000;
    if (window.getGood() < 0
        || window.getTotal() < window.getGood()
        || length <= 0
        || length > MAX_LENGTH.toNanos()
        || start < 0
        || start > latest - length) {
      throw new InvalidInputException(Reason.INVALID, "an impossible SLI window");
    }
    histories.put(window);
  }
}
