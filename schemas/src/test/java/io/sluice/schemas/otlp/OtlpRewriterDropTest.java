package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.sluice.schemas.Signal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OtlpRewriterDropTest {

  /**
   * Drops texts that begin with {@code secret}, the number 4111 and entries with the key {@code
   * password}.
   */
  private static final class Dropping implements OtlpVisitor {

    private final List<String> positions = new ArrayList<>();

    @Override
    public @Nullable Slice attribute(FieldPath path, ByteRange key, ByteRange value) {
      return key.slice().utf8().equals("password") ? DROP : null;
    }

    @Override
    public @Nullable Slice text(FieldPath path, ByteRange text) {
      if (!text.slice().utf8().startsWith("secret")) {
        return null;
      }
      positions.add(
          path.resource() + " " + path.scope() + " " + path.record() + " " + path.point());
      return DROP;
    }

    @Override
    public @Nullable Slice integer(FieldPath path, long value) {
      return value == 4111 ? DROP : null;
    }

    @Override
    public boolean unknown(FieldPath path, ByteRange field) {
      return true;
    }
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        Arguments.of(Signal.LOGS, ExportLogsServiceRequest.getDescriptor()),
        Arguments.of(Signal.SPANS, ExportTraceServiceRequest.getDescriptor()),
        Arguments.of(Signal.METRICS, ExportMetricsServiceRequest.getDescriptor()));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void dropsWhateverFieldItStandsIn(Signal signal, Descriptor type) throws Exception {
    OtlpRewriter rewriter = new OtlpRewriter(signal, new Dropping());
    for (DynamicMessage message : EveryTextField.of(type, "secret")) {
      byte[] left = rewriter.rewrite(message.toByteArray());
      assertThat(new String(left, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
      assertThat(DynamicMessage.parseFrom(type, left).getUnknownFields().asMap()).isEmpty();
      assertThat(rewriter.rewrite(left)).isSameAs(left);
    }
  }

  @Test
  void dropsTheInnermostEntryAroundAndKeepsTheOthers() throws Exception {
    LogRecord record =
        LogRecord.newBuilder()
            .setBody(
                map(
                    entry("user", map(entry("note", string("secret")), entry("age", string("5")))),
                    entry("list", list(string("x"), list(integer(4111)))),
                    entry("secret", string("x")),
                    entry("n", integer(42))))
            .addAttributes(entry("password", string("x")))
            .addAttributes(entry("kept", string("y")))
            .build();

    assertThat(rewritten(record))
        .isEqualTo(
            LogRecord.newBuilder()
                .setBody(
                    map(entry("user", map(entry("age", string("5")))), entry("n", integer(42))))
                .addAttributes(entry("kept", string("y")))
                .build());
  }

  @Test
  void dropsTheFieldWhereThereIsNoEntryAround() throws Exception {
    LogRecord record =
        LogRecord.newBuilder()
            .setBody(list(string("x"), list(string("secret"))))
            .setSeverityText("secret")
            .setEventName("event")
            .build();

    assertThat(rewritten(record)).isEqualTo(LogRecord.newBuilder().setEventName("event").build());
  }

  @Test
  void tellsThePositionOfTheRecordAndPoint() {
    NumberDataPoint clean = NumberDataPoint.newBuilder().setAsInt(1).build();
    NumberDataPoint planted = clean.toBuilder().addAttributes(entry("a", string("secret"))).build();
    Metric first = Metric.newBuilder().setName("secret").build();
    Metric second =
        Metric.newBuilder()
            .setGauge(Gauge.newBuilder().addDataPoints(clean).addDataPoints(planted))
            .setDescription("secret")
            .build();
    ScopeMetrics scope = ScopeMetrics.newBuilder().addMetrics(first).addMetrics(second).build();
    ResourceMetrics group =
        ResourceMetrics.newBuilder()
            .addScopeMetrics(ScopeMetrics.getDefaultInstance())
            .addScopeMetrics(scope.toBuilder().setSchemaUrl("secret"))
            .setSchemaUrl("secret")
            .build();
    Dropping visitor = new Dropping();

    new OtlpRewriter(Signal.METRICS, visitor)
        .rewrite(
            ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.getDefaultInstance())
                .addResourceMetrics(group)
                .build()
                .toByteArray());

    assertThat(visitor.positions)
        .containsExactly("1 1 0 -1", "1 1 1 -1", "1 1 1 1", "1 1 -1 -1", "1 -1 -1 -1");
  }

  private static LogRecord rewritten(LogRecord record) throws Exception {
    byte[] request =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(
                ResourceLogs.newBuilder()
                    .addScopeLogs(ScopeLogs.newBuilder().addLogRecords(record)))
            .build()
            .toByteArray();
    return ExportLogsServiceRequest.parseFrom(
            new OtlpRewriter(Signal.LOGS, new Dropping()).rewrite(request))
        .getResourceLogs(0)
        .getScopeLogs(0)
        .getLogRecords(0);
  }

  private static AnyValue string(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static AnyValue integer(long value) {
    return AnyValue.newBuilder().setIntValue(value).build();
  }

  private static AnyValue list(AnyValue... values) {
    return AnyValue.newBuilder()
        .setArrayValue(ArrayValue.newBuilder().addAllValues(List.of(values)))
        .build();
  }

  private static AnyValue map(KeyValue... entries) {
    return AnyValue.newBuilder()
        .setKvlistValue(KeyValueList.newBuilder().addAllValues(List.of(entries)))
        .build();
  }

  private static KeyValue entry(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }
}
