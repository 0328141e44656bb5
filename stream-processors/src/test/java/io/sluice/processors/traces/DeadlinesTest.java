package io.sluice.processors.traces;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.CloseReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DeadlinesTest {

  private static final TracesConfig CONFIG = TracesConfig.defaults();
  private static final long SETTLE = CONFIG.settle().toMillis();
  private static final long INACTIVITY = CONFIG.inactivity().toMillis();
  private static final long AGE = CONFIG.maxAge().toMillis();

  private Deadlines deadlines = new Deadlines(CONFIG);

  @Example
  void comesEarlierWhenTheTraceIsComplete() {
    OpenTrace trace = open(1, 0);
    add(1, trace, 1, 100);

    assertThat(deadlines.due(100 + SETTLE - 1)).isEmpty();
    assertThat(deadlines.due(100 + SETTLE)).containsExactly(Spans.key(1));
  }

  @Example
  void comesLaterWhenASpanComes() {
    OpenTrace trace = open(1, 0);
    add(1, trace, 3, INACTIVITY - 1);

    assertThat(deadlines.due(INACTIVITY)).isEmpty();
    assertThat(deadlines.due(2 * INACTIVITY - 1)).containsExactly(Spans.key(1));
  }

  @Example
  void agePutsAnEndToABusyTrace() {
    OpenTrace trace = open(1, 0);
    for (int second = 1; second <= 300; second++) {
      add(1, trace, 10 + second, 1000L * second);
      assertThat(deadlines.due(1000L * second - 1)).isEmpty();
    }

    assertThat(trace.closeReason(CONFIG, AGE)).contains(CloseReason.AGE);
    assertThat(deadlines.due(AGE)).containsExactly(Spans.key(1));
  }

  @Example
  void agePutsAnEndToACompleteTraceThatIsNeverQuiet() {
    OpenTrace trace = open(1, 0);
    for (long now = 0; now < AGE; now += SETTLE / 2) {
      add(1, trace, 1, now);
      assertThat(trace.closeReason(CONFIG, now)).isEqualTo(Optional.empty());
    }

    assertThat(trace.closeReason(CONFIG, AGE)).contains(CloseReason.COMPLETE);
  }

  @Example
  void aClosedTraceLeavesNothingBehind() {
    for (int number = 1; number <= 1000; number++) {
      OpenTrace trace = open(number, 0);
      add(number, trace, 1, 1); // complete now: earlier than it was
      deadlines.remove(Spans.key(number));
    }

    assertThat(deadlines.queued()).isZero();
    assertThat(deadlines.size()).isZero();
    assertThat(deadlines.oldest()).isNull();
  }

  /** Against the definition: a trace is due when its own deadline is reached. */
  @Property(tries = 500)
  void findsWhatIsDueWhateverCame(@ForAll @Size(max = 60) List<@IntRange(max = 39) Integer> steps) {
    deadlines = new Deadlines(CONFIG); // jqwik makes one object for all tries
    Map<TraceKey, OpenTrace> expected = new HashMap<>();
    long now = 0;
    for (int step : steps) {
      now += 97L * step;
      int number = 1 + step % 4;
      TraceKey key = Spans.key(number);
      OpenTrace trace = expected.get(key);
      if (trace == null) {
        trace = open(number, now);
        expected.put(key, trace);
      } else {
        add(number, trace, step % 3 + 1, now);
      }
      long time = now;
      assertThat(deadlines.due(now))
          .containsExactlyInAnyOrderElementsOf(
              expected.entrySet().stream()
                  .filter(entry -> entry.getValue().deadlineMillis(CONFIG) <= time)
                  .map(Map.Entry::getKey)
                  .toList())
          .allSatisfy(deadlines::remove);
      expected.values().removeIf(open -> open.deadlineMillis(CONFIG) <= time);
      assertThat(deadlines.queued()).isEqualTo(deadlines.size()).isEqualTo(expected.size());
    }
  }

  /** A trace with its second span only, whose parent is the first. */
  private OpenTrace open(int number, long now) {
    OpenTrace trace = new OpenTrace(1, now);
    deadlines.put(Spans.key(number), trace);
    add(number, trace, 2, now);
    return trace;
  }

  private void add(int number, OpenTrace trace, int span, long now) {
    byte[] rootId = Spans.span(number, 1).spanId();
    trace.add(
        span == 1
            ? Spans.refs(Spans.span(number, 1))
            : Spans.refs(Spans.span(number, span).parent(rootId)),
        100,
        now);
    deadlines.changed(Spans.key(number), trace);
  }
}
