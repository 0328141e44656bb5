package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.sluice.schemas.InvalidInputException;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class SpanReaderTest {

  private final AttributeKeys keys = new AttributeKeys();
  private final int method = keys.slot("http.request.method", "http.method");
  private final int status = keys.slot("http.response.status_code");
  private final int ratio = keys.slot("ratio");
  private final int former = keys.slot("http.method");
  private final SpanReader reader = new SpanReader(keys);

  @Property
  void readsWhatTheViewReads(
      @ForAll String name,
      @ForAll int kind,
      @ForAll long start,
      @ForAll long end,
      @ForAll @Size(max = 20) byte[] traceId,
      @ForAll @Size(max = 10) byte[] spanId,
      @ForAll boolean error) {
    Span.Builder span =
        Span.newBuilder()
            .setName(name)
            .setKindValue(kind)
            .setStartTimeUnixNano(start)
            .setEndTimeUnixNano(end)
            .setTraceId(ByteString.copyFrom(traceId))
            .setSpanId(ByteString.copyFrom(spanId))
            .setTraceState("ot=rv:ffffffffffffff;th:c");
    if (error) {
      span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
    }
    Slice bytes = Slice.of(span.build().toByteArray());
    SpanView view = new SpanView(bytes);

    reader.read(bytes);

    assertThat(new Slice(reader.array(), reader.nameStart(), reader.nameEnd()).utf8())
        .isEqualTo(view.name());
    assertThat(reader.kind()).isEqualTo(view.kind());
    assertThat(reader.startTimeUnixNano()).isEqualTo(start);
    assertThat(reader.endTimeUnixNano()).isEqualTo(end);
    assertThat(reader.isError()).isEqualTo(error);
    assertThat(reader.adjustedCount()).isEqualTo(view.adjustedCount());
    assertThat(reader.hasIds()).isEqualTo(view.hasValidIds());
  }

  @Example
  void findsAttributesOfEveryScalarTypeAndNoOther() {
    read(text("http.request.method", "GET"), number("http.response.status_code", 200));
    assertThat(reader.text(method).utf8()).isEqualTo("GET");
    assertThat(reader.isText(method)).isTrue();
    assertThat(reader.number(status)).isEqualTo(200);
    assertThat(reader.text(status).utf8()).isEqualTo("200");
    assertThat(reader.has(ratio)).isFalse();

    read(
        KeyValue.newBuilder().setKey("ratio").setValue(any().setDoubleValue(0.5)).build(),
        KeyValue.newBuilder()
            .setKey("http.response.status_code")
            .setValue(any().setBoolValue(true))
            .build(),
        KeyValue.newBuilder()
            .setKey("http.method")
            .setValue(any().setArrayValue(ArrayValue.newBuilder().addValues(any())))
            .build());
    assertThat(reader.number(ratio)).isEqualTo(0.5);
    assertThat(reader.text(ratio).utf8()).isEqualTo("0.5");
    assertThat(reader.isNumber(status)).isFalse();
    assertThat(reader.text(status).utf8()).isEqualTo("true");
    assertThat(reader.has(method)).as("an array is no scalar").isFalse();
  }

  @Example
  void prefersTheCurrentNameToTheFormerOneInAnyOrder() {
    for (List<KeyValue> order :
        List.of(
            List.of(text("http.request.method", "GET"), text("http.method", "POST")),
            List.of(text("http.method", "POST"), text("http.request.method", "GET")))) {
      read(order.toArray(KeyValue[]::new));
      assertThat(reader.text(method).utf8()).isEqualTo("GET");
      assertThat(reader.text(former).utf8()).isEqualTo("POST");
    }
    read(text("http.method", "PUT"));
    assertThat(reader.text(method).utf8()).isEqualTo("PUT");
  }

  @Example
  void takesTheFirstOfTheSameAttributeTwice() {
    read(text("http.method", "GET"), text("http.method", "POST"));
    assertThat(reader.text(method).utf8()).isEqualTo("GET");
  }

  @Example
  void refusesASpanThatIsNotProtobuf() {
    byte[] cut = {0x2a, 5, 'a'};
    assertThatThrownBy(() -> reader.read(Slice.of(cut))).isInstanceOf(InvalidInputException.class);
    byte[] numberForName = {0x28, 5};
    assertThatThrownBy(() -> reader.read(Slice.of(numberForName)))
        .isInstanceOf(InvalidInputException.class);
  }

  private void read(KeyValue... attributes) {
    Span span = Span.newBuilder().addAllAttributes(List.of(attributes)).build();
    reader.read(Slice.of(span.toByteArray()));
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder().setKey(key).setValue(any().setStringValue(value)).build();
  }

  private static KeyValue number(String key, long value) {
    return KeyValue.newBuilder().setKey(key).setValue(any().setIntValue(value)).build();
  }

  private static AnyValue.Builder any() {
    return AnyValue.newBuilder();
  }
}
