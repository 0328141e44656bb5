package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The views say of the same bytes what protobuf's own classes say. */
class OtlpViewsTest {

  @Property(tries = 500)
  void spansReadTheSame(@ForAll long seed) {
    ExportTraceServiceRequest request = new RandomTelemetry(seed).spans();
    List<Object[]> expected = new ArrayList<>();
    for (ResourceSpans resource : request.getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        scope
            .getSpansList()
            .forEach(s -> expected.add(new Object[] {resource.getResource(), scope.getScope(), s}));
      }
    }
    Iterator<Object[]> next = expected.iterator();

    OtlpRequest.forEachSpan(
        Slice.of(request.toByteArray()),
        (resource, scope, span) -> {
          Object[] all = next.next();
          assertSame((Resource) all[0], resource);
          assertSame((InstrumentationScope) all[1], scope);
          assertSame((Span) all[2], span);
        });

    assertThat(next).isExhausted();
  }

  @Property(tries = 500)
  void logsReadTheSame(@ForAll long seed) {
    ExportLogsServiceRequest request = new RandomTelemetry(seed).logs();
    List<LogRecord> expected = new ArrayList<>();
    for (ResourceLogs resource : request.getResourceLogsList()) {
      for (ScopeLogs scope : resource.getScopeLogsList()) {
        expected.addAll(scope.getLogRecordsList());
      }
    }
    Iterator<LogRecord> next = expected.iterator();

    OtlpRequest.forEachLog(
        Slice.of(request.toByteArray()), (resource, scope, log) -> assertSame(next.next(), log));

    assertThat(next).isExhausted();
  }

  @Test
  void resourceAndScopeBehindTheirRecordsStillBelongToThem() {
    byte[] span = Span.newBuilder().setName("s").build().toByteArray();
    ProtoWriter scopeGroup = new ProtoWriter(64);
    scopeGroup.bytes(2, Slice.of(span));
    scopeGroup.bytes(
        1, Slice.of(InstrumentationScope.newBuilder().setName("lib").build().toByteArray()));
    ProtoWriter resourceGroup = new ProtoWriter(64);
    resourceGroup.bytes(2, scopeGroup.slice());
    resourceGroup.bytes(
        1,
        Slice.of(
            Resource.newBuilder()
                .addAttributes(attribute("service.name", "shop"))
                .build()
                .toByteArray()));
    ProtoWriter request = new ProtoWriter(64);
    request.bytes(1, resourceGroup.slice());
    List<String> seen = new ArrayList<>();

    OtlpRequest.forEachSpan(
        request.slice(),
        (resource, scope, s) -> seen.add(resource.serviceName() + scope.name() + s.name()));

    assertThat(seen).containsExactly("shoplibs");
  }

  @Test
  void serviceWithoutUsableNameIsUnknown() {
    assertThat(ResourceView.empty().serviceName()).isEqualTo("unknown_service");
    assertThat(resource(attribute("service.name", "")).serviceName()).isEqualTo("unknown_service");
    KeyValue list =
        KeyValue.newBuilder()
            .setKey("service.name")
            .setValue(
                AnyValue.newBuilder().setKvlistValue(AnyValue.newBuilder().getKvlistValueBuilder()))
            .build();
    assertThat(resource(list).serviceName()).isEqualTo("unknown_service");
  }

  @Test
  void firstOfTwoAttributesWithOneKeyHolds() {
    AttributesView attributes =
        resource(attribute("k", "first"), attribute("k", "second")).attributes();

    assertThat(attributes.text("k")).isEqualTo("first");
    assertThat(attributes.get("absent")).isNull();
  }

  @Test
  void keysOutsideAsciiAreFoundAndPrefixesAreNot() {
    AttributesView attributes =
        resource(attribute("größe", "1"), attribute("größer", "2")).attributes();

    assertThat(attributes.text("größe")).isEqualTo("1");
    assertThat(attributes.text("größer")).isEqualTo("2");
    assertThat(attributes.text("größ")).isNull();
    assertThat(attributes.text("gr")).isNull();
  }

  @Test
  void lastAlternativeOfTheValueHolds() throws InvalidProtocolBufferException {
    ProtoWriter bytes = new ProtoWriter(32);
    bytes.utf8(1, "text");
    bytes.varint(3, 7);

    AnyValueView value = new AnyValueView(bytes.slice());

    assertThat(AnyValue.parseFrom(bytes.toBytes()).getIntValue()).isEqualTo(7);
    assertThat(value.type()).isEqualTo(AnyValueView.Type.INT);
    assertThat(value.intValue()).isEqualTo(7);
    assertThat(value.payload().isEmpty()).isTrue();
    assertThat(value.scalarText()).isEqualTo("7");
  }

  @Test
  void everyFieldRefusesAnotherWireTypeAsMalformed() {
    Map<String, int[]> fields =
        Map.of(
            "span",
            new int[] {1, 2, 3, 4, 5, 6, 7, 8, 15},
            "log",
            new int[] {1, 2, 3, 5, 9, 10, 11, 12});
    fields.forEach(
        (record, numbers) -> {
          for (int number : numbers) {
            ProtoWriter bytes = new ProtoWriter(16);
            bytes.fixed32(number, 1);
            assertMalformed(
                () -> {
                  if (record.equals("span")) {
                    new SpanView(bytes.slice());
                  } else {
                    new LogRecordView(bytes.slice());
                  }
                });
          }
        });
  }

  @Test
  void statusAndAttributesRefuseAnotherWireTypeAsMalformed() {
    ProtoWriter status = new ProtoWriter(16);
    status.fixed32(3, 2);
    status.varint(2, 1);
    ProtoWriter bytes = new ProtoWriter(16);
    bytes.bytes(15, status.slice());
    bytes.varint(9, 1);
    SpanView span = new SpanView(bytes.slice());

    assertMalformed(span::statusCode);
    assertMalformed(span::isError);
    assertMalformed(span::statusMessage);
    assertMalformed(() -> span.attributes().get("k"));
    assertMalformed(() -> span.attributes().forEach((key, value) -> {}));
  }

  @Test
  void valuesNestedDeepDoNotOverflowTheStack() {
    byte[] value = new byte[0];
    for (int i = 0; i < 5_000; i++) {
      ProtoWriter array = new ProtoWriter(value.length + 16);
      array.bytes(1, Slice.of(value));
      ProtoWriter outer = new ProtoWriter(value.length + 16);
      outer.bytes(5, array.slice());
      value = outer.toBytes();
    }

    assertThat(new AnyValueView(Slice.of(value)).type()).isEqualTo(AnyValueView.Type.ARRAY);
  }

  @Property(tries = 5_000)
  void brokenBytesAreReadOrMalformedAndNothingElse(@ForAll long seed) {
    byte[] spans = Mutations.of(new RandomTelemetry(seed).spans().toByteArray(), seed);
    byte[] logs = Mutations.of(new RandomTelemetry(seed).logs().toByteArray(), seed);

    readOrRefuse(() -> OtlpRequest.forEachSpan(Slice.of(spans), OtlpViewsTest::touch));
    readOrRefuse(() -> OtlpRequest.forEachLog(Slice.of(logs), OtlpViewsTest::touch));
  }

  private static void readOrRefuse(Runnable reading) {
    try {
      reading.run();
    } catch (InvalidInputException e) {
      assertThat(e.reason()).isIn(Reason.MALFORMED, Reason.TOO_DEEP);
    }
  }

  private static void touch(ResourceView resource, ScopeView scope, SpanView span) {
    resource.serviceName();
    scope.name();
    scope.version();
    span.name();
    span.traceState();
    span.isError();
    span.statusMessage();
    span.hasValidIds();
    span.isRoot();
    span.attributes().forEach((key, value) -> touch(value));
  }

  private static void touch(ResourceView resource, ScopeView scope, LogRecordView log) {
    resource.attributes().text("service.name");
    log.severityText();
    log.eventName();
    touch(log.body());
    log.attributes().forEach((key, value) -> touch(value));
  }

  private static void touch(AnyValueView value) {
    value.scalarText();
    value.entries().forEach((key, inner) -> touch(inner));
    value.forEachItem(OtlpViewsTest::touch);
  }

  private static void assertSame(Span expected, SpanView actual) {
    assertThat(actual.traceId().toBytes()).isEqualTo(expected.getTraceId().toByteArray());
    assertThat(actual.spanId().toBytes()).isEqualTo(expected.getSpanId().toByteArray());
    assertThat(actual.parentSpanId().toBytes()).isEqualTo(expected.getParentSpanId().toByteArray());
    assertThat(actual.isRoot()).isEqualTo(expected.getParentSpanId().isEmpty());
    assertThat(actual.hasValidIds()).isTrue();
    assertThat(actual.traceState()).isEqualTo(expected.getTraceState());
    assertThat(actual.name()).isEqualTo(expected.getName());
    assertThat(actual.kind()).isEqualTo(expected.getKindValue());
    assertThat(actual.startTimeUnixNano()).isEqualTo(expected.getStartTimeUnixNano());
    assertThat(actual.endTimeUnixNano()).isEqualTo(expected.getEndTimeUnixNano());
    assertThat(actual.statusCode()).isEqualTo(expected.getStatus().getCodeValue());
    assertThat(actual.isError())
        .isEqualTo(expected.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR);
    assertThat(actual.statusMessage()).isEqualTo(expected.getStatus().getMessage());
    assertSame(expected.getAttributesList(), actual.attributes());
    assertThat(actual.bytes().toBytes()).isEqualTo(expected.toByteArray());
  }

  private static void assertSame(LogRecord expected, LogRecordView actual) {
    long time = expected.getTimeUnixNano();
    assertThat(actual.timeUnixNano())
        .isEqualTo(time == 0 ? expected.getObservedTimeUnixNano() : time);
    assertThat(actual.severityNumber()).isEqualTo(expected.getSeverityNumberValue());
    assertThat(actual.severityText()).isEqualTo(expected.getSeverityText());
    assertSame(expected.getBody(), actual.body());
    assertThat(actual.traceId().toBytes()).isEqualTo(expected.getTraceId().toByteArray());
    assertThat(actual.spanId().toBytes()).isEqualTo(expected.getSpanId().toByteArray());
    assertThat(actual.eventName()).isEqualTo(expected.getEventName());
    assertSame(expected.getAttributesList(), actual.attributes());
  }

  private static void assertSame(Resource expected, ResourceView actual) {
    assertSame(expected.getAttributesList(), actual.attributes());
  }

  private static void assertSame(InstrumentationScope expected, ScopeView actual) {
    assertThat(actual.name()).isEqualTo(expected.getName());
    assertThat(actual.version()).isEqualTo(expected.getVersion());
  }

  private static void assertSame(List<KeyValue> expected, AttributesView actual) {
    Iterator<KeyValue> next = expected.iterator();
    actual.forEach(
        (key, value) -> {
          KeyValue entry = next.next();
          assertThat(key).isEqualTo(entry.getKey());
          assertSame(entry.getValue(), value);
        });
    assertThat(next).isExhausted();
    for (KeyValue entry : expected) {
      KeyValue first =
          expected.stream()
              .filter(e -> e.getKey().equals(entry.getKey()))
              .findFirst()
              .orElseThrow();
      AnyValueView found = actual.get(entry.getKey());
      assertSame(first.getValue(), Objects.requireNonNull(found));
    }
  }

  private static void assertSame(AnyValue expected, AnyValueView actual) {
    switch (expected.getValueCase()) {
      case STRING_VALUE -> {
        assertThat(actual.type()).isEqualTo(AnyValueView.Type.STRING);
        assertThat(actual.scalarText()).isEqualTo(expected.getStringValue());
      }
      case BOOL_VALUE -> {
        assertThat(actual.type()).isEqualTo(AnyValueView.Type.BOOL);
        assertThat(actual.boolValue()).isEqualTo(expected.getBoolValue());
      }
      case INT_VALUE -> {
        assertThat(actual.type()).isEqualTo(AnyValueView.Type.INT);
        assertThat(actual.intValue()).isEqualTo(expected.getIntValue());
      }
      case DOUBLE_VALUE -> {
        assertThat(actual.type()).isEqualTo(AnyValueView.Type.DOUBLE);
        assertThat(actual.doubleValue()).isEqualTo(expected.getDoubleValue());
      }
      case BYTES_VALUE -> {
        assertThat(actual.type()).isEqualTo(AnyValueView.Type.BYTES);
        assertThat(ByteString.copyFrom(actual.payload().toBytes()))
            .isEqualTo(expected.getBytesValue());
      }
      case ARRAY_VALUE -> {
        assertThat(actual.type()).isEqualTo(AnyValueView.Type.ARRAY);
        Iterator<AnyValue> next = expected.getArrayValue().getValuesList().iterator();
        actual.forEachItem(item -> assertSame(next.next(), item));
        assertThat(next).isExhausted();
      }
      case KVLIST_VALUE -> {
        assertThat(actual.type()).isEqualTo(AnyValueView.Type.KVLIST);
        assertSame(expected.getKvlistValue().getValuesList(), actual.entries());
      }
      default -> {
        assertThat(actual.type()).isEqualTo(AnyValueView.Type.EMPTY);
        assertThat(actual.scalarText()).isNull();
      }
    }
  }

  private static void assertMalformed(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable reading) {
    assertThatThrownBy(reading)
        .isInstanceOf(InvalidInputException.class)
        .extracting(e -> ((InvalidInputException) e).reason())
        .isEqualTo(Reason.MALFORMED);
  }

  private static ResourceView resource(KeyValue... attributes) {
    return new ResourceView(
        Slice.of(
            Resource.newBuilder().addAllAttributes(List.of(attributes)).build().toByteArray()));
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
