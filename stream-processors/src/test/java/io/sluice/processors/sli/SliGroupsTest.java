package io.sluice.processors.sli;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.processors.faults.FaultyStep;
import io.sluice.schemas.Topics;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An SLO with two groups by tenant, and one of all others; a period of three hours. */
class SliGroupsTest {

  private static final byte[] NO_KEY = {};
  private static final String GROUPED = slo("{keys: tenant, limit: 2}").replace("30d", "3h");

  private final List<FaultyStep> steps = new ArrayList<>();
  private final StageTestDriver driver =
      StageTestDriver.of(FaultyOwner.in(steps))
          .config(SliConfig.defaults())
          .define(TestSlos.set(1, GROUPED))
          .at(Telemetry.START)
          .start();
  private final WindowReader reader = new WindowReader();

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void countsEachGroupByItselfAndWhatIsBeyondTheLimitTogether() {
    send(tenant("acme"), tenant("acme").error(), tenant("bros"), tenant("cars"), tenant("dent"));
    send(tenant("acme"), tenant("cars").error(), service("shop").span("GET /"));

    assertThat(reader.settle(driver).ratios())
        .isEqualTo(
            Map.of(
                "slo[tenant=acme] 00:00:00", "2/3",
                "slo[tenant=bros] 00:00:00", "1/1",
                "slo[tenant=(other)] 00:00:00", "3/4"));
    assertThat(driver.meters().get("sluice.sli.groups.overflowed").counter().count()).isEqualTo(4);
    assertThat(reader.empty()).contains("slo[tenant=bros] 00:00:10");
  }

  @Test
  void countsEventsWithoutTheAttributeAsAGroup() {
    send(service("shop").span("GET /"), tenant(""), tenant("a\nb"));

    assertThat(reader.settle(driver).ratios())
        .containsEntry("slo[tenant=(none)] 00:00:00", "2/2")
        .hasSize(2);
  }

  @Test
  void hasTheSameGroupsAfterAKill() {
    send(tenant("acme"), tenant("bros"), tenant("cars"));
    owner().commit();
    send(tenant("dent"));

    owner().kill(driver);
    send(tenant("dent"), tenant("bros"), tenant("acme")); // the first of them again

    assertThat(reader.settle(driver).ratios())
        .isEqualTo(
            Map.of(
                "slo[tenant=acme] 00:00:00", "2/2",
                "slo[tenant=bros] 00:00:00", "2/2",
                "slo[tenant=(other)] 00:00:00", "2/2"));
  }

  @Test
  void endsAGroupThatWasQuietForThePeriodAndLetsItComeBack() {
    send(tenant("acme"), tenant("bros"));
    for (int hour = 1; hour <= 6; hour++) {
      driver.advance(Duration.ofHours(1));
      send(tenant("acme").start(Telemetry.START.plus(Duration.ofHours(hour))));
    }
    driver.advance(Duration.ofMinutes(2)); // it is looked for groups that are over
    send(tenant("acme").start(Telemetry.START.plus(Duration.ofMinutes(362))));
    reader.settle(driver);

    assertThat(reader.empty().stream().filter(name -> name.contains("bros")))
        .as("windows until nothing is in the budget")
        .contains("slo[tenant=bros] 03:00:00", "slo[tenant=bros] 04:00:00")
        .doesNotContain("slo[tenant=bros] 06:02:00");

    send(tenant("cars").start(Telemetry.START.plus(Duration.ofHours(6))));
    assertThat(reader.settle(driver).ratios()).containsEntry("slo[tenant=cars] 06:00:00", "1/1");
  }

  @Test
  void endsTheGroupsOfAnSloThatIsTakenAway() {
    send(tenant("acme"));
    reader.settle(driver);
    driver.define(TestSlos.set(2, slo("{keys: region}")));
    reader.settle(driver);

    send(tenant("acme").start(Telemetry.START.plusSeconds(220)));
    driver.advance(Duration.ofMinutes(2));

    assertThat(reader.follow(driver).ratios())
        .containsEntry("slo[region=(none)] 00:00:00", "1/1") // by its backfill
        .containsEntry("slo[region=(none)] 00:03:40", "1/1")
        .hasSize(3);
    assertThat(reader.empty()).doesNotContain("slo[tenant=acme] 00:05:00");
  }

  private FaultyStep owner() {
    return steps.get(steps.size() - 1);
  }

  private static SpanBuilder tenant(String name) {
    return service("shop").span("GET /").took(Duration.ZERO).attribute("tenant", name);
  }

  private static String slo(String groupBy) {
    return TestSlos.slo(
        "slo", "{service: shop}\n              groupBy: " + groupBy, "{noError: true}");
  }

  private void send(SpanBuilder... spans) {
    driver.send(Topics.SPANS, NO_KEY, Telemetry.spans(spans).toByteArray());
  }
}
