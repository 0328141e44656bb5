package io.sluice.processors.traces;

import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.testkit.Service;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a batch, and cut out of it again. */
class BatchSpansTest {

  private static final ByteString NOT_PROTOBUF = ByteString.copyFrom(new byte[] {7, 7, 7});

  private final BatchSpans spans = new BatchSpans();
  private final TraceCutter cutter = new TraceCutter();

  @Property(tries = 300)
  void givesEachTraceItsSpansWithTheirResource(
      @ForAll @Size(max = 90) List<@IntRange(min = 1, max = 5) Integer> traces) throws Exception {
    List<SpanBuilder> all = new ArrayList<>();
    for (int trace : traces) {
      all.add(Spans.span(trace, all.size() + 1));
    }
    byte[] batch = Telemetry.spans(all).toByteArray();

    spans.read(batch);

    assertThat(spans.size()).isEqualTo(all.size());
    for (int trace : new HashSet<>(traces)) {
      List<SpanBuilder> expected =
          all.stream()
              .filter(span -> Spans.key(trace).equals(TraceKey.of(span.traceId())))
              .toList();
      assertThat(ExportTraceServiceRequest.parseFrom(cut(batch, trace)).getResourceSpansList())
          .containsExactlyInAnyOrderElementsOf(Telemetry.spans(expected).getResourceSpansList());
    }
  }

  /** What is announced of a record's size is enough, and not far too much. */
  @Property(tries = 100)
  void knowsHowLargeARecordBecomes(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 3) Integer> traces) {
    List<SpanBuilder> all = new ArrayList<>();
    for (int trace : traces) {
      all.add(Spans.span(trace, all.size() + 1));
    }
    byte[] bytes = Telemetry.spans(all).toByteArray();
    spans.read(bytes);
    Batch batch = new Batch(0, 0, bytes);
    TraceKey key = Spans.key(traces.get(0));
    OpenTrace trace = new OpenTrace(key, 1, Ending.OVER, 0, 1);
    long announced = 0;
    for (int i = 0; i < spans.size(); i++) {
      if (spans.isOf(i, key)) {
        int group = spans.group(i);
        announced += spans.length(i);
        announced += trace.covers(batch, group) ? 0 : spans.groupBytes(group);
        trace.add(batch, spans, i, 0);
      }
    }

    assertThat((long) cut(bytes, traces.get(0)).length).isBetween(announced / 2, announced);
  }

  @Test
  void keepsWhatThisBuildDoesNotKnow() throws Exception {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(900, UnknownFieldSet.Field.newBuilder().addFixed32(7).build())
            .build();
    Span span = Spans.span(1, 1).toProto().toBuilder().setUnknownFields(unknown).build();
    ExportTraceServiceRequest request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setSchemaUrl("https://opentelemetry.io/schemas/1.40.0")
                    .setUnknownFields(unknown)
                    .addScopeSpans(
                        ScopeSpans.newBuilder().addSpans(span).setUnknownFields(unknown)))
            .build();

    spans.read(request.toByteArray());

    assertThat(ExportTraceServiceRequest.parseFrom(cut(request.toByteArray(), 1)))
        .isEqualTo(request);
  }

  @Test
  void knowsSpansWhoseIdsCannotBe() {
    List<SpanBuilder> bad =
        List.of(
            Spans.span(1, 2).trace(new byte[16]),
            Spans.span(1, 3).trace(new byte[15]),
            Spans.span(1, 4).trace(new byte[8]),
            Spans.span(1, 4).trace(new byte[0]),
            Spans.span(1, 5).id(new byte[8]),
            Spans.span(1, 6).id(new byte[7]),
            Spans.span(1, 7).parent(traceId(9)));

    for (SpanBuilder span : bad) {
      spans.read(Spans.request(Spans.span(1, 1), span));

      assertThat(spans.hasValidIds(0)).isTrue();
      assertThat(spans.hasValidIds(1)).isFalse();
    }
  }

  @Test
  void takesAParentOfZerosForNone() {
    spans.read(Spans.request(Spans.span(1, 1).parent(new byte[8])));

    assertThat(spans.hasValidIds(0)).isTrue();
    assertThat(spans.parent(0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"resource", "status", "scope", "tracestate", "name", "link", "link id"})
  void refusesAtOnceWhatCouldNotBeReadWhenTheTraceIsClosed(String what) {
    Span good = Spans.span(1, 1).toProto();
    ResourceSpans.Builder resource = ResourceSpans.newBuilder();
    switch (what) {
      case "resource" ->
          resource
              .setUnknownFields(field(1, NOT_PROTOBUF))
              .addScopeSpans(ScopeSpans.newBuilder().addSpans(good));
      case "status" -> resource.addScopeSpans(with(good, field(15, NOT_PROTOBUF)));
      case "link" -> resource.addScopeSpans(with(good, field(13, NOT_PROTOBUF)));
      case "link id" -> resource.addScopeSpans(with(good, field(13, number(1).toByteString())));
      case "tracestate" -> resource.addScopeSpans(with(good, number(3)));
      case "name" -> resource.addScopeSpans(with(good, number(5)));
      default ->
          resource.addScopeSpans(
              ScopeSpans.newBuilder().addSpans(good).setUnknownFields(number(1)));
    }
    byte[] request =
        ExportTraceServiceRequest.newBuilder().addResourceSpans(resource).build().toByteArray();

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> spans.read(request))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
  }

  @Test
  void refusesABatchThatWouldGrowWithoutBounds() {
    Service huge = service("shop").with("blob", "x".repeat(1 << 20));
    List<SpanBuilder> all =
        IntStream.rangeClosed(1, 100)
            .mapToObj(trace -> huge.span("s").trace(traceId(trace)))
            .toList();
    byte[] request = Telemetry.spans(all).toByteArray();

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> spans.read(request))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
  }

  @Test
  void takesALargeResourceOfTwoTracesThatAlternate() {
    Service large = service("shop").with("blob", "x".repeat(1 << 20));
    List<SpanBuilder> all =
        IntStream.rangeClosed(1, 100)
            .mapToObj(span -> large.span("s").trace(traceId(1 + span % 2)))
            .toList();

    spans.read(Telemetry.spans(all).toByteArray());

    assertThat(spans.size()).isEqualTo(100);
  }

  private byte[] cut(byte[] batch, int trace) {
    int[] starts =
        IntStream.range(0, spans.size())
            .filter(i -> spans.isOf(i, Spans.key(trace)))
            .map(spans::start)
            .toArray();
    cutter.add(batch, BatchLayout.of(batch), starts, 0, starts.length);
    return cutter.take();
  }

  private static ScopeSpans with(Span span, UnknownFieldSet garbage) {
    return ScopeSpans.newBuilder().addSpans(span.toBuilder().setUnknownFields(garbage)).build();
  }

  private static UnknownFieldSet field(int number, ByteString bytes) {
    return UnknownFieldSet.newBuilder()
        .addField(number, UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build())
        .build();
  }

  private static UnknownFieldSet number(int field) {
    return UnknownFieldSet.newBuilder()
        .addField(field, UnknownFieldSet.Field.newBuilder().addVarint(3).build())
        .build();
  }
}
