package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.console.TopicFollower.Reach;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.MovingClock;
import io.sluice.testkit.RestartableBroker;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

@WithBroker
class TopicFollowerIT {

  private static final Duration LONGEST = Duration.ofSeconds(40);

  private final List<String> read = new CopyOnWriteArrayList<>();

  @Test
  void knowsThatKafkaIsAwayAndReadsOnWhenItIsBack(RestartableBroker own) {
    try (TestBroker broker = own.newNamespace()) {
      broker.createTopic(Topics.SLIS, 1);
      broker.produce(Topics.SLIS, null, bytes("before"));
      try (TopicFollower follower =
          new TopicFollower(
              broker.connection(),
              Map.of(Topics.SLIS, Reach.ALL),
              Clock.systemUTC(),
              new Collector())) {
        follower.start();
        await().atMost(LONGEST).until(follower::isFollowing);
        assertThat(read).containsExactly("before");

        own.stop();
        await().atMost(LONGEST).until(() -> !follower.isFollowing());

        own.restart();
        broker.produce(Topics.SLIS, null, bytes("after"));
        await()
            .atMost(LONGEST)
            .untilAsserted(
                () -> {
                  assertThat(follower.isFollowing()).isTrue();
                  assertThat(read).containsExactly("before", "after");
                });
      }
    }
  }

  @Test
  void readsOnlyWhatIsYoungEnough(TestBroker broker) {
    broker.createTopic(Topics.REDACTIONS, 1);
    broker.produce(Topics.REDACTIONS, null, bytes("old"));
    Instant now = Instant.now().plus(Duration.ofDays(2));
    try (TopicFollower follower =
        new TopicFollower(
            broker.connection(),
            Map.of(Topics.REDACTIONS, Reach.of(Duration.ofDays(1))),
            Clock.fixed(now, ZoneOffset.UTC),
            new Collector())) {
      follower.start();
      await().atMost(LONGEST).until(follower::isFollowing);
      assertThat(read).isEmpty();
      broker.produce(Topics.REDACTIONS, null, bytes("new"));
      await().atMost(LONGEST).untilAsserted(() -> assertThat(read).containsExactly("new"));
    }
  }

  @Test
  void namesTheTopicsThatAreMissingAndReadsWhenTheyAreThere(TestBroker broker) {
    broker.createTopic(Topics.SLIS, 1);
    try (TopicFollower follower =
        new TopicFollower(
            broker.connection(),
            Map.of(Topics.SLIS, Reach.ALL, Topics.AUDIT, Reach.ALL),
            Clock.systemUTC(),
            new Collector())) {
      follower.start();
      String sentence =
          "missing topics ["
              + broker.connection().namespace().topic(Topics.AUDIT)
              + "]: run 'sluice topics create'";
      await()
          .atMost(LONGEST)
          .untilAsserted(() -> assertThat(follower.waitsForTopics()).contains(sentence));
      assertThatThrownBy(() -> follower.requireRead("SLOs and changes"))
          .isInstanceOf(ApiException.class)
          .hasMessage("SLOs and changes cannot be read: " + sentence);

      broker.createTopic(Topics.AUDIT, 1);
      await().atMost(LONGEST).until(follower::isFollowing);
      assertThat(follower.waitsForTopics()).isEmpty();
      follower.requireRead("SLOs and changes");
    }
  }

  @Test
  void passesOverWhatIsTooFarBehindAndSaysHowMuch(TestBroker broker) {
    broker.createTopic(Topics.LOGS, 1);
    for (int i = 0; i < 2000; i++) {
      broker.produce(Topics.LOGS, null, bytes("old"));
    }
    MovingClock clock = new MovingClock(Instant.now());
    AtomicLong passedOver = new AtomicLong();
    TopicFollower.Reader slow =
        new TopicFollower.Reader() {
          @Override
          public void begin() {}

          @Override
          public void read(Topic topic, ConsumerRecord<byte[], byte[]> record) {
            clock.advance(Duration.ofMillis(100));
            read.add(new String(record.value(), StandardCharsets.UTF_8));
          }

          @Override
          public Duration mayBeBehind() {
            return Duration.ofSeconds(5);
          }

          @Override
          public void passedOver(long records) {
            passedOver.addAndGet(records);
          }
        };
    try (TopicFollower follower =
        new TopicFollower(broker.connection(), Map.of(Topics.LOGS, Reach.ALL), clock, slow)) {
      follower.start();
      await().atMost(LONGEST).until(() -> passedOver.get() > 0);
      await().atMost(LONGEST).until(follower::isFollowing);
      assertThat(read.size() + passedOver.get()).isEqualTo(2000);
      broker.produce(Topics.LOGS, null, bytes("new"));
      await().atMost(LONGEST).untilAsserted(() -> assertThat(read).contains("new"));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private final class Collector implements TopicFollower.Reader {

    @Override
    public void begin() {
      read.clear();
    }

    @Override
    public void read(Topic topic, ConsumerRecord<byte[], byte[]> record) {
      read.add(new String(record.value(), StandardCharsets.UTF_8));
    }
  }
}
