package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.Slice;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The check says of the same bytes what protobuf's own classes say. */
class RequestCheckPropertyTest {

  private static final int SEEDS = 30_000;
  private static final int MAX_ATTRIBUTES = 2;
  private static final int MAX_LENGTH = 50;
  private static final int MAX_DEPTH = 3;

  private static final RecordLimits LIMITS =
      new RecordLimits(
          new TestConfig()
              .maxAttributes(MAX_ATTRIBUTES)
              .maxAttributeLength(MAX_LENGTH)
              .maxDepth(MAX_DEPTH)
              .build());

  @Property(tries = 1_000)
  void spansOverALimitAreCutOutAndNothingElse(@ForAll long seed) throws Exception {
    byte[] request = new RandomRequests(seed).spans();
    ExportTraceServiceRequest.Builder expected = ExportTraceServiceRequest.newBuilder();
    for (var resource : ExportTraceServiceRequest.parseFrom(request).getResourceSpansList()) {
      boolean within = within(resource.getResource().getAttributesList());
      var spans =
          resource.getScopeSpans(0).getSpansList().stream().filter(s -> within && within(s));
      var left = resource.toBuilder();
      left.getScopeSpansBuilder(0).clearSpans().addAllSpans(spans.toList());
      if (left.getScopeSpans(0).getSpansCount() > 0) {
        expected.addResourceSpans(left);
      }
    }

    assertSame(OtlpSignal.TRACES, request, expected.build().toByteArray());
  }

  @Property(tries = 1_000)
  void logsOverALimitAreCutOutAndNothingElse(@ForAll long seed) throws Exception {
    byte[] request = new RandomRequests(seed).logs();
    ExportLogsServiceRequest.Builder expected = ExportLogsServiceRequest.newBuilder();
    for (var resource : ExportLogsServiceRequest.parseFrom(request).getResourceLogsList()) {
      boolean within = within(resource.getResource().getAttributesList());
      var logs =
          resource.getScopeLogs(0).getLogRecordsList().stream().filter(l -> within && within(l));
      var left = resource.toBuilder();
      left.getScopeLogsBuilder(0).clearLogRecords().addAllLogRecords(logs.toList());
      if (left.getScopeLogs(0).getLogRecordsCount() > 0) {
        expected.addResourceLogs(left);
      }
    }

    assertSame(OtlpSignal.LOGS, request, expected.build().toByteArray());
  }

  /** Whatever happens to bytes: both accept them or both refuse them, and no record is lost. */
  @Test
  void brokenBytesAreAcceptedAndRefusedAsByProtobuf() {
    int accepted = 0;
    int refused = 0;
    int partly = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      OtlpSignal signal = seed % 2 == 0 ? OtlpSignal.TRACES : OtlpSignal.LOGS;
      RandomRequests requests = new RandomRequests(seed);
      byte[] whole = signal == OtlpSignal.TRACES ? requests.spans() : requests.logs();
      byte[] bytes = requests.broken(whole);
      String what = "seed " + seed + ": " + HexFormat.of().formatHex(bytes);
      Verdict protobuf = protobuf(signal, bytes);
      RequestCheck.Result result;
      try {
        result = new RequestCheck(LIMITS, signal).check(Slice.of(bytes), more -> {});
      } catch (InvalidInputException e) {
        assertThat(protobuf.accepted() && !stricterOnPurpose(e))
            .as("%s: %s", what, e.getMessage())
            .isFalse();
        refused++;
        continue;
      }
      if (result.rejectedCount() == 0) {
        assertThat(result.accepted().array()).as(what).isSameAs(bytes);
        assertThat(protobuf.refused()).as(what).isFalse();
        accepted++;
      } else {
        // Protobuf may refuse a part that was cut out; what goes on it must accept.
        Verdict left = protobuf(signal, result.accepted().toBytes());
        assertThat(left.refused()).as(what).isFalse();
        if (protobuf.accepted() && left.accepted()) {
          assertThat(left.records + result.rejectedCount()).as(what).isEqualTo(protobuf.records);
        }
        partly++;
      }
    }
    assertThat(List.of(accepted, refused, partly)).allMatch(count -> count > SEEDS / 20);
  }

  private static void assertSame(OtlpSignal signal, byte[] request, byte[] expected)
      throws InvalidProtocolBufferException {
    RequestCheck.Result result =
        new RequestCheck(LIMITS, signal).check(Slice.of(request), more -> {});

    assertThat(result.accepted().toBytes()).isEqualTo(expected);
    assertThat(result.rejectedCount())
        .isEqualTo(records(signal, request) - records(signal, expected));
  }

  private static boolean within(Span span) {
    return span.getTraceId().size() == 16
        && span.getSpanId().size() == 8
        && !isZero(span.getTraceId())
        && !isZero(span.getSpanId())
        && within(span.getAttributesList())
        && span.getEventsList().stream().allMatch(event -> within(event.getAttributesList()));
  }

  private static boolean within(LogRecord log) {
    boolean ids =
        (log.getTraceId().isEmpty() || log.getTraceId().size() == 16)
            && (log.getSpanId().isEmpty() || log.getSpanId().size() == 8);
    return ids && within(log.getAttributesList()) && within(log.getBody(), 1, Integer.MAX_VALUE);
  }

  private static boolean within(List<KeyValue> attributes) {
    return attributes.size() <= MAX_ATTRIBUTES
        && attributes.stream().allMatch(attribute -> within(attribute, 0, MAX_LENGTH));
  }

  private static boolean within(KeyValue entry, int depth, int length) {
    return entry.getKeyBytes().size() <= length && within(entry.getValue(), depth + 1, length);
  }

  private static boolean within(AnyValue value, int depth, int length) {
    return depth <= MAX_DEPTH
        && value.getStringValueBytes().size() <= length
        && value.getBytesValue().size() <= length
        && value.getArrayValue().getValuesList().stream()
            .allMatch(v -> within(v, depth + 1, length))
        && value.getKvlistValue().getValuesList().stream().allMatch(e -> within(e, depth, length));
  }

  private static boolean isZero(ByteString id) {
    return id.equals(ByteString.copyFrom(new byte[id.size()]));
  }

  /** What protobuf's own parser says; neither where the two differ on purpose. */
  private record Verdict(boolean accepted, boolean refused, long records) {}

  private static Verdict protobuf(OtlpSignal signal, byte[] bytes) {
    try {
      return new Verdict(true, false, records(signal, bytes));
    } catch (InvalidProtocolBufferException e) {
      String message = String.valueOf(e.getMessage());
      return new Verdict(
          false, !message.contains("UTF-8") && !message.contains("too many levels"), 0);
    }
  }

  /** See ProtoReader, which says why. */
  private static boolean stricterOnPurpose(InvalidInputException e) {
    String message = String.valueOf(e.getMessage());
    return e.reason() == Reason.TOO_DEEP
        || message.contains("has wire type")
        || message.endsWith("wider than 32 bits")
        || message.endsWith("longer than 10 bytes");
  }

  private static long records(OtlpSignal signal, byte[] bytes)
      throws InvalidProtocolBufferException {
    Stream<? extends Message> records =
        signal == OtlpSignal.TRACES
            ? ExportTraceServiceRequest.parseFrom(bytes).getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
            : ExportLogsServiceRequest.parseFrom(bytes).getResourceLogsList().stream()
                .flatMap(resource -> resource.getScopeLogsList().stream())
                .flatMap(scope -> scope.getLogRecordsList().stream());
    return records.count();
  }
}
