package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.processors.faults.FaultyStep;
import io.sluice.processors.faults.RewiredProcessor;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.StatementRanking;
import io.sluice.schemas.Topics;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the owner of the series makes of kills and aborted transactions. */
class SpanMetricsFaultsTest {

  private static final byte[] NO_KEY = {};
  private static final SpanMetricsConfig CONFIG = Settings.small();

  private final List<FaultyStep> steps = new ArrayList<>();
  private final StageTestDriver driver =
      StageTestDriver.of(
              new RewiredProcessor<>(
                  new SpanMetricsProcessor(),
                  (config, stage) ->
                      SpanMetricsTopology.of(
                          config,
                          stage,
                          () -> {
                            steps.add(new FaultyStep(() -> new OwnStep(config, stage)));
                            return steps.get(steps.size() - 1);
                          })))
          .config(CONFIG)
          .at(Telemetry.START)
          .start();
  private static final AvroSerde<StatementRanking> RANKINGS =
      AvroSerde.of(StatementRanking.getClassSchema());

  private final SeriesReader series = new SeriesReader();

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void countsOnFromTheLastCommitAfterAKill() {
    send("x", "x");
    series.follow(driver);
    owner().commit();
    send("x");

    owner().kill(driver);
    send("x"); // read again
    send("x");

    assertThat(series.follow(driver).calls()).isEqualTo(Map.of("a x INTERNAL UNSET", 4d));
    assertThat(series.points().values())
        .extracting(SeriesPoint::getStartTimeUnixNano)
        .containsOnly(TimeUnit.SECONDS.toNanos(Telemetry.START.getEpochSecond()));
  }

  @Test
  void writesAfterAKillWhatWasCountedAndNotYetWritten() {
    send("x", "y");
    owner().commit();

    owner().kill(driver);

    assertThat(series.follow(driver).calls())
        .isEqualTo(Map.of("a x INTERNAL UNSET", 1d, "a y INTERNAL UNSET", 1d));
  }

  @Test
  void writesAgainWhatWasWrittenInATransactionThatWasAborted() {
    send("x");
    owner().commit();
    driver.advance(Duration.ofSeconds(1));
    assertThat(driver.read(Topics.SERIES)).hasSize(2); // nobody gets to see them

    owner().abort(driver);

    assertThat(series.follow(driver).calls()).isEqualTo(Map.of("a x INTERNAL UNSET", 1d));
  }

  @Test
  void losesNoPointWhenAKillFollowsAnAbort() {
    owner().commit();
    send("x");
    owner().abort(driver);
    send("x"); // read again
    owner().commit();

    owner().kill(driver);

    assertThat(series.follow(driver).calls()).isEqualTo(Map.of("a x INTERNAL UNSET", 1d));
  }

  @Test
  void givesAServiceItsWholeLimitAfterFaults() {
    send("n1");
    send("n2");
    owner().commit();
    owner().kill(driver);
    owner().abort(driver);
    owner().abort(driver);

    send("n3", "n1");
    send("n4");

    assertThat(series.follow(driver).calls())
        .isEqualTo(
            Map.of(
                "a n1 INTERNAL UNSET", 2d,
                "a n2 INTERNAL UNSET", 1d,
                "a n3 INTERNAL UNSET", 1d,
                "a __overflow__ INTERNAL UNSET", 1d));
  }

  @Test
  void foldsTheSameSpansAfterAKillAsBefore() {
    send("n1", "n2", "n3");
    send("n4");
    owner().commit();

    owner().kill(driver);
    send("n4", "n5", "n2");

    assertThat(series.follow(driver).calls())
        .containsEntry("a n2 INTERNAL UNSET", 2d)
        .containsEntry("a __overflow__ INTERNAL UNSET", 3d)
        .hasSize(4);
  }

  @Test
  void ranksStatementsAfterAKillAndAnAbortAsWithoutThem() {
    query("SELECT 1", 5, 50);
    owner().commit();
    owner().kill(driver);
    query("SELECT 1", 7);
    owner().abort(driver);
    query("SELECT 1", 7); // read again
    driver.advance(Duration.ofSeconds(11));

    assertThat(rankings())
        .last()
        .satisfies(
            ranking -> {
              assertThat(ranking.getCalls()).isEqualTo(3);
              assertThat(ranking.getStatements())
                  .singleElement()
                  .satisfies(
                      statement -> {
                        assertThat(statement.getStatement()).isEqualTo("SELECT ?");
                        assertThat(statement.getSeconds()).isCloseTo(0.062, within(1e-9));
                        assertThat(statement.getSlowestSeconds()).isEqualTo(0.05);
                      });
            });

    driver.advance(Duration.ofMinutes(21));
    assertThat(driver.read(Topics.STATEMENTS))
        .as("a tombstone, once the window has left it behind")
        .last()
        .satisfies(record -> assertThat(record.value()).isNull());
  }

  private List<StatementRanking> rankings() {
    List<StatementRanking> rankings = new ArrayList<>();
    driver.read(Topics.STATEMENTS).forEach(record -> rankings.add(RANKINGS.decode(record.value())));
    return rankings;
  }

  private void query(String statement, int... millis) {
    List<SpanBuilder> spans = new ArrayList<>();
    for (int each : millis) {
      spans.add(
          service("a")
              .span("query")
              .took(Duration.ofMillis(each))
              .attribute("db.system.name", "mysql")
              .attribute("db.query.text", statement));
    }
    driver.send(Topics.SPANS, NO_KEY, Telemetry.spans(spans).toByteArray());
  }

  /** The only one of its one partition. */
  private FaultyStep owner() {
    return steps.get(steps.size() - 1);
  }

  private void send(String... names) {
    List<SpanBuilder> spans = new ArrayList<>();
    for (String name : names) {
      spans.add(service("a").span(name));
    }
    driver.send(Topics.SPANS, NO_KEY, Telemetry.spans(spans).toByteArray());
  }
}
