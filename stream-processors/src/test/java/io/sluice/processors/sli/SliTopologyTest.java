package io.sluice.processors.sli;

import static io.sluice.testkit.SpanKind.CLIENT;
import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.processor.StreamProcessor;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of ten seconds with two seconds' grace, from {@link Telemetry#START} on. */
class SliTopologyTest {

  private static final byte[] NO_KEY = {};
  private static final AvroSerde<SliWindow> SERDE = AvroSerde.of(SliWindow.getClassSchema());

  private StageTestDriver driver = start(Telemetry.START);
  private final WindowReader reader = new WindowReader();

  private static StageTestDriver start(Instant clock) {
    return StageTestDriver.of(new SliProcessor())
        .at(clock)
        .define(ShippedDefinitions.of(DefinitionKinds.SLOS))
        .start();
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(StreamProcessor.class))
        .filteredOn(processor -> processor.name().equals("sli"))
        .hasSize(1);
  }

  @Test
  void countsGoodAndTotalOfAnSlo() {
    send(
        checkout(1),
        checkout(1),
        checkout(2).took(Duration.ofMillis(299)),
        checkout(2).took(Duration.ofMillis(300)).trace(traceId(1)),
        checkout(3).error().trace(traceId(2)),
        checkout(3).kind(CLIENT).error(),
        service("checkout").span("GET /health").kind(SERVER).error(),
        service("payment").span("POST /checkout").kind(SERVER).error());

    assertThat(reader.settle(driver).windows().values())
        .map(window -> SliWindow.newBuilder(window).setKnownUntilUnixNano(null).build())
        .containsExactly(
            SliWindow.newBuilder()
                .setSloId("checkout-latency")
                .setStartTimeUnixNano(TimeUnit.SECONDS.toNanos(Telemetry.START.getEpochSecond()))
                .setLengthNanos(TimeUnit.SECONDS.toNanos(10))
                .setGood(3)
                .setTotal(5)
                .setRevision(0)
                .setLateCount(0)
                .setBadTraces(List.of(new TraceId(traceId(1)), new TraceId(traceId(2))))
                .setContributors(
                    List.of(
                        new Contributor("operation", "POST /checkout", 2L),
                        new Contributor("service", "checkout", 2L)))
                .build());
    assertThat(events("on_time")).isEqualTo(5);
  }

  @Test
  void waitsForTheEndOfAWindowAndItsGrace() {
    send(checkout(1));
    pass(11); // one second after the end
    send(checkout(10));
    driver.advance(Duration.ofMillis(500));
    assertThat(reader.follow(driver).ratios()).isEmpty();

    pass(2);
    send(checkout(13));
    driver.advance(Duration.ofMillis(500));

    assertThat(reader.follow(driver).ratios())
        .isEqualTo(Map.of("checkout-latency 00:00:00", "1/1"));
  }

  @Test
  void closesTheLastWindowBeforeASilence() {
    send(checkout(1));
    for (int second = 0; second < 12; second++) {
      pass(1);
    }

    assertThat(reader.follow(driver).ratios())
        .isEqualTo(Map.of("checkout-latency 00:00:00", "1/1"));
  }

  @Test
  void sendsAWindowWithoutEventsOnceTimeHasPassedIt() {
    pass(30);
    send(checkout(25));
    driver.advance(Duration.ofSeconds(41)); // 71 s, and idle
    assertThat(reader.follow(driver).ratios())
        .isEqualTo(Map.of("checkout-latency 00:00:20", "1/1"));

    assertThat(reader.empty()) // none before the first event, and of no other SLO
        .containsExactly(
            "checkout-latency 00:00:30", "checkout-latency 00:00:40", "checkout-latency 00:00:50");
  }

  @Test
  void saysThatNothingHappenedOnlyWhenServicesMayHoldNothingBackAnyMore() {
    send(checkout(1));
    pass(21);
    send(service("frontend").span("GET /").kind(SERVER).start(Telemetry.START.plusSeconds(21)));
    for (int second = 0; second < 9; second++) {
      pass(1);
    }
    assertThat(reader.follow(driver).ratios()).hasSize(1);
    assertThat(reader.empty()).isEmpty();

    pass(1);
    assertThat(reader.follow(driver).empty()).containsExactly("checkout-latency 00:00:10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sanitizer", "sli"})
  void saysNothingOfASilenceWhileAStageOnTheWayIsBehind(String stage) {
    send(checkout(1));
    pass(5);
    driver.setBehind(stage, true);
    for (int second = 0; second < 120; second++) {
      pass(1);
    }
    assertThat(reader.follow(driver).ratios()).hasSize(1); // what was counted was counted
    assertThat(reader.empty()).isEmpty();
    assertThat(age("spans")).isBetween(118.0, 122.0);

    driver.setBehind(stage, false);
    pass(1); // it has what there was when it was asked last
    pass(1);
    assertThat(reader.follow(driver).empty()).hasSize(11);
    assertThat(age("spans")).isLessThan(4);
  }

  @Test
  void whatComesForAnotherSloIsNoWordOfOneWhoseEventsAreHeldUp() {
    send(checkout(1), service("frontend").span("GET /").kind(SERVER).start(Telemetry.START));
    driver.setBehind("sanitizer", true); // one of its partitions
    for (int second = 1; second < 60; second++) {
      send(checkout(second));
      pass(1);
    }
    assertThat(reader.follow(driver).ratios()).containsKey("checkout-latency 00:00:40");
    assertThat(reader.empty()).isEmpty();
  }

  @Test
  void saysOfAWindowOnceMoreWhenItIsKnownToHaveAllItsEvents() {
    for (int second = 1; second < 28; second++) {
      send(checkout(second));
      pass(1);
    }
    assertThat(known())
        .containsExactly("00:00:00 9/9 false", "00:00:10 10/10 false", "00:00:10 10/10 true");

    driver.setBehind("sanitizer", true); // one of its partitions
    for (int second = 28; second < 60; second++) {
      send(checkout(second));
      pass(1);
    }
    assertThat(known()).as("as soon as ever").allMatch(each -> each.endsWith("false")).hasSize(3);

    driver.setBehind("sanitizer", false);
    pass(1); // it has what there was when it was asked last
    pass(1);
    assertThat(known()).as("the newest").containsExactly("00:00:40 10/10 true");
  }

  @Test
  void saysNothingOnceMoreWhereNoAlertCouldEnd() {
    driver.define(
        TestSlos.set(
            1,
            TestSlos.slo("shop", "{service: checkout}", "{noError: true}")
                + "  alertPolicies: []\n"));
    for (int second = 1; second < 40; second++) {
      send(checkout(second));
      pass(1);
    }
    assertThat(known()).hasSize(3).allMatch(each -> each.endsWith("false"));
  }

  /** Windows that were sent since the last look, and whether they were known to be whole. */
  private List<String> known() {
    return driver.read(Topics.SLIS).stream()
        .map(record -> SERDE.decode(record.value()))
        .filter(window -> window.getRevision() == 0)
        .map(
            window -> {
              long end = window.getStartTimeUnixNano() + window.getLengthNanos();
              return "%s %d/%d %s"
                  .formatted(
                      WindowReader.name(window).split(" ", -1)[1],
                      window.getGood(),
                      window.getTotal(),
                      Objects.requireNonNull(window.getKnownUntilUnixNano()) >= end);
            })
        .toList();
  }

  @Test
  void stagesThatAreNotOnTheWayMayBeBehind() {
    send(checkout(1));
    driver.setBehind("traces", true);
    driver.setBehind("spanmetrics", true);
    driver.advance(Duration.ofSeconds(60));

    assertThat(reader.follow(driver).empty()).hasSize(4);
  }

  @Test
  void aClockThatIsSetForwardSaysNothingOfWindowsThatAreNotOver() {
    send(checkout(1));
    driver.setClock(Duration.ofHours(1));
    for (int second = 0; second < 45; second++) {
      pass(1);
    }

    assertThat(reader.follow(driver).ratios())
        .isEqualTo(Map.of("checkout-latency 00:00:00", "1/1"));
    assertThat(reader.empty())
        .containsExactly(
            "checkout-latency 00:00:10", "checkout-latency 00:00:20", "checkout-latency 00:00:30");
  }

  @Test
  void aClockThatIsSetBackKeepsNoWindowOpen() {
    send(checkout(1));
    driver.setClock(Duration.ofHours(-1));
    pass(14);
    arrives(checkout(14));
    pass(1);
    arrives(checkout(15));

    assertThat(reader.follow(driver).ratios())
        .isEqualTo(Map.of("checkout-latency 00:00:00", "1/1"));
  }

  @Test
  void goesOnFromTheNewestArrivalWhereTheClockWasBehindAtTheStart() {
    driver.setClock(Duration.ofHours(1)); // and now it is right
    arrives(checkout(3601));
    for (int second = 0; second < 45; second++) {
      pass(1);
    }

    assertThat(reader.follow(driver).ratios())
        .isEqualTo(Map.of("checkout-latency 01:00:00", "1/1"));
    assertThat(reader.empty()).contains("checkout-latency 01:00:10");
  }

  @Test
  void sendsNothingOfTheFutureWhereTheClockWasAheadAtTheStart() {
    driver.close();
    driver = start(Telemetry.START.plus(Duration.ofHours(1)));
    for (int second = 0; second < 16; second++) {
      arrives(checkout(second));
      pass(1);
    }
    pass(3);
    assertThat(reader.follow(driver).ratios())
        .isEqualTo(Map.of("checkout-latency 00:00:00", "10/10"));

    for (int second = 0; second < 24; second++) {
      pass(1);
    }
    arrives(checkout(43));
    assertThat(reader.follow(driver).ratios())
        .isEqualTo(
            Map.of("checkout-latency 00:00:00", "10/10", "checkout-latency 00:00:10", "6/6"));
    assertThat(reader.empty())
        .containsExactly("checkout-latency 00:00:20", "checkout-latency 00:00:30");
  }

  /**
   * As a producer's that had no broker for minutes: the clock is right, and nothing comes after.
   */
  @Test
  void goesOnInTimeThoughTheLastThatCameWasHeldBack() {
    arrives(checkout(1));
    for (int second = 0; second < 300; second++) {
      pass(1);
    }
    arrives(checkout(2));
    pass(20);
    assertThat(reader.follow(driver).empty()).contains("checkout-latency 00:05:00");
  }

  @Test
  void whatArrivesForOneSloLetsTimePassForAnother() {
    send(checkout(1), service("frontend").span("GET /").kind(SERVER).start(Telemetry.START));
    pass(23);
    send(checkout(23));
    driver.advance(Duration.ofMillis(500));

    assertThat(reader.follow(driver).empty())
        .containsExactly("checkout-latency 00:00:10", "frontend-availability 00:00:10");
  }

  @Test
  void correctsAWindowThatWasSentWithoutEvents() {
    send(checkout(1));
    driver.advance(Duration.ofSeconds(40));
    assertThat(reader.follow(driver).empty()).contains("checkout-latency 00:00:10");

    send(checkout(11).error(), checkout(12));
    reader.settle(driver);

    SliWindow corrected = window("00:00:10");
    assertThat(corrected.getGood() + "/" + corrected.getTotal()).isEqualTo("1/2");
    assertThat(corrected.getRevision()).isOne();
    assertThat(corrected.getLateCount()).isEqualTo(2);
    assertThat(events("late")).isEqualTo(2);
  }

  @Test
  void sendsNoMoreWindowsOfAnSloThatIsGone() {
    send(checkout(1));
    driver.advance(Duration.ofSeconds(20));
    driver.define(TestSlos.set(1, TestSlos.slo("other", "{service: other}", "{noError: true}")));
    driver.advance(Duration.ofMinutes(1));

    assertThat(reader.follow(driver).ratios()).hasSize(1);
    assertThat(reader.empty()).isEmpty();
  }

  @Test
  void namesWhatBadEventsHaveInCommon() {
    send(
        checkout(1).attribute("http.route", "/checkout"),
        checkout(1).error().attribute("http.route", "/checkout").attribute("error.type", "500"),
        checkout(2)
            .error()
            .attribute("http.route", "/checkout")
            .attribute("error.type", "timeout"));
    send(checkout(3).error().attribute("error.type", "timeout"));
    reader.settle(driver);

    assertThat(window("00:00:00").getContributors())
        .containsExactly(
            new Contributor("error", "timeout", 2L),
            new Contributor("error", "500", 1L),
            new Contributor("operation", "POST /checkout", 3L),
            new Contributor("route", "/checkout", 2L),
            new Contributor("service", "checkout", 3L));
  }

  @Test
  void putsEventsIntoTheWindowOfTheirEndInWhateverOrderTheyCome() {
    pass(45);
    send(
        checkout(31), checkout(9).took(Duration.ofMillis(999)), checkout(22), checkout(35).error());
    send(checkout(9).took(Duration.ofSeconds(1)), checkout(2), checkout(44), checkout(30));

    assertThat(reader.settle(driver).ratios())
        .isEqualTo(
            Map.of(
                "checkout-latency 00:00:00", "1/2",
                "checkout-latency 00:00:10", "0/1",
                "checkout-latency 00:00:20", "1/1",
                "checkout-latency 00:00:30", "2/3",
                "checkout-latency 00:00:40", "1/1"));
  }

  @Test
  void correctsAWindowWithTheNextRevisionWhenEventsComeLate() {
    send(checkout(1), checkout(2));
    reader.settle(driver);
    send(checkout(3).error());
    send(checkout(4));
    reader.settle(driver);
    SliWindow first = window("00:00:00");
    send(checkout(5).error());
    SliWindow second = reader.settle(driver).windows().get("checkout-latency 00:00:00");

    assertThat(List.of(first, Objects.requireNonNull(second)))
        .extracting(
            SliWindow::getRevision,
            SliWindow::getGood,
            SliWindow::getTotal,
            SliWindow::getLateCount)
        .containsExactly(tuple(1, 3L, 4L, 2L), tuple(2, 3L, 5L, 3L));
    assertThat(events("late")).isEqualTo(3);
  }

  @Test
  void isNotMovedBySendersWhoseClocksAreYearsOff() {
    pass(1);
    send(
        checkout(1),
        checkout(365L * 86_400 * 10),
        checkout(-365L * 86_400 * 10),
        checkout(2).start(Instant.EPOCH),
        checkout(60),
        checkout(62));
    ExportTraceServiceRequest.Builder beyondTheYear2262 = Telemetry.spans(checkout(1)).toBuilder();
    beyondTheYear2262
        .getResourceSpansBuilder(0)
        .getScopeSpansBuilder(0)
        .getSpansBuilder(0)
        .setEndTimeUnixNano(-1); // unsigned
    driver.send(Topics.SPANS, NO_KEY, beyondTheYear2262.build().toByteArray());
    driver.advance(Duration.ofMillis(500));

    assertThat(reader.follow(driver).ratios()).isEmpty();
    send(checkout(1));
    assertThat(reader.settle(driver).ratios())
        .isEqualTo(Map.of("checkout-latency 00:00:00", "2/2", "checkout-latency 00:01:00", "1/1"));
    assertThat(reader.windows().values()).extracting(SliWindow::getRevision).containsOnly(0);
    assertThat(events("future")).isEqualTo(3);
    assertThat(events("too_late")).isEqualTo(2);
  }

  @Test
  void writesPoisonToDeadLettersWithoutCountingAnyOfIt() {
    byte[] good = checkout(1).toRequestBytes();
    byte[] cut = Arrays.copyOf(good, good.length + 3);
    cut[good.length] = 10; // another resource, longer than what is left
    cut[good.length + 1] = 100;

    driver.send(Topics.SPANS, NO_KEY, cut);
    driver.send(Topics.SPANS, NO_KEY, good);

    assertThat(driver.deadLetters())
        .extracting(DeadLetter::getReason, DeadLetter::getStage)
        .containsExactly(tuple(Reason.MALFORMED, "sli"));
    assertThat(reader.settle(driver).ratios())
        .isEqualTo(Map.of("checkout-latency 00:00:00", "1/1"));
  }

  @Test
  void namesEachTraceOfBadEventsOnceAndFiveAtMost() {
    for (int i = 0; i < 3; i++) {
      send(
          checkout(1).error().trace(traceId(1)),
          checkout(1).error().trace(traceId(1)),
          checkout(2).error().trace(traceId(2)));
    }
    assertThat(traces(reader.settle(driver)))
        .containsExactlyInAnyOrder(new TraceId(traceId(1)), new TraceId(traceId(2)));

    for (int i = 1; i < 20; i++) {
      send(checkout(1).error().trace(traceId(i)));
    }
    assertThat(traces(reader.settle(driver))).hasSize(5).doesNotHaveDuplicates();
  }

  private List<TraceId> traces(WindowReader windows) {
    return windows.windows().values().iterator().next().getBadTraces();
  }

  private SliWindow window(String start) {
    return Objects.requireNonNull(reader.windows().get("checkout-latency " + start));
  }

  /** A good event of the shipped SLO that ends within this second after the start of all. */
  private static SpanBuilder checkout(long second) {
    return service("checkout")
        .span("POST /checkout")
        .kind(SERVER)
        .start(Telemetry.START.plusSeconds(second));
  }

  private void send(SpanBuilder... spans) {
    driver.send(Topics.SPANS, NO_KEY, Telemetry.spans(spans).toByteArray());
  }

  /** Sends a span that arrives when it ends, by the broker's clock. */
  private void arrives(SpanBuilder span) {
    Instant end = Instant.ofEpochSecond(0, span.toProto().getEndTimeUnixNano());
    driver.send(Topics.SPANS, new TestRecord<>(NO_KEY, span.toRequestBytes(), end));
  }

  private void pass(int seconds) {
    driver.advance(Duration.ofSeconds(seconds));
  }

  private double age(String signal) {
    return driver
        .meters()
        .get("sluice.sli.upstream.age.seconds")
        .tag("signal", signal)
        .gauge()
        .value();
  }

  private double events(String outcome) {
    return driver.meters().get("sluice.sli.events").tag("outcome", outcome).counter().count();
  }
}
