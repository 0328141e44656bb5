package io.sluice.schemas.ledger;

import static io.sluice.schemas.ledger.Entries.NOW;
import static io.sluice.schemas.ledger.Entries.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.list;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LedgerWeekTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  private Instant now = NOW;
  private final LedgerWeek week = new LedgerWeek(new MovingClock());

  @Test
  void tellsWhatIsRedactedWhereAndWhichServicesLeakMost() {
    week.add(entry(Duration.ZERO, "credentials.keys", "cart", "log.attributes.token", 5));
    week.add(entry(Duration.ofMinutes(5), "credentials.keys", "cart", "log.attributes.token", 5));
    week.add(entry(Duration.ZERO, "payment.card", "cart", "log.body", 3));
    week.add(entry(Duration.ZERO, "payment.card", "payment", "log.body", 4));

    LedgerReport report = report(DAY, "", "");
    assertThat(report.places()).extracting(RedactedTotal::count).containsExactly(10L, 4L, 3L);
    assertThat(report.services())
        .containsExactly(
            new LedgerReport.ServiceTotal("cart", 13, 2, 2),
            new LedgerReport.ServiceTotal("payment", 4, 1, 1));
    assertThat(report.json(1))
        .containsEntry("total", 17L)
        .containsEntry("places", 3)
        .extractingByKey("services", list(Object.class))
        .hasSize(1);
  }

  @Test
  void asksForOneServiceOrRuleOrFamily() {
    week.add(entry(Duration.ZERO, "credentials.keys", "cart", "log.body", 1));
    week.add(entry(Duration.ZERO, "credentials.bearer", "payment", "log.body", 1));
    week.add(entry(Duration.ZERO, "credentialsother", "payment", "log.body", 1));

    assertThat(report(DAY, "payment", "").places()).hasSize(2);
    assertThat(report(DAY, "", "credentials").places()).hasSize(2);
    assertThat(report(DAY, "", "credentials.keys").places()).hasSize(1);
    assertThat(report(DAY, "payment", "credentials.keys").places()).isEmpty();
    assertThat(report(DAY, "payment", "credentials").fresh()).hasSize(1);
  }

  @Test
  void callsNewWhatWasNotThereInTheWeekBeforeTheLastDay() {
    week.add(entry(DAY.multipliedBy(3), "r", "cart", "log.body", 1));
    week.add(entry(HOUR, "r", "cart", "log.body", 1));
    week.add(entry(HOUR.multipliedBy(2), "r", "cart", "log.attributes.note", 1));
    week.add(entry(HOUR, "r", "payment", "log.body", 1));
    week.add(entry(DAY.multipliedBy(9), "r", "payment", "log.body", 1)); // too long ago

    assertThat(report(DAY, "", "").fresh())
        .extracting(total -> total.place().service() + " " + total.place().fieldPath())
        .containsExactly("payment log.body", "cart log.attributes.note");
    assertThat(report(DAY, "", "").knowsBefore()).isTrue();
  }

  @Test
  void isNoLongerNewADayLaterAndNewAgainAfterAWeekOfSilence() {
    week.add(entry(Duration.ZERO, "r", "cart", "log.body", 1));
    assertThat(report(DAY, "", "").fresh()).hasSize(1);
    assertThat(report(DAY, "", "").knowsBefore()).isFalse();

    now = now.plus(DAY).plus(HOUR.multipliedBy(2));
    assertThat(report(DAY, "", "").fresh()).isEmpty();
    assertThat(report(DAY, "", "").places()).isEmpty();
    assertThat(report(DAY.multipliedBy(3), "", "").places()).hasSize(1);
    week.add(entry(HOUR.multipliedBy(-25), "r", "cart", "log.body", 1));
    assertThat(report(DAY, "", "").fresh()).isEmpty();

    now = now.plus(DAY.multipliedBy(10));
    assertThat(report(DAY.multipliedBy(8), "", "").places()).isEmpty();
    week.add(entry(Duration.between(now, NOW), "r", "cart", "log.body", 1));
    assertThat(report(DAY, "", "").fresh()).hasSize(1);
  }

  @Test
  void countsFromAFullHour() {
    week.add(entry(Duration.ofMinutes(29), "r", "cart", "log.body", 1)); // 12:01
    week.add(entry(Duration.ofMinutes(31), "r", "cart", "log.body", 2)); // 11:59
    week.add(entry(Duration.ofMinutes(91), "r", "cart", "log.body", 4)); // 10:59

    assertThat(report(Duration.ofMinutes(10), "", "").places().get(0).count()).isEqualTo(1);
    assertThat(report(HOUR, "", "").places().get(0).count()).isEqualTo(3);
    assertThat(report(HOUR.multipliedBy(2), "", "").places().get(0).count()).isEqualTo(7);
  }

  @Test
  void countsNothingOfTheDayBeforeForTheLastDay() {
    week.add(entry(DAY.plus(HOUR.multipliedBy(2)), "r", "cart", "log.body", 1));
    week.add(entry(Duration.ZERO, "r", "cart", "log.body", 2));

    assertThat(report(DAY, "", "").places().get(0).count()).isEqualTo(2);
    assertThat(report(DAY.multipliedBy(2), "", "").places().get(0).count()).isEqualTo(3);
  }

  @Test
  void staysBoundedWhateverTheNamesAndClocks() {
    for (int i = 0; i < 50_000; i++) {
      Duration ago = Duration.ofMinutes(i % 20_000 - 5_000);
      week.add(entry(ago, "r", "service-" + i, "log.attributes." + i, 1));
    }

    LedgerReport report = report(LedgerWeek.KEPT, "", "");
    assertThat(report.places()).hasSizeLessThan(35 * 2001);
    assertThat(report.places()).anySatisfy(total -> assertThat(total.place().isOthers()).isTrue());
    assertThat(report.fresh()).noneSatisfy(total -> assertThat(total.place().isOthers()).isTrue());
  }

  private LedgerReport report(Duration since, String service, String rule) {
    return week.report(since, RedactedPlace.matching(service, rule));
  }

  private final class MovingClock extends Clock {
    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
