package io.sluice.processors.traces;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Trace;
import io.sluice.testkit.SpanBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What must hold for any trace, whatever order its spans come in and whatever breaks meanwhile. */
class AssemblingPropertiesTest {

  private static final TracesConfig CONFIG = TracesConfig.defaults();

  /** Which span is the parent of each span after the root. */
  @Provide
  Arbitrary<List<Integer>> shapes() {
    return Arbitraries.integers().between(0, 50).list().ofMaxSize(12);
  }

  @Property(tries = 300)
  void emitsOneTraceInAnyOrderAndAnyCut(
      @ForAll("shapes") List<Integer> shape, @ForAll Random random) {
    List<SpanBuilder> spans = Spans.tree(1, shape);
    TaskInMemory task = new TaskInMemory(CONFIG);

    Spans.batches(spans, random).forEach(task::produce);
    task.poll();
    task.run(CONFIG.settle());

    assertThat(task.sent()).hasSize(1);
    Trace trace = task.sent().get(0);
    assertThat(Spans.in(trace)).containsExactlyInAnyOrderElementsOf(Spans.protos(spans));
    assertThat(trace.getSpanCount()).isEqualTo(spans.size());
    assertThat(trace.getCloseReason()).isEqualTo(CloseReason.COMPLETE);
    assertThat(trace.getMissingParents()).isEmpty();
    assertThat(trace.getRootOperation()).isEqualTo("operation 1");
  }

  @Property(tries = 300)
  void countsARepeatedSpanOnce(@ForAll("shapes") List<Integer> shape, @ForAll Random random) {
    List<SpanBuilder> spans = new ArrayList<>(Spans.tree(1, shape));
    // Another span with the id of one that there is, as client and server have it in Zipkin.
    SpanBuilder shared = spans.get(random.nextInt(spans.size()));
    spans.add(Spans.span(1, 99).id(shared.spanId()).parent(spans.get(0).spanId()));
    List<SpanBuilder> withRepeats = new ArrayList<>(spans);
    IntStream.range(0, 10).forEach(i -> withRepeats.add(spans.get(random.nextInt(spans.size()))));
    List<byte[]> batches = Spans.batches(withRepeats, random);
    TaskInMemory task = new TaskInMemory(CONFIG);

    batches.forEach(task::produce);
    batches.forEach(task::produce); // the exporter sends all again
    task.poll();
    task.run(CONFIG.settle());

    assertThat(task.sent()).hasSize(1);
    assertThat(Spans.in(task.sent().get(0)))
        .containsExactlyInAnyOrderElementsOf(Spans.protos(spans));
  }

  /** As exporters do that got no answer, and ask again after the trace was emitted. */
  @Property(tries = 300)
  void countsASpanOnceThatComesAgainAfterItsTraceWasEmitted(
      @ForAll("shapes") List<Integer> shape, @ForAll Random random, @ForAll boolean restarted) {
    List<SpanBuilder> spans = Spans.tree(1, shape);
    TaskInMemory task = new TaskInMemory(CONFIG);
    Spans.batches(spans, random).forEach(task::produce);
    task.poll();
    task.run(CONFIG.settle());
    task.commit();
    if (restarted) {
      task.crash();
    }

    Spans.batches(spans, random).forEach(task::produce);
    SpanBuilder late = Spans.span(1, 99).parent(spans.get(random.nextInt(spans.size())).spanId());
    task.produce(Spans.request(late, spans.get(0)));
    task.poll();
    task.commit();
    if (restarted) {
      task.crash(); // the batch of the late span has one that came again
    }
    task.run(CONFIG.settle().plusSeconds(1));

    assertThat(task.sent()).hasSize(2);
    Trace amendment = task.sent().get(1);
    assertThat(Spans.in(amendment)).containsExactly(late.toProto());
    assertThat(amendment.getMissingParentCount()).isZero();
    assertThat(amendment.getOrphanCount()).isZero();
  }

  /** What may happen between two batches. */
  enum Event {
    NOTHING,
    WAIT_A_TICK,
    WAIT_PAST_SETTLE,
    WAIT_PAST_INACTIVITY,
    CLOCK_FORWARD,
    CLOCK_BACK,
    COMMIT,
    CRASH,
    REVIVE
  }

  @Property(tries = 1000)
  void losesAndRepeatsNothingWhateverBreaks(
      @ForAll("shapes") List<Integer> shape, @ForAll Random random, @ForAll List<Event> events) {
    List<SpanBuilder> all = new ArrayList<>();
    for (int trace = 1; trace <= 3; trace++) {
      all.addAll(Spans.tree(trace, shape));
    }
    List<byte[]> batches = Spans.batches(all, random);
    List<Event> script = new ArrayList<>(events);
    batches.forEach(unused -> script.add(Event.NOTHING));
    Collections.shuffle(script, random);
    TaskInMemory task = new TaskInMemory(Configs.small());

    int next = 0;
    for (Event event : script) {
      if (next < batches.size()) {
        task.produce(batches.get(next++));
      }
      happen(event, task);
    }
    task.poll();
    task.run(CONFIG.inactivity().plusSeconds(1)); // a clock set back costs a tick
    task.commit();

    List<Span> emitted = task.sent().stream().flatMap(trace -> Spans.in(trace).stream()).toList();
    assertThat(emitted).containsExactlyInAnyOrderElementsOf(Spans.protos(all));
    assertThat(task.sent()).allSatisfy(trace -> assertThat(trace.getSpanCount()).isPositive());
    for (int trace = 1; trace <= 3; trace++) {
      TraceKey key = Spans.key(trace);
      List<Integer> versions =
          task.sent().stream()
              .filter(sent -> TraceKey.of(sent.getTraceId().bytes()).equals(key))
              .map(Trace::getVersion)
              .toList();
      assertThat(versions)
          .containsExactlyElementsOf(IntStream.rangeClosed(1, versions.size()).boxed().toList());
    }
    assertThat(task.batches()).isZero();
    assertThat(task.openTraces()).isZero();
  }

  private static void happen(Event event, TaskInMemory task) {
    task.poll();
    switch (event) {
      case NOTHING -> {}
      case WAIT_A_TICK -> task.run(Duration.ofMillis(100));
      case WAIT_PAST_SETTLE -> task.run(CONFIG.settle());
      case WAIT_PAST_INACTIVITY -> task.run(CONFIG.inactivity());
      case CLOCK_FORWARD -> task.jump(Duration.ofHours(1));
      case CLOCK_BACK -> task.jump(Duration.ofHours(-1));
      case COMMIT -> task.commit();
      case CRASH -> task.crash();
      case REVIVE -> task.revive();
    }
  }
}
