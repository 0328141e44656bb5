package io.sluice.processors.sli;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of windows that are not over: windows of ten seconds with two seconds' grace. */
class SliOpenWindowsTest {

  private static final byte[] NO_KEY = {};
  private static final String SHOP = TestSlos.slo("shop", "{service: shop}", "{noError: true}");

  private StageTestDriver driver = start(SHOP);
  private final WindowReader reader = new WindowReader();

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void tellsOfBadEventsBeforeTheirWindowIsOver() {
    pass(2000);
    send(event(2000), event(1500).error().trace(Telemetry.traceId(7)));

    assertThat(told()).containsExactly("00:00:00 1/2");
    SliWindow open = reader.open().get(0);
    assertThat(open.getRevision()).isEqualTo(-1);
    assertThat(open.getBadTraces()).containsExactly(new TraceId(Telemetry.traceId(7)));
    assertThat(open.getContributors())
        .containsExactly(
            new Contributor("operation", "work", 1L), new Contributor("service", "shop", 1L));
    assertThat(reader.windows()).isEmpty();
  }

  @Test
  void sendsTheWindowThatIsOverAsIfNothingHadBeenToldBefore() {
    pass(2000);
    send(event(2000).error());
    pass(1000);
    send(event(3000));

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("shop 00:00:00", "1/2"));
    assertThat(reader.windows().values()).extracting(SliWindow::getRevision).containsExactly(0);
    assertThat(reader.windows().values()).extracting(SliWindow::getLateCount).containsExactly(0L);
  }

  @Test
  void tellsNothingWhileAllIsWell() {
    for (int millis = 0; millis < 9000; millis += 500) {
      send(event(millis));
      pass(500);
    }

    assertThat(told()).isEmpty();
  }

  /** Of 100 one may be bad, and less than that is bad somewhere at all times. */
  @Test
  void tellsNothingOfSoFewBadEventsThatNoAlertIsDueByThem() {
    for (int i = 0; i < 199; i++) {
      send(event(1000));
    }
    send(event(2000).error());
    pass(1000);
    assertThat(told()).isEmpty();

    send(event(2500).error(), event(2500).error());
    assertThat(told()).containsExactly("00:00:00 199/202");
  }

  @Test
  void tellsAtMostTenTimesASecondAndOnlyOfChanges() {
    pass(1000);
    for (int millis = 1000; millis < 2000; millis += 25) {
      send(event(millis).error());
      pass(25);
    }
    pass(4000);

    assertThat(told()).hasSizeBetween(10, 12).endsWith("00:00:00 0/40").doesNotHaveDuplicates();
  }

  @Test
  void tellsOfManySlosLessOften() {
    restart(
        IntStream.range(0, 1000)
            .mapToObj(i -> TestSlos.slo("shop-" + i, "{service: shop}", "{noError: true}"))
            .collect(Collectors.joining("---\n")));
    pass(1000);
    for (int millis = 1000; millis < 3000; millis += 50) {
      send(event(millis).error());
      pass(50);
    }

    assertThat(reader.follow(driver).open()).as("2,000 a second").hasSizeBetween(3_000, 6_000);
  }

  /** The good events of the window that waits for its grace are part of the share. */
  @Test
  void tellsOfTheGoodEventsOfTheWindowBeforeToo() {
    send(event(9000), event(9100));
    pass(10_500);
    send(event(10_200).error());

    assertThat(told()).containsExactly("00:00:00 2/2", "00:00:10 0/1");
  }

  @Test
  void tellsNothingOfAWindowThatIsToCome() {
    send(event(20_000).error());
    pass(5000);
    assertThat(told()).isEmpty();

    send(event(5000));
    pass(16_000);
    send(event(20_500));
    pass(500);
    assertThat(told()).containsExactly("00:00:20 1/2");
  }

  @Test
  void tellsNothingOfACorrectionTwice() {
    send(event(1000));
    reader.settle(driver);
    send(event(2000).error());
    reader.settle(driver);

    assertThat(reader.open()).isEmpty();
    assertThat(reader.ratios()).containsEntry("shop 00:00:00", "1/2");
  }

  @Test
  void judgesNoSliceBeforeItIsOver() {
    restart(
        SHOP.replace("Occurrences", "Timeslices")
            .replace("target: 0.99", "{target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 1m}"));
    send(event(1000).error());
    pass(2000);

    assertThat(told()).isEmpty();
    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("shop 00:00:00", "0/1"));
  }

  @Test
  void tellsNothingWhereNobodyIsToBeAlerted() {
    restart(SHOP + "  alertPolicies: []\n");
    send(event(1000).error());
    pass(2000);

    assertThat(told()).isEmpty();
  }

  /** A backlog closes windows by what arrived, and not one of them is told of again as open. */
  @Test
  void tellsNothingOfWhatIsOverInABacklog() {
    pass(600_000);
    for (int millis = 0; millis < 60_000; millis += 1000) {
      arrives(millis, event(millis).error());
      pass(600);
    }

    reader.settle(driver); // the reader refuses it
    assertThat(reader.ratios()).hasSize(6);
  }

  /** Start, good and total in the order of telling. */
  private List<String> told() {
    return reader.follow(driver).open().stream()
        .map(
            window ->
                "%s %d/%d"
                    .formatted(
                        WindowReader.name(window).substring("shop ".length()),
                        window.getGood(),
                        window.getTotal()))
        .toList();
  }

  private void restart(String slo) {
    driver.close();
    driver = start(slo);
  }

  private static StageTestDriver start(String slo) {
    DefinitionSet slos = TestSlos.set(1, slo);
    return StageTestDriver.of(new SliProcessor()).at(Telemetry.START).define(slos).start();
  }

  /** An event so many milliseconds after the start. */
  private static SpanBuilder event(long millis) {
    return service("shop")
        .span("work")
        .start(Telemetry.START.plusMillis(millis))
        .took(Duration.ZERO);
  }

  private void send(SpanBuilder... spans) {
    driver.send(Topics.SPANS, NO_KEY, Telemetry.spans(spans).toByteArray());
    driver.advance(Duration.ofMillis(1)); // a callback is due where half a second has gone by
  }

  private void arrives(long millis, SpanBuilder span) {
    driver.send(
        Topics.SPANS,
        new TestRecord<>(NO_KEY, span.toRequestBytes(), Telemetry.START.plusMillis(millis)));
  }

  private void pass(long millis) {
    driver.advance(Duration.ofMillis(millis));
  }
}
