package io.sluice.schemas.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.settings.StrictYaml;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoodConditionTest {

  private static final TestEvent EVENT = TestEvent.of("shop", "GET /");

  @Test
  void eventIsGoodWhenItFulfilsEveryCondition() {
    EventCondition good = condition("{noError: true, durationBelow: 300ms}");

    assertThat(good.isMet(EVENT.took(Duration.ofNanos(299_999_999)))).isTrue();
    assertThat(good.isMet(EVENT.took(Duration.ofMillis(300)))).isFalse();
    assertThat(good.isMet(EVENT.error())).isFalse();
    assertThat(condition("{durationBelow: 300ms}").isMet(EVENT.error())).isTrue();
    assertThat(condition("{noError: true}").isMet(EVENT.took(Duration.ofDays(1)))).isTrue();
  }

  @Test
  void badIsWhatFulfilsTheConditionOfBad() {
    GoodCondition good = new NotBad(condition("{error: true, durationAtLeast: 1s}"));

    assertThat(good.isMet(EVENT.error())).isTrue();
    assertThat(good.isMet(EVENT.error().took(Duration.ofSeconds(1)))).isFalse();
  }

  @Test
  void statusClassReadsBothNamesOfTheAttribute() {
    EventCondition good = condition("{statusClass: [2xx, 3xx]}");

    assertThat(good.isMet(EVENT.with(Map.of("http.response.status_code", 204)))).isTrue();
    assertThat(good.isMet(EVENT.with(Map.of("http.status_code", 302L)))).isTrue();
    assertThat(good.isMet(EVENT.with(Map.of("http.response.status_code", 404)))).isFalse();
    assertThat(good.isMet(EVENT)).isFalse();
    assertThat(condition("{statusClass: 4xx}").isMet(EVENT.with(Map.of("http.status_code", 499))))
        .isTrue();
    assertThatThrownBy(() -> condition("{statusClass: 200}"))
        .hasMessageContaining("statusClass: expected 1xx, 2xx, 3xx, 4xx or 5xx");
  }

  @Test
  void cacheHitCountsOnlyWhatSaysIt() {
    EventCondition good = condition("{cacheHit: true}");

    assertThat(good.isMet(EVENT.with(Map.of("cache.hit", true)))).isTrue();
    assertThat(good.isMet(EVENT.with(Map.of("cache.result", "MISS")))).isFalse();
    assertThat(good.appliesTo(EVENT.with(Map.of("cache.result", "miss")))).isTrue();
    assertThat(good.appliesTo(EVENT.with(Map.of("cache.result", "error")))).isFalse();
    assertThat(good.appliesTo(EVENT)).isFalse();

    Map<String, Object> read =
        Map.of(
            "db.system.name", "redis", "db.operation.name", "GET", "db.response.returned_rows", 1);
    Map<String, Object> write =
        Map.of(
            "db.system.name", "redis", "db.operation.name", "SET", "db.response.returned_rows", 1);
    assertThat(good.isMet(EVENT.with(read))).isTrue();
    assertThat(good.appliesTo(EVENT.with(write))).isFalse();
  }

  @Test
  void responseSizeCountsOnlyWhatSaysIt() {
    EventCondition good = condition("{responseSizeBelow: 1KiB}");

    assertThat(good.isMet(EVENT.with(Map.of("http.response.body.size", 1023)))).isTrue();
    assertThat(good.isMet(EVENT.with(Map.of("http.response.body.size", 1024)))).isFalse();
    assertThat(good.appliesTo(EVENT)).isFalse();
  }

  @Test
  void severitiesAreRangesOfNumbers() {
    assertThat(condition("{severityBelow: error}").isMet(EVENT.severity(16))).isTrue();
    assertThat(condition("{severityBelow: error}").isMet(EVENT.severity(17))).isFalse();
    assertThat(condition("{severityAtLeast: warn}").isMet(EVENT.severity(13))).isTrue();
    assertThat(condition("{severityAtLeast: warn}").isMet(EVENT.severity(12))).isFalse();
  }

  @Test
  void attributesAndCompletenessAreConditionsToo() {
    assertThat(
            condition("{attributes: {tier: [gold]}, attributesMatch: {zone: eu-.*}}")
                .isMet(EVENT.with(Map.of("tier", "gold", "zone", "eu-1"))))
        .isTrue();
    assertThat(condition("{complete: true}").isMet(EVENT.complete())).isTrue();
    assertThat(condition("{complete: true}").isMet(EVENT)).isFalse();
  }

  @Test
  void thresholdComparesAValueThatIsThere() {
    Threshold fast = threshold(Threshold.Measure.DURATION, Threshold.Operator.LTE, 0.1);
    assertThat(fast.isMet(EVENT.took(Duration.ofMillis(100)))).isTrue();
    assertThat(fast.isMet(EVENT.took(Duration.ofMillis(101)))).isFalse();

    Threshold gauge = threshold(Threshold.Measure.VALUE, Threshold.Operator.GT, 5);
    assertThat(gauge.appliesTo(EVENT)).isFalse();
    assertThat(gauge.isMet(EVENT.measured(5))).isFalse();
    assertThat(gauge.isMet(EVENT.measured(5.1))).isTrue();

    Threshold rows = new Threshold(null, "rows", Threshold.Operator.LT, 10);
    assertThat(rows.isMet(EVENT.with(Map.of("rows", 9)))).isTrue();
    assertThat(rows.appliesTo(EVENT.with(Map.of("rows", "many")))).isFalse();
  }

  @Test
  void conditionOfNothingIsRefused() {
    assertThatThrownBy(() -> condition("{}"))
        .hasMessageContaining("expected true, or another condition such as durationBelow");
    assertThatThrownBy(() -> condition("{noError: false}"))
        .hasMessageContaining("noError: expected true, or to be left out");
  }

  @Test
  void conditionOfMoreThanADayIsRefused() {
    assertThatThrownBy(() -> condition("{durationBelow: 9999999999d}"))
        .hasMessageContaining("durationBelow: expected more than zero, at most 1d");
    assertThatThrownBy(() -> condition("{durationAtLeast: 25h}"))
        .hasMessageContaining("durationAtLeast: expected more than zero, at most 1d");
  }

  @Test
  void slicesAreGoodByTheirTarget() {
    Budgeting slices = new Budgeting(Budgeting.Method.TIMESLICES, Duration.ofMinutes(1), 0.9);
    assertThat(slices.good(90, 100)).isOne();
    assertThat(slices.good(89, 100)).isZero();
    assertThat(slices.total(100)).isOne();
    assertThat(slices.total(0)).isZero();

    Budgeting shares = new Budgeting(Budgeting.Method.RATIO_TIMESLICES, Duration.ofMinutes(1), 0);
    assertThat(shares.good(1, 3)).isEqualTo(333_333);
    assertThat(shares.total(3)).isEqualTo(1_000_000);
    assertThat(shares.good(0, 0)).isZero();

    assertThat(Budgeting.OCCURRENCES.good(7, 9)).isEqualTo(7);
    assertThat(Budgeting.OCCURRENCES.total(9)).isEqualTo(9);
  }

  private static Threshold threshold(
      Threshold.Measure measure, Threshold.Operator op, double value) {
    return new Threshold(measure, null, op, value);
  }

  private static EventCondition condition(String yaml) {
    return StrictYaml.document("good.yaml", yaml).bind(EventCondition.class);
  }
}
