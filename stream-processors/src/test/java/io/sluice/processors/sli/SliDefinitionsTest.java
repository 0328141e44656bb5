package io.sluice.processors.sli;

import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SLOs that come, change and go while the stage runs. */
class SliDefinitionsTest {

  private static final byte[] NO_KEY = {};
  private static final String NO_ERROR = "{noError: true}";
  private static final String SHOP = TestSlos.slo("shop", "{service: shop}", NO_ERROR);
  private static final DefinitionSet BROKEN = TestSlos.set(9, "kind: SLO\nspec: nonsense\n");

  private StageTestDriver driver = start(TestSlos.set(1, SHOP));
  private final WindowReader reader = new WindowReader();

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void countsANewSloAsIfItHadAlwaysBeenThere() {
    send(span(), service("till").span("pay").kind(SERVER));
    driver.define(
        TestSlos.set(2, SHOP, TestSlos.slo("pay", "{operation: pay, kind: server}", NO_ERROR)));
    send(span(), service("till").span("pay").kind(SERVER).error());

    assertThat(reader.settle(driver).ratios())
        .isEqualTo(Map.of("shop 00:00:00", "2/2", "pay 00:00:00", "1/2"));
  }

  /** Two people applied at once: the last one's set holds everywhere. */
  @Test
  void takesOverASetOfTheSameVersion() {
    driver.define(TestSlos.set(2, SHOP, TestSlos.slo("gone", "{service: till}", NO_ERROR)));
    send(span());
    driver.define(
        TestSlos.set(2, SHOP, TestSlos.slo("pay", "{operation: pay, kind: server}", NO_ERROR)));
    send(span(), service("till").span("pay").kind(SERVER));

    assertThat(reader.settle(driver).ratios())
        .isEqualTo(Map.of("shop 00:00:00", "2/2", "pay 00:00:00", "1/1"));
  }

  @Test
  void countsAnSloThatChangedInTheSameWindowAnew() {
    send(span(), span().error());
    driver.define(TestSlos.set(2, TestSlos.slo("shop", "{service: shop}", "{durationBelow: 5ms}")));
    send(span(), span());

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("shop 00:00:00", "0/4"));
  }

  @Test
  void stillSendsTheOpenWindowOfAnSloThatIsGone() {
    send(span());
    driver.define(TestSlos.set(2, TestSlos.slo("other", "{service: other}", NO_ERROR)));
    send(span());

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("shop 00:00:00", "1/1"));
  }

  @Test
  void keepsASliceForAnSloThatIsGoneForAMoment() {
    DefinitionSet slices =
        TestSlos.set(
            2,
            SHOP.replace("budgetingMethod: Occurrences", "budgetingMethod: Timeslices")
                .replace(
                    "target: 0.99", "{target: 0.99, timeSliceTarget: 0.5, timeSliceWindow: 1m}"));
    driver.define(slices);
    send(span());
    driver.define(TestSlos.set(3, TestSlos.slo("other", "{service: other}", NO_ERROR)));
    assertThat(reader.settle(driver).ratios()).isEmpty();

    driver.define(new DefinitionSet(slices.getKind(), 4L, 0L, slices.getDocuments()));
    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("shop 00:00:00", "1/1"));
  }

  @Test
  void correctsAWindowWithoutEventsOfAnSloThatWasGoneForAMoment() {
    send(span());
    reader.settle(driver);
    assertThat(reader.empty()).contains("shop 00:00:10");
    driver.define(TestSlos.set(3, TestSlos.slo("other", "{service: other}", NO_ERROR)));
    driver.advance(Duration.ofMinutes(1));
    driver.define(TestSlos.set(4, SHOP));

    send(span().start(Telemetry.START.plusSeconds(12)));
    SliWindow corrected = reader.settle(driver).windows().get("shop 00:00:10");
    assertThat(Objects.requireNonNull(corrected).getRevision()).isOne();
  }

  @Test
  void countsASpanForEverySloThatItIsAnEventOf() {
    driver.define(
        TestSlos.set(
            2,
            SHOP,
            TestSlos.slo("gold", "{service: shop, attributes: {tier: gold}}", NO_ERROR),
            TestSlos.slo("all-gold", "{attributes: {tier: gold}}", NO_ERROR)));
    send(
        span().attribute("tier", "gold"),
        span().attribute("tier", "tin").error(),
        service("till").span("x").attribute("tier", "gold").error());

    assertThat(reader.settle(driver).ratios())
        .isEqualTo(
            Map.of("shop 00:00:00", "1/2", "gold 00:00:00", "1/1", "all-gold 00:00:00", "1/2"));
  }

  @Test
  void keepsTheSlosBeforeASetThatIsNotUsable() {
    driver.define(BROKEN);
    send(span());

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("shop 00:00:00", "1/1"));
    assertThat(driver.deadLetters()).isEmpty();
    assertThat(driver.meters().get("sluice.sli.slos.refused").counter().count()).isOne();
  }

  @Test
  void waitsForUsableSlosWithoutGivingSpansUpAsDeadLetters() {
    driver.close();
    driver = start(BROKEN);
    send(span());
    driver.advance(Duration.ofSeconds(1));
    driver.define(TestSlos.set(10, SHOP));
    send(span());

    assertThat(driver.deadLetters()).isEmpty();
    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("shop 00:00:00", "2/2"));
  }

  @Test
  void aChangedSloWithoutEventsGoesOnWithWindows() {
    send(span());
    reader.settle(driver);
    driver.define(TestSlos.set(2, TestSlos.slo("shop", "{service: other}", NO_ERROR)));
    pass(9);
    assertThat(reader.follow(driver).all("shop")).isNotEmpty().allMatch(this::isAnew);

    pass(60);
    assertThat(reader.follow(driver).all("shop"))
        .hasSizeBetween(6, 8)
        .allMatch(this::isAnew)
        .extracting(SliWindow::getTotal)
        .containsOnly(0L);
  }

  private boolean isAnew(SliWindow window) {
    return window.getGeneration() > 0;
  }

  @Test
  void aLateEventWaitsForTheHistoryThatItIsAPartOf() {
    driver.setBehind("sanitizer", true); // so the history is not sent yet
    send(span());
    reader.settle(driver);
    driver.define(TestSlos.set(2, TestSlos.slo("shop", "{operation: GET /}", NO_ERROR)));
    pass(20);
    send(span().error());
    pass(20);
    assertThat(reader.follow(driver).ratios()).as("the old one").containsValue("1/1").hasSize(1);

    driver.setBehind("sanitizer", false);
    pass(20);
    assertThat(reader.follow(driver).ratios()).containsValue("1/2").hasSize(1);
  }

  @Test
  void forgetsOldWindowsAlsoWhileAHistoryCannotBeSent() {
    driver.setBehind("sanitizer", true);
    send(span());
    reader.settle(driver);
    driver.define(TestSlos.set(2, TestSlos.slo("shop", "{operation: GET /}", NO_ERROR)));
    pass(20);
    driver.advance(Duration.ofDays(15));
    send(span().start(Telemetry.START.plus(Duration.ofDays(15))));
    pass(61);
    assertThat(kept()).as("the history may still be sent").isEqualTo(2);

    driver.advance(Duration.ofDays(2));
    send(span().start(Telemetry.START.plus(Duration.ofDays(17))));
    pass(61);
    assertThat(kept()).isEqualTo(2);
  }

  private int kept() {
    int kept = 0;
    KeyValueStore<byte[], byte[]> windows = driver.store(SliTopology.WINDOWS);
    try (KeyValueIterator<byte[], byte[]> all = windows.all()) {
      for (; all.hasNext(); all.next()) {
        kept++;
      }
    }
    return kept;
  }

  private void pass(int seconds) {
    for (int second = 0; second < seconds; second++) {
      driver.advance(Duration.ofSeconds(1));
    }
  }

  private static StageTestDriver start(DefinitionSet set) {
    return StageTestDriver.of(new SliProcessor()).at(Telemetry.START).define(set).start();
  }

  private static SpanBuilder span() {
    return service("shop").span("GET /").kind(SERVER);
  }

  private void send(SpanBuilder... spans) {
    driver.send(Topics.SPANS, NO_KEY, Telemetry.spans(spans).toByteArray());
  }
}
