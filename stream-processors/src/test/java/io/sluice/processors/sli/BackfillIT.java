package io.sluice.processors.sli;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.processor.runtime.DefinitionsReader;
import io.sluice.processor.runtime.StageRunner;
import io.sluice.processor.runtime.StreamsSettings;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.SloBackfill;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.Health;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A new SLO on a real broker, with traffic on four partitions before it, while it is read, and
 * after a restart on an empty disk in the middle of it.
 */
@WithBroker
class BackfillIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final AvroSerde<SliWindow> WINDOWS = AvroSerde.of(SliWindow.getClassSchema());
  private static final AvroSerde<SloBackfill> TOLD = AvroSerde.of(SloBackfill.getClassSchema());
  private static final AvroSerde<DefinitionSet> SETS = AvroSerde.of(DefinitionSet.getClassSchema());
  private static final String NO_ERROR = "{noError: true}";
  private static final String OLD = TestSlos.slo("old", "{service: shop}", NO_ERROR);
  private static final String NEW = TestSlos.slo("new", "{service: shop}", NO_ERROR);

  @TempDir private Path directory;

  private final Random random = new Random(7);
  private long good;
  private long total;

  @Test
  void aNewSloComesToWhatTheOldOneHas(TestBroker broker) {
    broker.createTopics(4);
    define(broker, TestSlos.set(1, OLD));
    try (Running stage = new Running(broker, directory.resolve("first"))) {
      stage.awaitReady();
      traffic(broker, 300);
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(sum(broker, "old")[1]).isPositive());
      define(broker, TestSlos.set(2, OLD, NEW));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(told(broker)).contains(Backfill.READING));
      traffic(broker, 100);
    }
    traffic(broker, 100); // while nobody counts
    try (Running stage = new Running(broker, directory.resolve("second"))) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                traffic(broker, 5);
                List<Backfill> told = told(broker);
                return told.get(told.size() - 1) == Backfill.NONE;
              });
      traffic(broker, 50);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(sum(broker, "old")).containsExactly(good, total);
                assertThat(sum(broker, "new")).containsExactly(good, total);
              });
      assertThat(broker.records(Topics.DEAD_LETTERS)).isEmpty();
      assertThat(stage.runner.health()).matches(Health::live);
    }
  }

  /** Spans that end now or up to a minute ago, with other trace ids: so on all partitions. */
  private void traffic(TestBroker broker, int spans) {
    for (int i = 0; i < spans; i++) {
      boolean isGood = random.nextInt(4) > 0;
      byte[] key = Long.toString(random.nextLong()).getBytes(StandardCharsets.UTF_8);
      SpanBuilder span =
          service("shop")
              .span("x")
              .start(Instant.now().minusMillis(random.nextInt(60_000)))
              .took(Duration.ZERO);
      broker.produce(Topics.SPANS, key, (isGood ? span : span.error()).toRequestBytes());
      good += isGood ? 1 : 0;
      total++;
    }
  }

  private static void define(TestBroker broker, DefinitionSet set) {
    broker.produce(
        Topics.DEFINITIONS, set.getKind().getBytes(StandardCharsets.UTF_8), SETS.encode(set));
  }

  /** Of the new SLO, in their order; a phase may be over before anybody looks. */
  private static List<Backfill> told(TestBroker broker) {
    return broker.records(Topics.BACKFILLS).stream()
        .map(record -> TOLD.decode(record.value()))
        .filter(backfill -> backfill.getSloId().equals("new"))
        .map(SloBackfill::getBackfill)
        .toList();
  }

  /** Good and total of the highest revisions of an SLO's newest generation. */
  private static long[] sum(TestBroker broker, String slo) {
    Map<Long, SliWindow> windows = new HashMap<>();
    long generation = 0;
    for (ConsumerRecord<byte[], byte[]> record : broker.records(Topics.SLIS)) {
      SliWindow window = WINDOWS.decode(record.value());
      if (window.getSloId().equals(slo) && window.getGeneration() >= generation) {
        if (window.getGeneration() > generation) {
          generation = window.getGeneration();
          windows.clear();
        }
        windows.merge(
            window.getStartTimeUnixNano(),
            window,
            (before, next) -> next.getRevision() > before.getRevision() ? next : before);
      }
    }
    long[] sum = new long[2];
    for (SliWindow window : windows.values()) {
      if (window.getRevision() >= 0) {
        sum[0] += window.getGood();
        sum[1] += window.getTotal();
      }
    }
    return sum;
  }

  private static final class Running implements AutoCloseable {

    private final DefinitionsReader definitions;
    private final StageRunner<?> runner;

    Running(TestBroker broker, Path state) {
      definitions =
          new DefinitionsReader(
              broker.connection(), kind -> new DefinitionSet(kind, 0L, 0L, List.of()));
      runner =
          new StageRunner<>(
              new SliProcessor(),
              SliConfig.defaults(),
              new StageRunner.Environment(
                  broker.connection(),
                  StreamsSettings.defaults(),
                  state,
                  definitions,
                  new SimpleMeterRegistry(),
                  OpenTelemetry.noop()));
      definitions.start();
      runner.start();
    }

    void awaitReady() {
      await().atMost(PATIENCE).until(() -> runner.health().ready());
    }

    @Override
    public void close() {
      runner.close();
      definitions.close();
    }
  }
}
