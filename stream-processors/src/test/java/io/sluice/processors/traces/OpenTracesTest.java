package io.sluice.processors.traces;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.CloseReason;
import io.sluice.testkit.SpanBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** When an open trace is due. */
class OpenTracesTest {

  private static final TracesConfig CONFIG = TracesConfig.defaults();
  private static final long SETTLE = CONFIG.settle().toMillis();
  private static final long INACTIVITY = CONFIG.inactivity().toMillis();
  private static final long AGE = CONFIG.maxAge().toMillis();

  private final BatchSpans spans = new BatchSpans();
  private OpenTraces open = new OpenTraces(CONFIG);

  @Example
  void isEarlierWhenTheTraceIsComplete() {
    OpenTrace trace = open(1, 0);
    add(trace, 1, 1, 100);

    assertThat(due(100 + SETTLE - 1)).isEmpty();
    assertThat(due(100 + SETTLE)).containsExactly(trace);
  }

  @Example
  void isLaterWhenASpanComes() {
    OpenTrace trace = open(1, 0);
    add(trace, 1, 3, INACTIVITY - 1);

    assertThat(due(INACTIVITY)).isEmpty();
    assertThat(due(2 * INACTIVITY - 1)).containsExactly(trace);
  }

  @Example
  void isAtAnAgeHoweverBusyTheTraceIs() {
    OpenTrace trace = open(1, 0);
    for (int second = 1; second <= 299; second++) {
      add(trace, 1, 10 + second, 1000L * second);
      assertThat(due(1000L * second)).isEmpty();
    }

    assertThat(trace.closeReason(CONFIG, AGE)).contains(CloseReason.AGE);
    assertThat(due(AGE)).containsExactly(trace);
  }

  @Example
  void isAtAnAgeAlsoForACompleteTraceThatIsNeverQuiet() {
    OpenTrace trace = open(1, 0);
    for (long now = 0; now < AGE; now += SETTLE / 2) {
      add(trace, 1, 1, now);
      assertThat(trace.closeReason(CONFIG, now)).isEqualTo(Optional.empty());
    }

    assertThat(trace.closeReason(CONFIG, AGE)).contains(CloseReason.COMPLETE);
  }

  @Example
  void aClosedTraceLeavesNothingBehind() {
    for (int number = 1; number <= 1000; number++) {
      OpenTrace trace = open(number, 0);
      add(trace, number, 1, 1); // complete now
      open.remove(trace);
    }

    assertThat(open.size()).isZero();
    assertThat(open.spans()).isZero();
    assertThat(open.oldest()).isNull();
    assertThat(due(Long.MAX_VALUE / 2)).isEmpty();
  }

  /** Against the definition: a trace is due when its own deadline is reached. */
  @Property(tries = 500)
  void findsWhatIsDueWhateverCame(@ForAll @Size(max = 60) List<@IntRange(max = 39) Integer> steps) {
    open = new OpenTraces(CONFIG); // jqwik makes one object for all tries
    Map<Integer, OpenTrace> expected = new HashMap<>();
    long now = 0;
    for (int step : steps) {
      now += 97L * step;
      int number = 1 + step % 4;
      OpenTrace trace = expected.get(number);
      if (trace == null) {
        expected.put(number, open(number, now));
      } else {
        add(trace, number, step % 3 + 1, now);
      }
      long time = now;
      assertThat(due(now))
          .containsExactlyInAnyOrderElementsOf(
              expected.values().stream().filter(it -> it.deadlineMillis(CONFIG) <= time).toList());
      expected.values().removeIf(it -> it.deadlineMillis(CONFIG) <= time);
      assertThat(open.size()).isEqualTo(expected.size());
      assertThat(open.spans())
          .isEqualTo(expected.values().stream().mapToLong(OpenTrace::spans).sum());
    }
  }

  private List<OpenTrace> due(long now) {
    List<OpenTrace> due = new ArrayList<>();
    for (OpenTrace next = open.due(now); next != null; next = open.due(now)) {
      due.add(next);
      open.remove(next);
    }
    return due;
  }

  /** A trace with its second span only, whose parent is the first. */
  private OpenTrace open(int number, long now) {
    OpenTrace trace = new OpenTrace(Spans.key(number), 1, Ending.OVER, now, 1);
    open.put(trace);
    add(trace, number, 2, now);
    return trace;
  }

  private void add(OpenTrace trace, int number, int span, long now) {
    SpanBuilder root = Spans.span(number, 1);
    byte[] batch = Spans.request(span == 1 ? root : Spans.span(number, span).parent(root.spanId()));
    spans.read(batch);
    trace.add(new Batch(0, now, batch), spans, 0, batch.length);
    open.gotSpan(trace);
  }
}
