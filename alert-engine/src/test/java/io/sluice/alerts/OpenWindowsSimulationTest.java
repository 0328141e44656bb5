package io.sluice.alerts;

import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.Windows.SLO;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.SliWindow;
import io.sluice.testkit.Telemetry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Alerts that fire from windows that are not over, in simulated time: events each tenth of a
 * second, told of each time while any of a window is bad; a window is over two seconds after its
 * end. When an alert may fire is computed a second time here, from the events alone.
 */
class OpenWindowsSimulationTest {

  private static final int TICKS = 10;
  private static final int WINDOW = 10 * TICKS;
  private static final int GRACE = 2 * TICKS;
  private static final double LIMIT = 5 * 0.01;

  /** Of windows of a minute and of 20 s. */
  private static final int LONG = 60 * TICKS;

  private static final int SHORT = 20 * TICKS;

  /**
   * Ten events a tick, of which some are bad for a time.
   *
   * @param quiet ticks without a bad event before
   * @param bad of the ten events of a tick
   * @param length how many ticks have bad events
   */
  record Outage(int quiet, int bad, int length) {

    int badAt(int tick) {
      return tick >= quiet && tick < quiet + length ? bad : 0;
    }

    long bad(int fromTick, int toTick) {
      long sum = 0;
      for (int tick = Math.max(0, fromTick); tick < toTick; tick++) {
        sum += badAt(tick);
      }
      return sum;
    }

    static long total(int fromTick, int toTick) {
      return 10L * (toTick - Math.max(0, fromTick));
    }

    /** Whether the share in the time before a tick is too large, by the definition. */
    boolean burns(int tick, int length) {
      return (double) bad(tick - length, tick) / (double) total(tick - length, tick) > LIMIT;
    }

    /** The same with what whole windows leave unknown: less bad, and more events. */
    boolean burnsForCertain(int tick, int length) {
      int begin = tick - tick % WINDOW;
      long bad = bad(begin + WINDOW - length, tick);
      return (double) bad / (double) total(begin - length - WINDOW, tick) > LIMIT;
    }
  }

  @Provide
  Arbitrary<Outage> outages() {
    return Combinators.combine(
            Arbitraries.integers().between(70 * TICKS, 80 * TICKS),
            Arbitraries.integers().between(1, 10),
            Arbitraries.integers().between(1, 90 * TICKS))
        .as(Outage::new);
  }

  private record Transition(AlertState state, int tick) {}

  @Property(tries = 300)
  void firesNoSoonerThanTheDefinitionSaysAndAsSoonAsItIsCertain(@ForAll("outages") Outage outage) {
    List<Transition> early = run(outage, true);
    List<Transition> patient = run(outage, false);

    int certain = first(outage, true);
    if (!early.isEmpty()) {
      Transition fired = early.get(0);
      assertThat(fired.state()).isEqualTo(AlertState.FIRING);
      assertThat(fired.tick()).isGreaterThanOrEqualTo(first(outage, false));
    }
    if (certain < Integer.MAX_VALUE) {
      assertThat(early.get(0).tick()).isLessThanOrEqualTo(certain + 1);
    }
    if (!patient.isEmpty()) {
      assertThat(early.get(0).tick()).isLessThanOrEqualTo(patient.get(0).tick());
      assertThat(early).as("one episode, over with the same window").hasSize(2);
      assertThat(early.get(1)).isEqualTo(patient.get(1));
    }
  }

  /** 5 % of a minute are 3 s of a total outage. */
  @Property(tries = 100)
  void findsATotalOutageWithinASecondOfTheLeastTimeThatItTakes(@ForAll("outages") Outage any) {
    Outage total = new Outage(any.quiet(), 10, 60 * TICKS);

    int fired = run(total, true).get(0).tick() - total.quiet();

    assertThat(fired).isBetween(3 * TICKS, 4 * TICKS);
  }

  private static int first(Outage outage, boolean forCertain) {
    for (int tick = outage.quiet(); tick < outage.quiet() + outage.length() + LONG; tick++) {
      boolean both =
          forCertain
              ? outage.burnsForCertain(tick, LONG) && outage.burnsForCertain(tick, SHORT)
              : outage.burns(tick, LONG) && outage.burns(tick, SHORT);
      if (both) {
        return tick;
      }
    }
    return Integer.MAX_VALUE;
  }

  private static List<Transition> run(Outage outage, boolean tellsOpen) {
    AlertEngine engine = new AlertEngine(AlertsConfig.defaults());
    engine.define(SloFile.slos(slo(SLO).page(5, "1m", "20s", "0s")));
    Feed feed = new Feed();
    List<Transition> transitions = new ArrayList<>();
    int end = outage.quiet() + outage.length() + LONG + 2 * WINDOW;
    for (int tick = 1; tick <= end; tick++) {
      List<Alert> decided = new ArrayList<>();
      if (tellsOpen) {
        for (int start = tick - tick % WINDOW - WINDOW; start < tick; start += WINDOW) {
          if (start >= 0 && start + WINDOW + GRACE > tick && outage.bad(start, tick) > 0) {
            engine.putOpen(window(outage, start, Math.min(tick, start + WINDOW), -1));
            decided.addAll(engine.evaluateOpen(SLO, at(tick)));
          }
        }
      }
      if ((tick - GRACE) % WINDOW == 0 && tick >= WINDOW + GRACE) {
        int start = tick - GRACE - WINDOW;
        feed.put(engine, window(outage, start, start + WINDOW, 0));
        decided.addAll(engine.evaluate(SLO, at(tick)));
      }
      for (Alert alert : decided) {
        transitions.add(new Transition(alert.getState(), tick));
      }
    }
    return transitions;
  }

  private static SliWindow window(Outage outage, int start, int until, int revision) {
    long total = Outage.total(start, until);
    return SliWindow.newBuilder(Windows.window(start / TICKS, total, outage.bad(start, until)))
        .setRevision(revision)
        .build();
  }

  private static Instant at(int tick) {
    return Telemetry.START.plusMillis(tick * 1000L / TICKS);
  }
}
