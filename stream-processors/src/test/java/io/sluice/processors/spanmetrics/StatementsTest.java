package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.spanId;
import static io.sluice.testkit.Telemetry.traceId;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.RankedStatement;
import io.sluice.schemas.StatementRanking;
import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanReader;
import io.sluice.testkit.SpanBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

class StatementsTest {

  private static final Duration WINDOW = Duration.ofMinutes(20);
  private static final long PANE = Duration.ofMinutes(5).toMillis();
  private static final long NOW = 1000 * PANE;

  private final Map<String, byte[]> store = new HashMap<>();
  private Statements statements = new Statements(WINDOW, 2);
  private long nextTrace = 1;

  @Example
  void ranksByTheTimeOfAllCallsAndByTheSlowest() {
    call("often", 10, 10, 10, 10, 10, 10);
    call("once", 40);
    call("twice", 20, 21);
    call("quick", 1);

    StatementRanking ranking = ranking("shop");
    assertThat(ranking.getStatements())
        .as("two by time and two by their slowest, most time first")
        .extracting(RankedStatement::getStatement)
        .containsExactly("often", "twice", "once");
    assertThat(ranking.getSeconds()).isCloseTo(0.142, within(1e-9));
    assertThat(ranking.getCalls()).isEqualTo(10);
    assertThat(ranking.getShapeCount()).isEqualTo(4);
    RankedStatement twice = ranking.getStatements().get(1);
    assertThat(twice.getCalls()).isEqualTo(2);
    assertThat(twice.getSeconds()).isCloseTo(0.041, within(1e-9));
    assertThat(twice.getSlowestSeconds()).isEqualTo(0.021);
    assertThat(twice.getP95Seconds()).isBetween(0.020, 0.021);
    assertThat(Objects.requireNonNull(twice.getSlowestTraceId()).bytes())
        .as("the trace of the call that took 21 ms")
        .isEqualTo(traceId(9));
  }

  @Example
  void namesNoTraceWhereTheSlowestCallHasNone() {
    add("shop", "x", NOW, calls(span(5).trace(new byte[16])));
    assertThat(ranking("shop").getStatements().get(0).getSlowestTraceId()).isNull();
  }

  @Example
  void countsFailuresAndSampledCallsAsOftenAsTheyStandFor() {
    add(
        "shop",
        "x",
        NOW,
        calls(
            span(5).error(),
            span(5).with(span -> span.setTraceState("ot=rv:ffffffffffffff;th:c")),
            span(5)));

    assertThat(ranking("shop"))
        .returns(6d, StatementRanking::getCalls)
        .returns(1d, StatementRanking::getErrors);
  }

  @Example
  void forgetsWhatTheWindowHasLeftBehind() {
    call("x", 100);
    statements = restarted();
    add("shop", "x", NOW + PANE, calls(span(10)));
    assertThat(calls(NOW + PANE)).isEqualTo(Map.of("x", 2d));
    assertThat(calls(NOW + 3 * PANE)).isEqualTo(Map.of("x", 2d));
    assertThat(calls(NOW + 4 * PANE)).isEqualTo(Map.of("x", 1d));

    add("shop", "x", NOW, calls(span(10)));
    assertThat(calls(NOW + 4 * PANE)).as("too late").isEqualTo(Map.of("x", 1d));
    assertThat(rankings(NOW + 5 * PANE)).containsEntry("shop", null);
    write();
    assertThat(store).isEmpty();
    assertThat(rankings(NOW + 6 * PANE)).isEmpty();
  }

  @Example
  void tellsARankingAgainOnlyWhenItMayBeAnotherOne() {
    call("x", 100);
    assertThat(rankings(NOW)).containsOnlyKeys("shop");
    assertThat(rankings(NOW)).isEmpty();
    add("other", "x", NOW, calls(span(10)));
    assertThat(rankings(NOW)).containsOnlyKeys("other");
    assertThat(rankings(NOW + PANE)).containsOnlyKeys("shop", "other");
  }

  @Example
  void makesOneOfTheLightestShapesWhereThereAreTooMany() {
    int many = 3 * Statements.MAX_OF_DATABASE;
    for (int i = 0; i < many; i++) {
      add("shop", "s" + i, NOW, calls(span(i < 5 ? 1000 + i : 1)));
      add("shop", "heavy", NOW, calls(span(100)));
    }

    StatementRanking ranking = ranking("shop");
    assertThat(ranking.getCalls()).as("none is lost").isEqualTo(2 * many);
    assertThat(ranking.getShapeCount()).isLessThanOrEqualTo(Statements.MAX_OF_DATABASE + 1);
    assertThat(ranking.getStatements().get(0))
        .returns("heavy", RankedStatement::getStatement)
        .returns((double) many, RankedStatement::getCalls);
    assertThat(ranking.getStatements())
        .extracting(RankedStatement::getStatement)
        .contains("__overflow__", "s4");
    write();
    assertThat(store).hasSizeLessThanOrEqualTo(Statements.MAX_OF_DATABASE + 1);
  }

  @Example
  void isBoundedHoweverManyServicesAndDatabasesThereAre() {
    for (int i = 0; i < 4 * Statements.MAX; i++) {
      add("shop" + i % 7, "system" + i % 5000, "s" + i, NOW, calls(span(1)));
    }
    write();
    assertThat(store).hasSizeLessThan(Statements.MAX + 100);
    assertThat(
            rankings(NOW).values().stream()
                .mapToDouble(ranking -> Objects.requireNonNull(ranking).getCalls())
                .sum())
        .isEqualTo(4 * Statements.MAX);
  }

  /** What is stored is all there is: to begin anew at any time changes nothing. */
  @Property(tries = 50)
  void comesToTheSameHoweverOftenItStartsAnew(
      @ForAll @IntRange(min = 1, max = 30) int shapes, @ForAll Random random) {
    store.clear();
    statements = new Statements(WINDOW, 50);
    Map<String, Double> expected = new HashMap<>();
    long now = NOW;
    for (int i = 0; i < 100; i++) {
      String shape = "s" + random.nextInt(shapes);
      add("shop", shape, now, calls(span(1 + random.nextInt(9))));
      expected.merge(shape, 1d, Double::sum);
      now += random.nextInt(30) == 0 && now < NOW + 3 * PANE ? PANE : 0;
      if (random.nextInt(10) == 0) {
        statements = restarted();
      }
      if (random.nextInt(20) == 0) {
        rankings(now);
      }
    }
    statements = restarted();
    assertThat(calls(now)).isEqualTo(expected);
  }

  private void call(String shape, int... millis) {
    add(
        "shop",
        shape,
        NOW,
        calls(Arrays.stream(millis).mapToObj(this::span).toArray(SpanBuilder[]::new)));
  }

  private void add(String service, String shape, long arrivalMillis, byte[] calls) {
    add(service, "postgresql", shape, arrivalMillis, calls);
  }

  private void add(String service, String system, String shape, long arrivalMillis, byte[] calls) {
    StatementCalls.check(new Unpacker(calls));
    statements.add(
        service, List.of(system, "digest of " + shape, shape), new Unpacker(calls), arrivalMillis);
  }

  private SpanBuilder span(int millis) {
    long number = nextTrace++;
    return service("shop")
        .span("query")
        .trace(traceId(number))
        .id(spanId(number))
        .took(Duration.ofMillis(millis));
  }

  /** As a batch packs them. */
  private static byte[] calls(SpanBuilder... spans) {
    SpanReader reader = new SpanReader(new AttributeKeys());
    StatementCalls calls = new StatementCalls();
    for (SpanBuilder span : spans) {
      reader.read(Slice.of(span.toProto().toByteArray()));
      calls.record(new MeasuredSpan(reader).measure(Long.MAX_VALUE));
    }
    Packer out = new Packer();
    calls.pack(out);
    return out.toBytes();
  }

  private Map<String, Double> calls(long now) {
    Map<String, Double> calls = new HashMap<>();
    Objects.requireNonNull(rankings(now).get("shop"))
        .getStatements()
        .forEach(each -> calls.put(each.getStatement(), each.getCalls()));
    return calls;
  }

  private StatementRanking ranking(String service) {
    return Objects.requireNonNull(rankings(NOW).get(service));
  }

  /** By service. */
  private Map<String, @Nullable StatementRanking> rankings(long now) {
    Map<String, @Nullable StatementRanking> rankings = new HashMap<>();
    List<String> names = new ArrayList<>();
    statements.rank(
        now,
        (name, ranking) -> {
          names.add(name);
          rankings.put(
              ranking == null
                  ? name.replaceAll(".*service=\"(.*?)\".*", "$1")
                  : ranking.getService()
                      + (ranking.getDbSystem().equals("postgresql")
                          ? ""
                          : " " + ranking.getDbSystem()),
              ranking);
        });
    assertThat(names).doesNotHaveDuplicates();
    return rankings;
  }

  private void write() {
    statements.forEachChanged(
        new Packer(),
        (key, packed) -> {
          String text = new String(key, ISO_8859_1);
          if (packed == null) {
            store.remove(text);
          } else {
            store.put(text, packed);
          }
        });
  }

  private Statements restarted() {
    write();
    Statements again = new Statements(WINDOW, 50);
    store.forEach(
        (key, packed) -> assertThat(again.restore(key.getBytes(ISO_8859_1), packed)).isTrue());
    return again;
  }
}
