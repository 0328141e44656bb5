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
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.settings.DataSize;
import io.sluice.testkit.Service;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FragmentTest {

  private static final ByteString NOT_PROTOBUF = ByteString.copyFrom(new byte[] {7, 7, 7});

  @Property(tries = 300)
  void givesEachTraceItsSpansWithTheirResource(
      @ForAll @Size(max = 30) List<@IntRange(min = 1, max = 5) Integer> traces) throws Exception {
    List<SpanBuilder> spans = new ArrayList<>();
    for (int trace : traces) {
      spans.add(Spans.span(trace, spans.size() + 1));
    }

    Fragment.Batch batch = cut(Telemetry.spans(spans).toByteArray());

    assertThat(batch.traces()).hasSameSizeAs(new HashSet<>(traces));
    for (int trace : new HashSet<>(traces)) {
      List<SpanBuilder> expected =
          spans.stream()
              .filter(span -> Spans.key(trace).equals(TraceKey.of(span.traceId())))
              .toList();
      Fragment fragment = fragment(batch, trace);
      assertThat(ExportTraceServiceRequest.parseFrom(fragment.otlp()).getResourceSpansList())
          .containsExactlyInAnyOrderElementsOf(Telemetry.spans(expected).getResourceSpansList());
      assertThat(fragment.spans()).isEqualTo(Fragment.of(fragment.otlp()).spans());
    }
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

    Fragment fragment = fragment(cut(request.toByteArray()), 1);

    assertThat(ExportTraceServiceRequest.parseFrom(fragment.otlp())).isEqualTo(request);
  }

  @Test
  void leavesOutWhatIsNotWanted() {
    byte[] request = Spans.request(Spans.span(1, 1), Spans.span(2, 1), Spans.span(1, 2));

    Fragment.Batch batch =
        Fragment.cut(
            Slice.of(request),
            (trace, span) -> span.id() == Spans.refs(Spans.span(1, 2)).get(0).id());

    assertThat(batch.traces()).containsOnlyKeys(Spans.key(1));
    assertThat(batch.traces().values())
        .allSatisfy(
            fragment ->
                assertThat(Spans.in(fragment.otlp())).containsExactly(Spans.span(1, 2).toProto()));
  }

  @Test
  void refusesSpansWithImpossibleIdsAndKeepsTheOthers() {
    SpanBuilder good = Spans.span(1, 1);
    List<SpanBuilder> bad =
        List.of(
            Spans.span(1, 2).trace(new byte[16]),
            Spans.span(1, 3).trace(new byte[15]),
            Spans.span(1, 4).trace(new byte[0]),
            Spans.span(1, 5).id(new byte[8]),
            Spans.span(1, 6).id(new byte[7]),
            Spans.span(1, 7).parent(traceId(9)));
    List<SpanBuilder> all = new ArrayList<>(bad);
    all.add(3, good);

    Fragment.Batch batch = cut(Telemetry.spans(all).toByteArray());

    assertThat(batch.traces()).containsOnlyKeys(Spans.key(1));
    assertThat(Spans.in(batch.refused())).containsExactlyInAnyOrderElementsOf(Spans.protos(bad));
  }

  @ParameterizedTest
  @ValueSource(strings = {"resource", "status", "scope"})
  void refusesAtOnceWhatCouldNotBeReadWhenTheTraceIsClosed(String what) {
    UnknownFieldSet garbage = field(what.equals("status") ? 15 : 1, NOT_PROTOBUF);
    Span good = Spans.span(1, 1).toProto();
    ResourceSpans.Builder resource = ResourceSpans.newBuilder();
    switch (what) {
      case "resource" ->
          resource.setUnknownFields(garbage).addScopeSpans(ScopeSpans.newBuilder().addSpans(good));
      case "status" ->
          resource.addScopeSpans(
              ScopeSpans.newBuilder().addSpans(good.toBuilder().setUnknownFields(garbage)));
      default ->
          resource.addScopeSpans(
              ScopeSpans.newBuilder()
                  .addSpans(good)
                  .setUnknownFields(
                      UnknownFieldSet.newBuilder()
                          .addField(1, UnknownFieldSet.Field.newBuilder().addVarint(3).build())
                          .build()));
    }
    byte[] request =
        ExportTraceServiceRequest.newBuilder().addResourceSpans(resource).build().toByteArray();

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> cut(request))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
  }

  @Test
  void refusesABatchThatWouldGrowWithoutBounds() {
    Service huge = service("shop").with("blob", "x".repeat(1 << 20));
    List<SpanBuilder> spans =
        IntStream.rangeClosed(1, 100)
            .mapToObj(trace -> huge.span("s").trace(traceId(trace)))
            .toList();
    byte[] request = Telemetry.spans(spans).toByteArray();

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> cut(request))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
  }

  @Property(tries = 200)
  void isCutIntoPartsThatFit(
      @ForAll @IntRange(min = 1, max = 60) int count,
      @ForAll @IntRange(min = 1, max = 20) int max) {
    List<SpanBuilder> spans =
        IntStream.rangeClosed(1, count).mapToObj(number -> Spans.span(1, number)).toList();
    Fragment fragment = Fragment.of(Telemetry.spans(spans).toByteArray());

    List<Fragment> parts = fragment.parts(config(max, TracesConfig.MAX_RECORD));

    assertThat(parts).allSatisfy(part -> assertThat(part.spans()).hasSizeBetween(1, max));
    assertThat(parts.stream().flatMap(part -> Spans.in(part.otlp()).stream()))
        .containsExactlyElementsOf(Spans.in(fragment.otlp()));
  }

  @Test
  void isNotCutWhereEachPartWouldRepeatAHugeResource() {
    Service huge = service("shop").with("blob", "x".repeat(100_000));
    List<SpanBuilder> spans =
        IntStream.rangeClosed(1, 100).mapToObj(number -> huge.span("s").trace(traceId(1))).toList();
    Fragment fragment = Fragment.of(Telemetry.spans(spans).toByteArray());

    assertThat(fragment.parts(config(10, new DataSize(2000)))).containsExactly(fragment);
  }

  private static Fragment.Batch cut(byte[] request) {
    return Fragment.cut(Slice.of(request), (trace, span) -> true);
  }

  private static Fragment fragment(Fragment.Batch batch, int trace) {
    return Objects.requireNonNull(batch.traces().get(Spans.key(trace)));
  }

  private static UnknownFieldSet field(int number, ByteString bytes) {
    return UnknownFieldSet.newBuilder()
        .addField(number, UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build())
        .build();
  }

  private static TracesConfig config(int maxSpans, DataSize maxBytes) {
    TracesConfig defaults = TracesConfig.defaults();
    return new TracesConfig(
        defaults.settle(),
        defaults.inactivity(),
        defaults.maxAge(),
        maxSpans,
        maxBytes,
        defaults.maxOpen(),
        defaults.remember());
  }
}
