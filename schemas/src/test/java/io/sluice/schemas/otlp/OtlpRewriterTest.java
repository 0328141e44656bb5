package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
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
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Signal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpRewriterTest {

  /** Replaces texts, and attributes by their key. */
  private static final class Replacing implements OtlpVisitor {

    private final String from;
    private final String to;
    private final List<String> paths = new ArrayList<>();
    private boolean unknownPasses = true;

    Replacing(String from, String to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public @Nullable Slice attribute(FieldPath path, ByteRange key, ByteRange value) {
      return key.slice().utf8().equals("password") ? utf8("gone") : null;
    }

    @Override
    public @Nullable Slice text(FieldPath path, ByteRange text) {
      if (!text.slice().utf8().equals(from)) {
        return null;
      }
      paths.add(path.resource() + ":" + dotted(path));
      return utf8(to);
    }

    @Override
    public @Nullable Slice integer(FieldPath path, long value) {
      return value == 4111 ? utf8(to) : null;
    }

    @Override
    public boolean unknown(FieldPath path, ByteRange field) {
      return unknownPasses;
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
  void reachesEveryFieldThatCanHoldText(Signal signal, Descriptor type) throws Exception {
    List<DynamicMessage> planted = EveryTextField.of(type, "secret");
    List<DynamicMessage> expected = EveryTextField.of(type, "a replacement that is longer");
    OtlpRewriter rewriter =
        new OtlpRewriter(signal, new Replacing("secret", "a replacement that is longer"));

    for (int i = 0; i < planted.size(); i++) {
      byte[] rewritten = rewriter.rewrite(planted.get(i).toByteArray());
      assertThat(DynamicMessage.parseFrom(type, rewritten)).isEqualTo(expected.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void givesBackTheSameArrayWhenNothingChanges(Signal signal, Descriptor type) {
    OtlpRewriter rewriter = new OtlpRewriter(signal, new Replacing("absent", "x"));
    for (DynamicMessage message : EveryTextField.of(type, "text")) {
      byte[] request = message.toByteArray();
      assertThat(rewriter.rewrite(request)).isSameAs(request);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 127, 128, 20_000, 300_000})
  void mendsTheLengthsAroundAChange(int length) throws Exception {
    String longer = "x".repeat(length);
    ExportLogsServiceRequest rewritten =
        ExportLogsServiceRequest.parseFrom(
            new OtlpRewriter(Signal.LOGS, new Replacing("secret", longer))
                .rewrite(logs(nested(string("secret"), 5)).toByteArray()));

    assertThat(rewritten).isEqualTo(logs(nested(string(longer), 5)));
  }

  @Test
  void replacesANumberByText() throws Exception {
    AnyValue numbers =
        AnyValue.newBuilder()
            .setArrayValue(
                ArrayValue.newBuilder()
                    .addValues(AnyValue.newBuilder().setIntValue(4111))
                    .addValues(AnyValue.newBuilder().setDoubleValue(4111))
                    .addValues(AnyValue.newBuilder().setDoubleValue(4111.5))
                    .addValues(AnyValue.newBuilder().setIntValue(-4111)))
            .build();

    byte[] rewritten =
        new OtlpRewriter(Signal.LOGS, new Replacing("", "[number]"))
            .rewrite(logs(numbers).toByteArray());

    assertThat(body(rewritten).getArrayValue().getValuesList())
        .containsExactly(
            string("[number]"),
            string("[number]"),
            AnyValue.newBuilder().setDoubleValue(4111.5).build(),
            AnyValue.newBuilder().setIntValue(-4111).build());
  }

  @Test
  void replacesTheWholeValueOfAnAttributeWhateverItsType() throws Exception {
    AnyValue body =
        AnyValue.newBuilder()
            .setKvlistValue(
                KeyValueList.newBuilder()
                    .addValues(keyValue("password", nested(string("secret"), 3)))
                    .addValues(keyValue("user", string("ann"))))
            .build();

    byte[] rewritten =
        new OtlpRewriter(Signal.LOGS, new Replacing("x", "y")).rewrite(logs(body).toByteArray());

    assertThat(body(rewritten).getKvlistValue().getValuesList())
        .containsExactly(keyValue("password", string("gone")), keyValue("user", string("ann")));
  }

  @Test
  void findsAKeyBehindItsValue() throws Exception {
    byte[] key = KeyValue.newBuilder().setKey("password").build().toByteArray();
    byte[] value = KeyValue.newBuilder().setValue(string("secret")).build().toByteArray();
    byte[] entry = ByteString.copyFrom(value).concat(ByteString.copyFrom(key)).toByteArray();
    ProtoWriter list = new ProtoWriter(64);
    list.bytes(1, Slice.of(entry));
    ProtoWriter body = new ProtoWriter(64);
    body.bytes(6, list.slice());
    byte[] rewritten =
        new OtlpRewriter(Signal.LOGS, new Replacing("x", "y")).rewrite(logsOfBody(body.slice()));

    assertThat(body(rewritten).getKvlistValue().getValues(0))
        .isEqualTo(keyValue("password", string("gone")));
  }

  @Test
  void keepsUnknownFieldsToTheByteUnlessTheyAreRefused() throws Exception {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                77,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("later"))
                    .addVarint(5)
                    .build())
            .build();
    LogRecord record =
        LogRecord.newBuilder().setBody(string("secret")).setUnknownFields(unknown).build();
    byte[] request = logs(record).toByteArray();
    Replacing visitor = new Replacing("secret", "clean");
    OtlpRewriter rewriter = new OtlpRewriter(Signal.LOGS, visitor);

    assertThat(ExportLogsServiceRequest.parseFrom(rewriter.rewrite(request)))
        .isEqualTo(logs(record.toBuilder().setBody(string("clean")).build()));

    visitor.unknownPasses = false;
    LogRecord refused =
        ExportLogsServiceRequest.parseFrom(rewriter.rewrite(request))
            .getResourceLogs(0)
            .getScopeLogs(0)
            .getLogRecords(0);
    assertThat(refused.getUnknownFields().getField(77).getLengthDelimitedList()).isEmpty();
    assertThat(refused.getUnknownFields().getField(77).getVarintList()).containsExactly(5L);
  }

  @Test
  void tellsWhereAFieldStands() {
    AnyValue body =
        AnyValue.newBuilder()
            .setKvlistValue(
                KeyValueList.newBuilder()
                    .addValues(keyValue("user", nested(string("secret"), 0)))
                    .addValues(keyValue("list", nested(string("secret"), 1))))
            .build();
    ExportLogsServiceRequest two = logs(string("clean")).toBuilder().mergeFrom(logs(body)).build();
    Replacing visitor = new Replacing("secret", "clean");

    byte[] rewritten = new OtlpRewriter(Signal.LOGS, visitor).rewrite(two.toByteArray());

    assertThat(rewritten).isNotEqualTo(two.toByteArray());
    assertThat(visitor.paths).containsExactly("1:log.body.<user>", "1:log.body.<list>");
  }

  @Test
  void refusesValuesNestedTooDeep() {
    OtlpRewriter rewriter = new OtlpRewriter(Signal.LOGS, new Replacing("x", "y"));
    byte[] deepest = logs(nested(string("s"), OtlpRewriter.MAX_DEPTH)).toByteArray();
    assertThat(rewriter.rewrite(deepest)).isSameAs(deepest);

    byte[] tooDeep = logs(nested(string("s"), OtlpRewriter.MAX_DEPTH + 1)).toByteArray();
    assertThatThrownBy(() -> rewriter.rewrite(tooDeep))
        .isInstanceOfSatisfying(
            InvalidInputException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_DEEP));
    assertThat(rewriter.rewrite(deepest)).isSameAs(deepest);
  }

  @Property(tries = 3000)
  void refusesOrReadsAnyBytes(@ForAll @Size(max = 80) byte[] bytes, @ForAll Signal signal) {
    try {
      assertThat(new OtlpRewriter(signal, new Replacing("absent", "x")).rewrite(bytes))
          .isSameAs(bytes);
    } catch (InvalidInputException e) {
      assertThat(e.reason()).isIn(Reason.MALFORMED, Reason.TOO_DEEP);
    }
  }

  @Property(tries = 1000)
  void refusesOrReadsDamagedRequests(@ForAll int place, @ForAll byte damage) {
    byte[] bytes = logs(nested(string("secret"), 6)).toByteArray();
    bytes[Math.floorMod(place, bytes.length)] = damage;
    try {
      OtlpRewriter rewriter = new OtlpRewriter(Signal.LOGS, new Replacing("secret", "clean"));
      byte[] rewritten = rewriter.rewrite(bytes);
      assertThat(rewriter.rewrite(rewritten)).isSameAs(rewritten);
    } catch (InvalidInputException e) {
      assertThat(e.reason()).isIn(Reason.MALFORMED, Reason.TOO_DEEP);
    }
  }

  private static String dotted(FieldPath path) {
    List<String> segments = new ArrayList<>();
    for (int i = 0; i < path.size(); i++) {
      String name = path.name(i);
      segments.add(name == null ? "<" + path.key(i).utf8() + ">" : name);
    }
    return String.join(".", segments);
  }

  private static Slice utf8(String text) {
    return Slice.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static AnyValue string(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static AnyValue nested(AnyValue value, int depth) {
    AnyValue nested = value;
    for (int i = 0; i < depth; i++) {
      nested =
          AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(nested)).build();
    }
    return nested;
  }

  private static KeyValue keyValue(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static ExportLogsServiceRequest logs(AnyValue body) {
    return logs(LogRecord.newBuilder().setBody(body).build());
  }

  private static ExportLogsServiceRequest logs(LogRecord record) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder().addScopeLogs(ScopeLogs.newBuilder().addLogRecords(record)))
        .build();
  }

  /** A request around the bytes of a body, which protobuf's own classes would put in order. */
  private static byte[] logsOfBody(Slice body) {
    Slice bytes = wrap(5, body);
    for (int field : new int[] {2, 2, 1}) {
      bytes = wrap(field, bytes);
    }
    return bytes.toBytes();
  }

  private static Slice wrap(int field, Slice payload) {
    ProtoWriter out = new ProtoWriter(payload.length() + 8);
    out.bytes(field, payload);
    return out.slice();
  }

  private static AnyValue body(byte[] request) throws Exception {
    return ExportLogsServiceRequest.parseFrom(request)
        .getResourceLogs(0)
        .getScopeLogs(0)
        .getLogRecords(0)
        .getBody();
  }
}
