package io.sluice.processors.sli;

import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.processors.faults.FaultyStep;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the owner of the windows makes of kills, aborted transactions and a backlog. */
class SliFaultsTest {

  private static final byte[] NO_KEY = {};
  private static final String FIRST = "checkout-latency 00:00:00";
  private static final Duration LATENESS = Duration.ofMinutes(10);

  private final List<FaultyStep> steps = new ArrayList<>();
  private final StageTestDriver driver =
      StageTestDriver.of(FaultyOwner.in(steps))
          .config(
              new SliConfig(
                  Duration.ofSeconds(10), Duration.ofSeconds(2), LATENESS, Duration.ofMinutes(1)))
          .define(ShippedDefinitions.of(DefinitionKinds.SLOS))
          .at(Telemetry.START)
          .start();
  private final WindowReader reader = new WindowReader();

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void countsOnFromTheLastCommitAfterAKill() {
    event(1000);
    owner().commit();
    event(2000);

    owner().kill(driver);
    event(2000); // read again
    event(3000);

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of(FIRST, "3/3"));
    assertThat(revision()).isZero();
  }

  @Test
  void sendsAgainWhatWasSentInATransactionThatWasAborted() {
    event(1000);
    owner().commit();
    driver.advance(Duration.ofSeconds(13));
    assertThat(driver.read(Topics.SLIS)).hasSize(1); // nobody gets to see it

    owner().abort(driver);

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of(FIRST, "1/1"));
  }

  @Test
  void goesOnWithEmptyWindowsWhereItStoppedAfterAKill() {
    event(1000);
    driver.advance(Duration.ofSeconds(33));
    assertThat(reader.follow(driver).empty())
        .containsExactly("checkout-latency 00:00:10", "checkout-latency 00:00:20");
    owner().commit();

    owner().kill(driver, Duration.ofSeconds(20));
    event(12_000);
    reader.settle(driver);

    assertThat(reader.windows().get("checkout-latency 00:00:10"))
        .extracting(SliWindow::getRevision)
        .isEqualTo(1);
    assertThat(reader.empty())
        .contains("checkout-latency 00:00:20", "checkout-latency 00:00:30")
        .doesNotContain("checkout-latency 00:00:10");
  }

  @Test
  void givesACorrectionItsRevisionWhenItsFirstTransactionWasAborted() {
    event(1000);
    reader.settle(driver);
    owner().commit();
    event(2000);
    owner().abort(driver);
    event(2000); // read again

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of(FIRST, "2/2"));
    assertThat(revision()).isOne();
  }

  @Test
  void sendsAWindowAfterAKillThatFollowsAnAbort() {
    owner().commit();
    event(1000);
    owner().abort(driver);
    event(1000); // read again
    owner().commit();

    owner().kill(driver);

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of(FIRST, "1/1"));
  }

  @Test
  void closesTheWindowsOfABacklogAsItWouldHaveWithoutTheKill() {
    event(1000);
    owner().commit();

    owner().kill(driver, Duration.ofMinutes(1));
    driver.advance(Duration.ofMillis(600)); // it joins its group and fetches
    event(5000);
    driver.advance(Duration.ofMillis(600));
    event(9000);
    driver.advance(Duration.ofMillis(600));
    assertThat(reader.follow(driver).ratios()).isEmpty();

    event(13_000);
    driver.advance(Duration.ofMillis(600));
    assertThat(reader.follow(driver).ratios()).isEqualTo(Map.of(FIRST, "3/3"));
    assertThat(revision()).isZero();
  }

  @Test
  void losesNothingOfABacklogThatIsOlderThanWindowsAreKept() {
    owner().commit();

    owner().kill(driver, LATENESS.multipliedBy(5));
    for (long millis = 0; millis < 20_000; millis += 100) {
      event(millis);
      driver.advance(Duration.ofSeconds(1));
    }

    assertThat(reader.settle(driver).ratios())
        .isEqualTo(Map.of(FIRST, "100/100", "checkout-latency 00:00:10", "100/100"));
  }

  @Test
  void forgetsWindowsThatNoEventMayCorrectAnyMore() {
    event(1000);
    driver.advance(LATENESS.multipliedBy(3));
    event(LATENESS.multipliedBy(3).toMillis());
    reader.settle(driver);

    KeyValueStore<byte[], byte[]> windows = driver.store(SliTopology.WINDOWS);
    try (KeyValueIterator<byte[], byte[]> kept = windows.all()) {
      assertThat(kept).toIterable().hasSize(1);
    }
  }

  /** The only one of its one partition. */
  private FaultyStep owner() {
    return steps.get(steps.size() - 1);
  }

  private int revision() {
    return Objects.requireNonNull(reader.windows().get(FIRST)).getRevision();
  }

  /** A good event that ended and arrived so many milliseconds after the start of all. */
  private void event(long millis) {
    byte[] request =
        service("checkout")
            .span("POST /checkout")
            .kind(SERVER)
            .took(Duration.ZERO)
            .start(Telemetry.START.plusMillis(millis))
            .toRequestBytes();
    driver.send(
        Topics.SPANS, new TestRecord<>(NO_KEY, request, Telemetry.START.plusMillis(millis)));
  }
}
