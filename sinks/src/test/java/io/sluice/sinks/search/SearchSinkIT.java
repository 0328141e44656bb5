package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.StageMeters;
import io.sluice.testkit.RestartableBroker;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithBroker
class SearchSinkIT {

  private static final byte[] KEY = {1};

  @TempDir private Path directory;

  @Test
  void indexesOnceOverRestartsAndWritesPoisonToDeadLetters(TestBroker broker) throws Exception {
    broker.createTopics(2);
    broker.produce(Topics.LOGS, KEY, logs("one", "two"));
    broker.produce(Topics.LOGS, KEY, new byte[] {(byte) 0xff, 1, 2});
    broker.produce(Topics.TRACES, KEY, "no trace".getBytes(StandardCharsets.UTF_8));
    runUntil(broker, 2);
    broker.produce(Topics.LOGS, KEY, logs("three"));
    runUntil(broker, 3);

    AvroSerde<DeadLetter> serde = AvroSerde.of(DeadLetter.getClassSchema());
    assertThat(broker.consume(Topics.DEAD_LETTERS, 2, Duration.ofSeconds(20)))
        .extracting(record -> serde.decode(record.value()).getReason())
        .containsExactly(Reason.MALFORMED, Reason.MALFORMED);
  }

  @Test
  void indexesABacklogOnceHoweverOftenItIsStopped(TestBroker broker) {
    broker.createTopics(2);
    int records = 3_000;
    for (int i = 0; i < records; i++) {
      broker.produce(Topics.LOGS, KEY, logs("line " + i));
    }
    for (int i = 0; i < 4; i++) {
      long before = 600L * i;
      try (SearchStore store = LuceneStore.open(directory);
          SearchSink sink = sink(broker, store)) {
        sink.start();
        await().atMost(Duration.ofMinutes(2)).until(() -> store.logCount() > before);
        sink.close(); // in the middle of it
      }
    }
    runUntil(broker, records);
    try (SearchStore store = LuceneStore.open(directory)) {
      LogQuery all = new LogQuery("", null, null, 0, Long.MIN_VALUE, Long.MAX_VALUE, records, null);
      assertThat(store.logs(all).entries())
          .extracting(LogEntry::body)
          .doesNotHaveDuplicates()
          .hasSize(records);
    }
  }

  @Test
  void leavesOutTheValueOfALetterThatWouldBeTooLarge(TestBroker broker) throws Exception {
    broker.createTopics(1);
    byte[] large = new byte[(11 << 20) + 1];
    Arrays.fill(large, (byte) 0xff);
    broker.produce(Topics.LOGS, KEY, large);
    broker.produce(Topics.LOGS, KEY, logs("behind it"));
    runUntil(broker, 1);

    AvroSerde<DeadLetter> serde = AvroSerde.of(DeadLetter.getClassSchema());
    DeadLetter letter = serde.decode(broker.records(Topics.DEAD_LETTERS).get(0).value());
    assertThat(letter.getValue()).isNull();
    assertThat(letter.getMessage()).contains("left out");
    assertThat(letter.getOffset()).isZero();
  }

  @Test
  void saysThatTheDiskIsFullAndGoesOnByItself(TestBroker broker) {
    broker.createTopics(1);
    SmallDisk disk = new SmallDisk(Long.MAX_VALUE);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    LucenePartitions.Limits limits = new LucenePartitions.Limits(1 << 20, 3_600_000);
    try (SearchStore store =
            LuceneStore.open(directory, limits, Clock.systemUTC(), disk::open, 1000);
        SearchSink sink = sink(broker, store, meters)) {
      sink.start();
      await().atMost(Duration.ofMinutes(2)).until(() -> sink.health().ready());
      disk.setLeft(0);
      broker.produce(Topics.LOGS, KEY, logs("one", "two"));
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> sink.health().detail().contains("No space left on device"));
      assertThat(sink.health().ready()).isFalse();
      assertThat(sink.health().live()).isTrue();
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> meters.get(StageMeters.LAG).gauge().value() == 1);
      disk.setLeft(Long.MAX_VALUE);
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> sink.health().ready() && store.logCount() == 2);
    }
  }

  /** The broker's settings for them are not those of the catalogue. */
  @Test
  void makesNoTopicsWhereABrokerMakesThoseThatAreAskedFor() throws Exception {
    try (RestartableBroker own =
            RestartableBroker.start(Map.of("auto.create.topics.enable", "true"));
        TestBroker broker = own.newNamespace();
        SearchStore store = LuceneStore.open(directory);
        SearchSink sink = sink(broker, store)) {
      sink.start();
      String prefix = broker.connection().namespace().name() + ".";
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> sink.health().detail().startsWith("missing topics"));
      assertThat(broker.admin().listTopics().names().get())
          .noneMatch(name -> name.startsWith(prefix));
    }
  }

  private void runUntil(TestBroker broker, int entries) {
    try (SearchStore store = LuceneStore.open(directory);
        SearchSink sink = sink(broker, store)) {
      sink.start();
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> assertThat(store.logCount()).isEqualTo(entries));
      sink.close();
    }
  }

  private static SearchSink sink(TestBroker broker, SearchStore store) {
    return sink(broker, store, new SimpleMeterRegistry());
  }

  private static SearchSink sink(TestBroker broker, SearchStore store, SimpleMeterRegistry meters) {
    return new SearchSink(
        SearchSinkConfig.defaults(), broker.connection(), store, meters, Clock.systemUTC());
  }

  private static byte[] logs(String... bodies) {
    return Telemetry.logs(
            Stream.of(bodies)
                .map(body -> Telemetry.service("cart").log(body).at(Instant.now()))
                .toList())
        .toByteArray();
  }
}
