package io.sluice.alerts;

import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.at;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Slos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An SLO of 99.9 % over 30 days with the SRE Workbook's policies, through days of simulated time.
 * When its alerts fire and end is computed a second time here, from the definition alone: sums over
 * all windows of the error pattern, without any of the engine's structures.
 *
 * @see <a href="https://sre.google/workbook/alerting-on-slos/">SRE Workbook, alerting on SLOs</a>
 */
class AlertSimulationTest {

  private static final long EACH_WINDOW = 1000;
  private static final double BUDGET = 0.001;

  /** Long and short window in seconds, threshold. */
  private record Policy(String name, long longSeconds, long shortSeconds, double threshold) {}

  private static final List<Policy> POLICIES =
      List.of(
          new Policy("1h", 3600, 300, 14.4),
          new Policy("6h", 21_600, 1800, 6),
          new Policy("3d", 259_200, 21_600, 1));

  /**
   * @param quiet seconds without an error before
   * @param seconds how long it is looked at
   * @param badOfThousand bad events of the thousand of a window, by its second
   */
  private record Case(String name, long quiet, long seconds, LongUnaryOperator badOfThousand) {

    /** A window's events. */
    Counts at(long second) {
      return second < 0
          ? new Counts(EACH_WINDOW, EACH_WINDOW)
          : new Counts(EACH_WINDOW - badOfThousand.applyAsLong(second), EACH_WINDOW);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private record Transition(String window, AlertState state, long second) {}

  static Stream<Case> patterns() {
    return Stream.of(
        new Case("total outage for half an hour", 22_000, 7200, s -> s < 1800 ? 1000 : 0),
        new Case("a tenth of requests for an hour", 22_000, 10_800, s -> s < 3600 ? 100 : 0),
        new Case("two in a hundred for two hours", 22_000, 14_400, s -> s < 7200 ? 20 : 0),
        new Case("just at the first threshold", 22_000, 7200, s -> s < 3600 ? 14 : 0),
        new Case("a spike of half a minute", 22_000, 3600, s -> s < 30 ? 1000 : 0),
        new Case("a spike that is just enough", 22_000, 3600, s -> s < 60 ? 1000 : 0),
        new Case("a slow leak of two in a thousand", 260_000, 180_000, s -> 2),
        new Case("a ramp", 22_000, 7200, s -> Math.min(1000, s / 20)));
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void firesAndEndsWhenTheDefinitionSays(Case pattern) {
    List<Transition> expected = expected(pattern);
    List<Transition> actual = run(pattern);

    assertThat(actual)
        .extracting(Transition::window, Transition::state)
        .containsExactlyInAnyOrderElementsOf(
            expected.stream().map(t -> tuple(t.window(), t.state())).toList());
    for (Transition transition : expected) {
      // Beyond six hours a look back begins with a whole slot of five minutes.
      long tolerance = transition.window().equals("3d") ? 400 : 0;
      assertThat(actual)
          .as("%s", transition)
          .anySatisfy(
              found -> {
                assertThat(found.window()).isEqualTo(transition.window());
                assertThat(found.state()).isEqualTo(transition.state());
                assertThat(found.second())
                    .isBetween(transition.second() - tolerance, transition.second() + tolerance);
              });
    }
  }

  /** Threshold times budget times long window, over the share of errors. */
  @Test
  void findsAnOutageAsSoonAsTheWorkbookSays() {
    assertThat(firstPage(1000)).as("51.8 s, and the window that it is in").isEqualTo(60);
    assertThat(firstPage(100)).as("8.6 min").isEqualTo(520);
    assertThat(firstPage(50)).as("17.3 min").isEqualTo(1040);
  }

  /** The short window, less what of it may be bad: 5 min for the page. */
  @Test
  void endsAsSoonAsTheWorkbookSays() {
    List<Transition> found = run(new Case("outage", 22_000, 7200, s -> s < 600 ? 1000 : 0));

    long ended =
        found.stream()
            .filter(t -> t.window().equals("1h") && t.state() == AlertState.RESOLVED)
            .findFirst()
            .orElseThrow()
            .second();
    assertThat(ended - 600).isBetween(290L, 300L);
  }

  @Test
  void pagesNobodyForOneFailureWhereThereAreFewEvents() {
    AlertEngine engine = engine();
    Feed feed = new Feed();
    List<Alert> alerts = new ArrayList<>();
    for (long second = 0; second < 7200; second += 10) {
      boolean event = second % 600 == 0;
      feed.put(engine, window(second, event ? 1 : 0, second == 3600 ? 1 : 0));
      alerts.addAll(engine.evaluate(SLO, at(second + 13)));
    }

    assertThat(alerts).isEmpty();
  }

  /** An outage of two minutes each ten: the short window alone would end the page each time. */
  @Test
  void tellsOfAFlappingServiceAFewTimesAndNotEachTime() {
    int rounds = 36;
    List<Transition> found =
        run(new Case("flapping", 22_000, rounds * 600L, s -> s % 600 < 120 ? 1000 : 0));

    long pages =
        found.stream()
            .filter(t -> t.window().equals("1h") && t.state() == AlertState.FIRING)
            .count();
    assertThat(pages).isBetween(1L, 4L);
  }

  @Test
  void neitherFiresNorEndsInAGapAndGoesOnBehindIt() {
    AlertEngine engine = engine();
    Feed feed = new Feed();
    for (long second = -7200; second < 300; second += 10) {
      feed.put(engine, window(second, EACH_WINDOW, second < 0 ? 0 : EACH_WINDOW));
      engine.evaluate(SLO, at(second + 13));
    }
    List<Alert> inGap = new ArrayList<>();
    for (long second = 300; second < 1500; second += 10) {
      inGap.addAll(engine.evaluate(SLO, at(second + 13)));
    }
    assertThat(inGap)
        .extracting(alert -> alert.getLabels().get("alertname"))
        .containsExactly("SliInputLate");

    List<Alert> behind = new ArrayList<>();
    for (long second = 300; second < 1500; second += 10) {
      feed.put(engine, window(second, EACH_WINDOW));
      behind.addAll(engine.evaluate(SLO, at(1513)));
    }
    assertThat(behind)
        .extracting(alert -> alert.getLabels().get("alertname"), Alert::getState)
        .contains(
            tuple("SliInputLate", AlertState.RESOLVED),
            tuple("ErrorBudgetBurn", AlertState.RESOLVED));
  }

  /** The errors are known a minute later than their windows were sent. */
  @Test
  void firesWithTheCorrectionThatBringsTheErrors() {
    AlertEngine engine = engine();
    Feed feed = new Feed();
    long fired = -1;
    for (long second = -22_000; second < 600 && fired < 0; second += 10) {
      feed.put(engine, window(second, EACH_WINDOW));
      long late = second - 60;
      if (late >= 0) {
        feed.put(engine, revision(1, window(late, EACH_WINDOW, EACH_WINDOW)));
      }
      if (engine.evaluate(SLO, at(second + 13)).stream()
          .anyMatch(alert -> "1h".equals(alert.getLabels().get("window")))) {
        fired = second + 10;
      }
    }

    assertThat(fired).as("a minute after 60 s").isEqualTo(120);
  }

  private static long firstPage(long badOfThousand) {
    return run(new Case("step", 22_000, 3600, s -> badOfThousand)).stream()
        .filter(t -> t.window().equals("1h"))
        .findFirst()
        .orElseThrow()
        .second();
  }

  /** Seconds are those of the end of the window that decided. */
  private static List<Transition> run(Case pattern) {
    AlertEngine engine = engine();
    Feed feed = new Feed();
    List<Transition> transitions = new ArrayList<>();
    for (long second = -pattern.quiet(); second < pattern.seconds(); second += 10) {
      Counts counts = pattern.at(second);
      feed.put(engine, window(second, counts.total(), counts.bad()));
      for (Alert alert : engine.evaluate(SLO, at(second + 13))) {
        Map<String, String> labels = alert.getLabels();
        transitions.add(
            new Transition(labels.getOrDefault("window", "input"), alert.getState(), second + 10));
      }
    }
    return transitions;
  }

  private static List<Transition> expected(Case pattern) {
    int windows = (int) ((pattern.quiet() + pattern.seconds()) / 10);
    long[] bad = new long[windows + 1];
    for (int i = 0; i < windows; i++) {
      bad[i + 1] = bad[i] + pattern.at(i * 10L - pattern.quiet()).bad();
    }
    List<Transition> transitions = new ArrayList<>();
    for (Policy policy : POLICIES) {
      boolean fires = false;
      for (int end = 1; end <= windows; end++) {
        boolean due =
            burn(bad, end, policy.longSeconds()) > policy.threshold() * (1 + 1e-9)
                && burn(bad, end, policy.shortSeconds()) > policy.threshold() * (1 + 1e-9);
        if (due != fires) {
          fires = due;
          transitions.add(
              new Transition(
                  policy.name(),
                  due ? AlertState.FIRING : AlertState.RESOLVED,
                  end * 10L - pattern.quiet()));
        }
      }
    }
    return transitions;
  }

  private static double burn(long[] bad, int end, long seconds) {
    int from = Math.max(0, end - (int) (seconds / 10));
    return (double) (bad[end] - bad[from]) / ((end - from) * (double) EACH_WINDOW) / BUDGET;
  }

  private static AlertEngine engine() {
    String slo =
        """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: %s}
        spec:
          service: shop
          indicator:
            spec:
              ratioMetric:
                total:
                  metricSource: {type: sluice, spec: {signal: spans, selector: {service: shop}}}
                good:
                  metricSource: {type: sluice, spec: {noError: true}}
          timeWindow: [{duration: 30d, isRolling: true}]
          budgetingMethod: Occurrences
          objectives: [{target: 0.999}]
        """
            .formatted(SLO);
    AlertEngine engine = new AlertEngine(AlertsConfig.defaults());
    engine.define(
        Slos.of(
            new DefinitionSet(
                DefinitionKinds.SLOS, 1L, 0L, List.of(new DefinitionDocument("slo.yaml", slo)))));
    assertThat(engine.longestPeriod()).isEqualTo(Duration.ofDays(30));
    return engine;
  }
}
