package io.sluice.ingest;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.Service;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCheckTest {

  private static final Service SHOP = service("shop");

  @Test
  void soundRequestGoesOnAsTheSameBytes() {
    byte[] request = Telemetry.spans(SHOP.span("a"), service("cart").span("b")).toByteArray();

    RequestCheck.Result result = check(OtlpSignal.TRACES, request);

    assertThat(result.accepted().array()).isSameAs(request);
    assertThat(result.accepted().length()).isEqualTo(request.length);
    assertThat(result.rejectedCount()).isZero();
    assertThat(result.message()).isEmpty();
  }

  static Stream<SpanBuilder> spansWithBadIds() {
    return Stream.of(
        SHOP.span("no trace id").trace(new byte[0]),
        SHOP.span("trace id of zeros").trace(new byte[16]),
        SHOP.span("8 bytes of trace id").trace(Telemetry.spanId(1)),
        SHOP.span("15 bytes of trace id").trace(Arrays.copyOf(Telemetry.traceId(1), 15)),
        SHOP.span("17 bytes of trace id").trace(Arrays.copyOf(Telemetry.traceId(1), 17)),
        SHOP.span("no span id").id(new byte[0]),
        SHOP.span("span id of zeros").id(new byte[8]),
        SHOP.span("16 bytes of span id").id(Telemetry.traceId(1)),
        SHOP.span("4 bytes of parent id").parent(new byte[] {1, 2, 3, 4}));
  }

  @ParameterizedTest
  @MethodSource("spansWithBadIds")
  void spanWithBadIdsIsCutOut(SpanBuilder bad) {
    SpanBuilder before = SHOP.span("before");
    SpanBuilder after = SHOP.span("after");

    RequestCheck.Result result =
        check(OtlpSignal.TRACES, Telemetry.spans(before, bad, after).toByteArray());

    assertThat(result.accepted().toBytes()).isEqualTo(Telemetry.spans(before, after).toByteArray());
    assertThat(result.rejected()).isEqualTo(Map.of(Reason.INVALID, 1L));
    assertThat(result.message())
        .isEqualTo("a trace id must be 16 and a span id 8 bytes, not all of them zero");
  }

  static Stream<LogBuilder> logsWithBadIds() {
    return Stream.of(
        SHOP.log("trace").with(log -> log.setTraceId(ByteString.copyFrom(new byte[15]))),
        SHOP.log("span").with(log -> log.setSpanId(ByteString.copyFrom(new byte[7]))));
  }

  @ParameterizedTest
  @MethodSource("logsWithBadIds")
  void logWithBadIdsIsCutOut(LogBuilder bad) {
    LogBuilder good = SHOP.log("good").in(SHOP.span("span"));

    RequestCheck.Result result = check(OtlpSignal.LOGS, Telemetry.logs(bad, good).toByteArray());

    assertThat(result.accepted().toBytes()).isEqualTo(Telemetry.logs(good).toByteArray());
    assertThat(result.rejected()).isEqualTo(Map.of(Reason.INVALID, 1L));
    assertThat(result.message()).endsWith("bytes or absent");
  }

  @Test
  void nothingIsLeftWhenAllIsRejected() {
    byte[] request = SHOP.span("bad").id(new byte[8]).toRequestBytes();

    assertThat(check(OtlpSignal.TRACES, request).accepted().isEmpty()).isTrue();
  }

  @Test
  void countsEachReasonAndTellsTheFirst() {
    RequestCheck.Result result =
        check(
            OtlpSignal.TRACES,
            Telemetry.spans(
                    SHOP.span("deep").attribute("a", nested(40)),
                    SHOP.span("long").attribute("a", "x".repeat(70_000)),
                    SHOP.span("id").id(new byte[8]),
                    SHOP.span("id").id(new byte[8]),
                    SHOP.span("good"))
                .toByteArray());

    assertThat(result.rejected())
        .isEqualTo(Map.of(Reason.TOO_DEEP, 1L, Reason.TOO_LARGE, 1L, Reason.INVALID, 2L));
    assertThat(result.rejectedCount()).isEqualTo(4);
    assertThat(result.message()).isEqualTo("a value is nested deeper than 32");
  }

  @Test
  void whatNobodyKnowsStaysByteForByteWhereRecordsAreCutOut() throws Exception {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addFixed64(1).addVarint(300).build())
            .build();
    ExportTraceServiceRequest.Builder request =
        Telemetry.spans(SHOP.span("bad").id(new byte[8]), SHOP.span("good")).toBuilder();
    request.setUnknownFields(unknown);
    request.getResourceSpansBuilder(0).setUnknownFields(unknown).setSchemaUrl("a");
    request.getResourceSpansBuilder(0).getScopeSpansBuilder(0).setUnknownFields(unknown);
    request
        .getResourceSpansBuilder(0)
        .getScopeSpansBuilder(0)
        .getSpansBuilder(1)
        .setUnknownFields(unknown);

    RequestCheck.Result result = check(OtlpSignal.TRACES, request.build().toByteArray());

    request.getResourceSpansBuilder(0).getScopeSpansBuilder(0).removeSpans(0);
    assertThat(ExportTraceServiceRequest.parseFrom(result.accepted().toBytes()))
        .isEqualTo(request.build());
  }

  @Test
  void textThatIsNotUtf8GoesOn() {
    byte[] request = SHOP.log("0123456789").toRequestBytes();
    request[new String(request, StandardCharsets.ISO_8859_1).indexOf("0123")] = (byte) 0xff;

    assertThat(check(OtlpSignal.LOGS, request).accepted().array()).isSameAs(request);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resource", "scope"})
  void recordsOfABrokenOwnerAreRejected(String owner) {
    ExportLogsServiceRequest.Builder request =
        Telemetry.logs(SHOP.log("a"), SHOP.log("b"), service("cart").log("c")).toBuilder();
    var many = SHOP.log("").toProto().toBuilder();
    for (int i = 0; i < 129; i++) {
      many.addAttributesBuilder().setKey("k" + i);
    }
    if (owner.equals("resource")) {
      request
          .getResourceLogsBuilder(0)
          .getResourceBuilder()
          .addAllAttributes(many.getAttributesList());
    } else {
      request
          .getResourceLogsBuilder(0)
          .getScopeLogsBuilder(0)
          .getScopeBuilder()
          .addAllAttributes(many.getAttributesList());
    }

    RequestCheck.Result result = check(OtlpSignal.LOGS, request.build().toByteArray());

    assertThat(result.accepted().toBytes()).isEqualTo(service("cart").log("c").toRequestBytes());
    assertThat(result.rejected()).isEqualTo(Map.of(Reason.TOO_LARGE, 2L));
    assertThat(result.message()).isEqualTo("more than 128 attributes");
  }

  @ParameterizedTest
  @CsvSource({"1, 4, 0", "1, 5, 1", "9, 5, 1"})
  void recordsOfALargeOwnerAreRejectedHoweverItIsMadeUp(int field, int parts, long rejected) {
    Slice attribute = field(1, field(1, Slice.of(new byte[60_000])));
    Slice part = field == 1 ? field(1, attribute) : field(field, Slice.of(new byte[60_000]));
    Slice[] owner = new Slice[parts + 1];
    Arrays.fill(owner, part);
    owner[parts] = field(2, field(2, Slice.of(SHOP.span("a").toProto().toByteArray())));
    Slice request = field(1, owner);

    RequestCheck.Result result = check(OtlpSignal.TRACES, request.toBytes());

    assertThat(result.rejectedCount()).isEqualTo(rejected);
    assertThat(result.message())
        .isEqualTo(rejected == 0 ? "" : "a resource or scope is larger than 256KiB");
  }

  @Test
  void ownerBehindItsRecordsCountsToo() {
    byte[] span = SHOP.span("a").toProto().toByteArray();
    Slice[] attributes = new Slice[129];
    Arrays.fill(attributes, field(1, Slice.empty()));
    Slice request = field(1, field(2, field(2, Slice.of(span))), field(1, attributes));

    assertThat(check(OtlpSignal.TRACES, request.toBytes()).rejected())
        .isEqualTo(Map.of(Reason.TOO_LARGE, 1L));
  }

  @Test
  void groupsThatAreNestedTooDeepCostOnlyTheirRecord() {
    byte[] good = SHOP.span("good").toProto().toByteArray();
    ProtoWriter groups = new ProtoWriter(200);
    for (int i = 0; i < 100; i++) {
      groups.tag(99, ProtoReader.START_GROUP);
    }
    Slice request = field(1, field(2, field(2, groups.slice()), field(2, Slice.of(good))));

    RequestCheck.Result result = check(OtlpSignal.TRACES, request.toBytes());

    assertThat(result.rejected()).isEqualTo(Map.of(Reason.TOO_DEEP, 1L));
    assertThat(result.accepted().toBytes())
        .isEqualTo(field(1, field(2, field(2, Slice.of(good)))).toBytes());
  }

  @Test
  void rejectedMetricCountsItsDataPoints() {
    var request = Telemetry.metrics(SHOP.gauge("bad", 1), SHOP.counter("good", 2)).toBuilder();
    var gauge =
        request
            .getResourceMetricsBuilder(0)
            .getScopeMetricsBuilder(0)
            .getMetricsBuilder(0)
            .getGaugeBuilder();
    gauge.addDataPoints(gauge.getDataPoints(0)).addDataPoints(gauge.getDataPoints(0));
    gauge.getDataPointsBuilder(2).addAttributesBuilder().setKey("k".repeat(70_000));

    RequestCheck.Result result = check(OtlpSignal.METRICS, request.build().toByteArray());

    assertThat(result.rejected()).isEqualTo(Map.of(Reason.TOO_LARGE, 3L));
    assertThat(result.accepted().toBytes()).isEqualTo(SHOP.counter("good", 2).toRequestBytes());
  }

  @ParameterizedTest
  @CsvSource({
    "08, a varint ends early",
    "0a05616263, a length reaches over the end of its message",
    "0affffffff0f, a length reaches over the end of its message",
    "0affffffffffffffffff01, a length is wider than 32 bits",
    "0aff, a varint ends early",
    "00, a tag has field number 0",
    "0c, a group ends that never began",
    "0b, a group never ends",
    "0e, wire type 6 does not exist",
    "0f, wire type 7 does not exist",
    "08ffffffffffffffffffff01, a varint is longer than 10 bytes",
    "0801, 'field 1 has wire type 0, not 2'"
  })
  void bytesThatAreNoRequestAreRefusedWhereverTheyAre(String hex, String what) {
    Slice broken = Slice.of(HexFormat.of().parseHex(hex));
    Slice good = field(2, Slice.of(SHOP.span("a").toProto().toByteArray()));
    for (Slice request :
        List.of(broken, field(1, broken), field(1, field(2, good, field(2, broken))))) {
      assertThatThrownBy(() -> check(OtlpSignal.TRACES, request.toBytes()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("not valid protobuf at byte ")
          .hasMessageEndingWith(what)
          .extracting(e -> ((InvalidInputException) e).reason())
          .isEqualTo(Reason.MALFORMED);
    }
  }

  private static Slice field(int number, Slice... parts) {
    ProtoWriter payload = new ProtoWriter(64);
    for (Slice part : parts) {
      payload.raw(part);
    }
    ProtoWriter out = new ProtoWriter(64);
    out.bytes(number, payload.slice());
    return out.slice();
  }

  /** Text in a list in a list... so deep. */
  private static Object nested(int depth) {
    Object value = "x";
    for (int i = 1; i < depth; i++) {
      value = List.of(value);
    }
    return value;
  }

  private static RequestCheck.Result check(OtlpSignal signal, byte[] request) {
    return new RequestCheck(new RecordLimits(IngestConfig.defaults()), signal)
        .check(Slice.of(request), more -> {});
  }
}
