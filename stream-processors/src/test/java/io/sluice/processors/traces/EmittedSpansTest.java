package io.sluice.processors.traces;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SpanBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmittedSpansTest {

  private static final int MOST = 10;

  private final MemoryStore store = new MemoryStore();

  @Test
  void knowsSpansByTheirIdAndByTheirContentAlsoAfterARestart() {
    EmittedSpans before = new EmittedSpans(store, MOST);
    SpanBuilder first = Spans.span(1, 2);
    SpanBuilder sameId = Spans.span(1, 2).attribute("side", "other");
    emit(before, first, sameId);
    before.write();

    for (EmittedSpans emitted : List.of(before, new EmittedSpans(store, MOST))) {
      for (SpanBuilder span : List.of(first, sameId)) {
        BatchSpans read = read(span);
        assertThat(emitted.has(Spans.key(1), read.id(0), read.content(0))).isTrue();
        assertThat(emitted.has(Spans.key(2), read.id(0), read.content(0))).isFalse();
        assertThat(emitted.has(Spans.key(1), read.id(0), read.content(0) + 1)).isFalse();
        assertThat(emitted.hasId(Spans.key(1), read.id(0))).isTrue();
        assertThat(emitted.hasId(Spans.key(1), read.id(0) + 1)).isFalse();
      }
    }
  }

  @Test
  void forgetsTheOldestWhereThereAreTooMany() {
    EmittedSpans emitted = new EmittedSpans(store, MOST);
    for (int i = 1; i <= 3 * MOST; i++) {
      emit(emitted, Spans.span(i, 1));
      emitted.write();
    }

    assertThat(knowsSpanOf(emitted, 2 * MOST)).isFalse();
    assertThat(knowsSpanOf(emitted, 2 * MOST + 1)).isTrue();
    assertThat(store.size()).isEqualTo(MOST);
  }

  private static boolean knowsSpanOf(EmittedSpans emitted, int trace) {
    return emitted.hasId(Spans.key(trace), read(Spans.span(trace, 1)).id(0));
  }

  private static void emit(EmittedSpans emitted, SpanBuilder... spans) {
    byte[] bytes = Spans.request(spans);
    BatchSpans read = new BatchSpans();
    read.read(bytes);
    Batch batch = new Batch(0, 0, bytes);
    OpenTrace trace = new OpenTrace(read.trace(0), 1, Ending.OVER, 0, read.size());
    for (int i = 0; i < read.size(); i++) {
      trace.add(batch, read, i, 0);
    }
    emitted.add(trace);
  }

  private static BatchSpans read(SpanBuilder span) {
    BatchSpans read = new BatchSpans();
    read.read(Spans.request(span));
    return read;
  }
}
