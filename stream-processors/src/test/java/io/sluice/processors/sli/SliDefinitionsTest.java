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
