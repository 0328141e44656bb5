package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.spanId;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The same spans give the same edges in whatever records they come. */
class EdgesPropertiesTest {

  private static final SpanKind[] KINDS = SpanKind.values();

  private final CallReader reader = new CallReader(200);

  @Property(tries = 500)
  void doNotDependOnWhichSpansCameTogether(
      @ForAll @IntRange(min = 1, max = 12) int size,
      @ForAll @IntRange(min = 1, max = 6) int records,
      @ForAll Random random) {
    List<SpanBuilder> spans = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      SpanKind kind = KINDS[random.nextInt(KINDS.length)];
      SpanBuilder span =
          service("s" + random.nextInt(4))
              .span("x")
              .kind(kind)
              .trace(traceId(1))
              .id(spanId(i))
              .attribute("server.address", "peer" + i)
              .attribute("messaging.destination.name", "q" + i);
      // Parents may be missing, and come later than their children.
      int parent = random.nextInt(size + 3);
      spans.add(parent == 0 || parent == i ? span : span.parent(spanId(parent)));
    }
    List<String> together = edges(List.of(spans));

    List<List<SpanBuilder>> apart = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      apart.add(new ArrayList<>());
    }
    Collections.shuffle(spans, random);
    spans.forEach(span -> apart.get(random.nextInt(records)).add(span));

    assertThat(edges(apart)).isEqualTo(together);
  }

  /** Of all records, and of what waits in vain then. */
  private List<String> edges(List<List<SpanBuilder>> records) {
    List<String> edges = new ArrayList<>();
    EarlierSpans earlier = EarlierSpans.NONE;
    for (List<SpanBuilder> record : records) {
      byte[] otlp = Telemetry.spans(record.toArray(SpanBuilder[]::new)).toByteArray();
      TraceCalls found =
          TraceCalls.read(Slice.of(otlp), reader, 200, Long.MAX_VALUE).calls(earlier);
      found.calls().forEach(call -> edges.add(edge(call)));
      earlier = found.spans();
    }
    for (CallSide side : earlier.sides()) {
      if (!side.settled()) {
        Call alone = TraceCalls.alone(side);
        edges.add(alone == null ? "unpaired " + side.service() : edge(alone));
      }
    }
    Collections.sort(edges);
    return edges;
  }

  private static String edge(Call call) {
    return call.client() + " -> " + call.server() + " " + call.connection();
  }
}
