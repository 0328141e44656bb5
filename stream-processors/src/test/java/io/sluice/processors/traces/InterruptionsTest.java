package io.sluice.processors.traces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.Trace;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a restart, a failed transaction or a step of the clock may not change. */
class InterruptionsTest {

  private static final TracesConfig CONFIG = TracesConfig.defaults();

  private final SpanBuilder root = Spans.span(1, 1);
  private final SpanBuilder child = Spans.span(1, 2).parent(root.spanId());
  private final TaskInMemory task = new TaskInMemory(CONFIG);

  @Test
  void continuesOpenTracesAfterARestart() {
    read(Spans.request(child));
    task.commit();
    task.crash();

    read(Spans.request(root));
    task.run(CONFIG.settle());

    assertThat(only().getCloseReason()).isEqualTo(CloseReason.COMPLETE);
    assertThat(Spans.in(only())).containsExactlyInAnyOrder(root.toProto(), child.toProto());
  }

  @Test
  void givesWaitingTracesTimeAfterTheProcessWasDown() {
    read(Spans.request(child));
    task.commit();
    task.jump(Duration.ofHours(2));
    task.crash();

    task.run(Duration.ofSeconds(1)); // the backlog is not read yet
    read(Spans.request(root));
    task.run(CONFIG.settle());

    assertThat(only().getCloseReason()).isEqualTo(CloseReason.COMPLETE);
  }

  @Test
  void closesNoTraceEarlyWhenTheClockIsSetForward() {
    read(Spans.request(child));
    task.jump(Duration.ofHours(1));
    task.run(Duration.ofSeconds(1));

    read(Spans.request(root));
    task.run(CONFIG.settle());

    assertThat(only().getCloseReason()).isEqualTo(CloseReason.COMPLETE);
  }

  @Test
  void closesTracesInTimeWhenTheClockIsSetBack() {
    read(Spans.request(root));
    task.jump(Duration.ofHours(-1));
    task.run(CONFIG.settle().plusMillis(100));

    assertThat(only().getCloseReason()).isEqualTo(CloseReason.COMPLETE);
  }

  @Test
  void readsTheSpansOfAFailedTransactionAgain() {
    read(Spans.request(child));
    read(Spans.request(root));
    task.revive();

    task.poll();
    task.run(CONFIG.settle());

    assertThat(Spans.in(only())).containsExactlyInAnyOrder(root.toProto(), child.toProto());
    assertThat(task.openTraces()).isZero();
  }

  @Test
  void emitsNothingOfATraceWhoseTransactionFailed() {
    read(Spans.request(root));
    task.revive(); // and what was read does not come again, as after a reset of offsets
    task.run(CONFIG.inactivity());

    assertThat(task.sent()).isEmpty();
    assertThat(task.openTraces()).isZero();
  }

  @Test
  void knowsALateSpanAfterALongStandstill() {
    read(Spans.request(root));
    task.run(CONFIG.settle());
    task.commit();
    task.jump(CONFIG.remember().multipliedBy(2));
    task.crash();
    task.run(Duration.ofSeconds(1));

    read(Spans.request(child));
    task.run(CONFIG.settle());

    assertThat(task.sent()).extracting(Trace::getVersion).containsExactly(1, 2);
  }

  @Test
  void closesTheOldestUnderPressureAlsoAfterARestart() {
    TaskInMemory crowded = new TaskInMemory(Configs.open(2, CONFIG.maxOpenSpans()));
    for (int trace : new int[] {3, 1, 2}) {
      crowded.produce(Spans.request(Spans.span(trace, 2).parent(root.spanId())));
      crowded.run(Duration.ofMillis(100));
      if (trace != 2) {
        crowded.poll();
      }
    }
    crowded.commit();
    crowded.crash();

    crowded.poll();

    assertThat(crowded.sent())
        .singleElement()
        .satisfies(
            trace -> {
              assertThat(TraceKey.of(trace.getTraceId().bytes())).isEqualTo(Spans.key(3));
              assertThat(trace.getCloseReason()).isEqualTo(CloseReason.PRESSURE);
            });
  }

  /** Of the same batch: one trace is closed, the other keeps the batch. */
  @Test
  void emitsNothingAgainOfABatchThatAnotherTraceNeeds() {
    SpanBuilder waiting = Spans.span(2, 2).parent(root.spanId());
    read(Spans.request(root, child, waiting));
    task.run(CONFIG.settle());
    task.commit();
    task.crash();

    task.run(CONFIG.inactivity());

    assertThat(task.sent()).hasSize(2);
    assertThat(Spans.in(task.sent().get(0)))
        .containsExactlyInAnyOrder(root.toProto(), child.toProto());
    assertThat(Spans.in(task.sent().get(1))).containsExactly(waiting.toProto());
    assertThat(task.batches()).isZero();
  }

  /** The first parts of a batch are emitted, the rest of it is open. */
  @Test
  void emitsNoPartAgainAfterARestart() {
    TaskInMemory small = new TaskInMemory(Configs.size(3, CONFIG.maxBytes()));
    List<SpanBuilder> spans = Spans.tree(1, List.of(0, 0, 0, 0, 0, 0));
    small.produce(Telemetry.spans(spans).toByteArray());
    small.poll();
    small.commit();
    small.crash();
    small.run(CONFIG.inactivity());

    assertThat(small.sent()).extracting(Trace::getSpanCount).containsExactly(3, 3, 1);
    assertThat(small.sent().stream().flatMap(trace -> Spans.in(trace).stream()))
        .containsExactlyInAnyOrderElementsOf(Spans.protos(spans));
    assertThat(small.sent().get(2).getCompleteness()).isEqualTo(Completeness.TOO_LARGE);
  }

  /** Its first version is forgotten meanwhile, and what it was closed with is deleted. */
  @Test
  void continuesTheVersionOfALateTraceAfterARestart() {
    TracesConfig config = Configs.remember(Duration.ofSeconds(2));
    TaskInMemory brief = new TaskInMemory(config);
    brief.produce(Spans.request(root));
    brief.poll();
    brief.run(config.settle());
    for (int number = 2; number < 15; number++) {
      brief.produce(Spans.request(Spans.span(1, number).parent(root.spanId())));
      brief.produce(Spans.request(Spans.span(number, 1)));
      brief.poll();
      brief.run(Duration.ofMillis(300));
    }
    brief.commit();
    brief.crash();
    brief.run(config.settle());

    assertThat(brief.sent())
        .filteredOn(trace -> TraceKey.of(trace.getTraceId().bytes()).equals(Spans.key(1)))
        .extracting(Trace::getVersion, Trace::getSpanCount)
        .containsExactly(tuple(1, 1), tuple(2, 13));
  }

  @Test
  void countsNothingOfATaskThatWasClosed() {
    read(Spans.request(child));
    task.commit();
    assertThat(task.openTraces()).isEqualTo(1);

    task.close();

    assertThat(task.openTraces()).isZero();
  }

  @Test
  void forgetsClosedTracesInTheEnd() {
    for (int trace = 1; trace <= 2000; trace++) {
      task.produce(Spans.request(Spans.span(trace, 1)));
    }
    task.poll();
    task.run(CONFIG.settle());
    assertThat(task.remembered()).isPositive();

    task.run(CONFIG.remember().plusSeconds(2));

    assertThat(task.remembered()).isEqualTo(1); // the newest slice knows the time
    read(Spans.request(Spans.span(7, 1)));
    task.run(CONFIG.settle());
    assertThat(task.sent().get(2000).getVersion()).isEqualTo(1);
  }

  private void read(byte[] batch) {
    task.produce(batch);
    task.poll();
  }

  private Trace only() {
    assertThat(task.sent()).hasSize(1);
    return task.sent().get(0);
  }
}
