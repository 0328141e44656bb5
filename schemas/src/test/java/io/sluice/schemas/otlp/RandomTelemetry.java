package io.sluice.schemas.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Requests of any shape that protobuf's own classes can build, the same for the same seed. */
final class RandomTelemetry {

  private static final String[] TEXTS = {
    "", "a", "service.name", "GET /", "äöü", "日本語", "\u0000\n", "🙂", "x".repeat(200)
  };

  private final Random random;

  RandomTelemetry(long seed) {
    random = new Random(seed);
  }

  ExportTraceServiceRequest spans() {
    return ExportTraceServiceRequest.newBuilder()
        .addAllResourceSpans(some(this::resourceSpans))
        .build();
  }

  ExportLogsServiceRequest logs() {
    return ExportLogsServiceRequest.newBuilder()
        .addAllResourceLogs(some(this::resourceLogs))
        .build();
  }

  private ResourceSpans resourceSpans() {
    return ResourceSpans.newBuilder()
        .setResource(resource())
        .addAllScopeSpans(
            some(
                () ->
                    ScopeSpans.newBuilder()
                        .setScope(scope())
                        .addAllSpans(some(this::span))
                        .build()))
        .setSchemaUrl(text())
        .build();
  }

  private ResourceLogs resourceLogs() {
    return ResourceLogs.newBuilder()
        .setResource(resource())
        .addAllScopeLogs(
            some(
                () ->
                    ScopeLogs.newBuilder()
                        .setScope(scope())
                        .addAllLogRecords(some(this::log))
                        .build()))
        .build();
  }

  private Resource resource() {
    return Resource.newBuilder().addAllAttributes(attributes(3)).build();
  }

  private InstrumentationScope scope() {
    return InstrumentationScope.newBuilder().setName(text()).setVersion(text()).build();
  }

  Span span() {
    return Span.newBuilder()
        .setTraceId(bytes(16))
        .setSpanId(bytes(8))
        .setParentSpanId(random.nextBoolean() ? bytes(8) : ByteString.EMPTY)
        .setTraceState(text())
        .setName(text())
        .setKindValue(random.nextInt(8))
        .setStartTimeUnixNano(random.nextLong())
        .setEndTimeUnixNano(random.nextLong())
        .addAllAttributes(attributes(3))
        .addAllEvents(
            some(
                () ->
                    Span.Event.newBuilder()
                        .setTimeUnixNano(random.nextLong())
                        .setName(text())
                        .addAllAttributes(attributes(2))
                        .build()))
        .setStatus(Status.newBuilder().setMessage(text()).setCodeValue(random.nextInt(4)))
        .setFlags(random.nextInt())
        .build();
  }

  private LogRecord log() {
    return LogRecord.newBuilder()
        .setTimeUnixNano(random.nextBoolean() ? random.nextLong() : 0)
        .setObservedTimeUnixNano(random.nextLong())
        .setSeverityNumberValue(random.nextInt(30))
        .setSeverityText(text())
        .setBody(value(3))
        .addAllAttributes(attributes(3))
        .setTraceId(bytes(random.nextBoolean() ? 16 : 0))
        .setSpanId(bytes(random.nextBoolean() ? 8 : 0))
        .setEventName(text())
        .build();
  }

  private List<KeyValue> attributes(int depth) {
    return some(() -> KeyValue.newBuilder().setKey(text()).setValue(value(depth)).build());
  }

  private AnyValue value(int depth) {
    AnyValue.Builder value = AnyValue.newBuilder();
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> value.build();
      case 1 -> value.setStringValue(text()).build();
      case 2 -> value.setBoolValue(random.nextBoolean()).build();
      case 3 -> value.setIntValue(random.nextLong()).build();
      case 4 -> value.setDoubleValue(random.nextGaussian() * 1e9).build();
      case 5 -> value.setBytesValue(bytes(random.nextInt(20))).build();
      case 6 ->
          value
              .setArrayValue(ArrayValue.newBuilder().addAllValues(some(() -> value(depth - 1))))
              .build();
      default ->
          value
              .setKvlistValue(KeyValueList.newBuilder().addAllValues(attributes(depth - 1)))
              .build();
    };
  }

  private <T> List<T> some(Supplier<T> supplier) {
    return Stream.generate(supplier).limit(random.nextInt(4)).toList();
  }

  private String text() {
    return TEXTS[random.nextInt(TEXTS.length)];
  }

  private ByteString bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
