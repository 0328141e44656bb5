package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topic;
import io.sluice.schemas.definitions.Slos;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Until when it is known that nothing is on its way, with a pipeline that the test moves. */
class UpstreamTest {

  /** What is asked for in the background, until the test lets it go on. */
  private final Queue<Runnable> background = new ArrayDeque<>();

  /** How many records were sent to each topic, and how far each processor has read it. */
  private final Map<String, Integer> sent = new HashMap<>();

  private final Map<String, Integer> read = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private boolean kafkaIsAway;
  private long nanoTime = 1_000;

  private final Upstream upstream =
      new Upstream(
          new Stage(
              "sli",
              1,
              Namespace.none(),
              Topic::partitions,
              new SimpleMeterRegistry(),
              kind -> new DefinitionSet(kind, 0L, 0L, List.of()),
              OpenTelemetry.noop(),
              () -> nanoTime,
              () -> new MockConsumer<>("earliest"),
              background::add,
              this::untilNow));

  private BooleanSupplier untilNow(String processor, Collection<Topic> topics) {
    if (kafkaIsAway) {
      throw new TimeoutException("no answer");
    }
    asked.add(processor);
    Map<String, Integer> ends = new HashMap<>();
    topics.forEach(topic -> ends.put(topic.name(), sent.getOrDefault(topic.name(), 0)));
    return () ->
        ends.entrySet().stream()
            .allMatch(
                end -> read.getOrDefault(processor + " " + end.getKey(), 0) >= end.getValue());
  }

  private final SloIndex slos =
      new SloIndex(
          Slos.of(TestSlos.set(1, TestSlos.slo("a", "{service: shop}", "{noError: true}"))));

  @Test
  void knowsNothingBeforeItHasAsked() {
    assertThat(known(slos)).isEmpty();
    upstream.look(slos);
    assertThat(known(slos)).isEmpty();
    goOn();
    assertThat(known(slos)).isEqualTo(OptionalLong.of(1_000));
  }

  @Test
  void asksOnlyForSignalsThatAreCounted() {
    upstream.look(slos);
    goOn();
    assertThat(known(slosOver("logs", "{service: shop}"))).isEmpty();
    assertThat(asked).containsExactly("sanitizer", "sli", "sli");
  }

  @Test
  void followsARecordFromStageToStage() {
    sent.put("otlp_spans", 1);
    look();
    pass(Duration.ofSeconds(5));
    sent.put("otlp_spans", 2); // came later: it is not waited for
    look();
    assertThat(known(slos)).isEmpty();

    read.put("sanitizer otlp_spans", 1);
    sent.put("sluice.spans", 7); // what the sanitizer made of it
    look();
    assertThat(known(slos)).isEmpty();
    read.put("sli sluice.spans", 7);
    sent.put("sluice.sli-counts-repartition", 3);
    look();
    assertThat(known(slos)).isEmpty();
    read.put("sli sluice.sli-counts-repartition", 3);
    look();

    assertThat(known(slos)).isEqualTo(OptionalLong.of(1_000));
  }

  @Test
  void waitsUntilTheOwnersOfSeriesHaveWrittenWhatTheyHaveRead() {
    SloIndex metrics = slosOver("metrics", "{operation: queue_length}");
    upstream.look(metrics);
    goOn();
    assertThat(known(metrics)).as("it is in their state").isEmpty();
    sent.put("sluice.series", 1); // only now

    pass(Duration.ofSeconds(5));
    upstream.look(metrics);
    goOn();
    assertThat(known(metrics)).as("not yet counted").isEmpty();
    read.put("sli sluice.series", 1);
    upstream.look(metrics);
    goOn();
    assertThat(known(metrics)).isEqualTo(OptionalLong.of(1_000));
  }

  @Test
  void seriesOfTheServiceGraphComeThroughTraces() {
    SloIndex calls = slosOver("metrics", "{operation: traces_service_graph_request_total}");
    SloIndex others = slosOver("metrics", "{operation: traces_spanmetrics_calls_total}");
    sent.put("sluice.spans", 1); // which everybody has read but traces
    read.put("spanmetrics sluice.spans", 1);
    for (SloIndex each : List.of(calls, others, calls, others)) {
      upstream.look(each);
      goOn();
      pass(Duration.ofSeconds(5));
    }
    assertThat(known(others)).isPresent();
    assertThat(known(calls)).isEmpty();

    read.put("traces sluice.spans", 1);
    for (int i = 0; i < 2; i++) {
      upstream.look(calls);
      goOn();
      pass(Duration.ofSeconds(5));
    }
    assertThat(known(calls)).isPresent();
  }

  @Test
  void asksAgainAfterTwoSecondsAndNotBefore() {
    look();
    pass(Duration.ofMillis(1_999));
    upstream.look(slos);
    assertThat(background).isEmpty();
    pass(Duration.ofMillis(1));
    look();
    assertThat(known(slos)).isEqualTo(OptionalLong.of(1_000 + Duration.ofSeconds(2).toNanos()));
  }

  @Test
  void isAskedOnceForAllTasksOfAProcess() {
    upstream.look(slos);
    upstream.look(slos);
    assertThat(background).hasSize(1);
  }

  @Test
  void knowsNoMoreThanBeforeWhileKafkaIsAwayAndGoesOnAfterwards() {
    look();
    kafkaIsAway = true;
    pass(Duration.ofMinutes(1));
    look();
    assertThat(known(slos)).isEqualTo(OptionalLong.of(1_000));
    kafkaIsAway = false;
    pass(Duration.ofSeconds(2));
    look();
    assertThat(known(slos)).isEqualTo(OptionalLong.of(nanoTime));
  }

  @ParameterizedTest
  @EnumSource(Upstream.Source.class)
  void theStagesOfEachWayAreThere(Upstream.Source source) {
    Map<String, Integer> versions = new HashMap<>();
    ServiceLoader.load(StreamProcessor.class)
        .forEach(processor -> versions.put(processor.name(), processor.stateVersion()));
    assertThat(versions).containsKeys(Upstream.processors(source).toArray(String[]::new));
    versions.keySet().retainAll(Upstream.processors(source));
    assertThat(versions.values()).as("others have other groups than is asked for").containsOnly(1);
    assertThat(Upstream.processors(source)).startsWith("sanitizer").endsWith("sli");
  }

  private OptionalLong known(SloIndex index) {
    return upstream.knownTick(index.all().iterator().next());
  }

  private static SloIndex slosOver(String signal, String selector) {
    String file =
        TestSlos.slo("a", selector, "{attributes: {status: ok}}")
            .replace("signal: spans", "signal: " + signal);
    return new SloIndex(Slos.of(TestSlos.set(1, file)));
  }

  private void look() {
    upstream.look(slos);
    goOn();
  }

  private void goOn() {
    List<Runnable> work = List.copyOf(background);
    background.clear();
    work.forEach(Runnable::run);
  }

  private void pass(Duration time) {
    nanoTime += time.toNanos();
  }
}
