package io.sluice.processors.sanitize.logs;

import static io.sluice.testkit.Telemetry.service;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.sluice.testkit.LogBuilder;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A log record after it was shaped, as tests want to see it. */
record Shaped(LogRecord record, Map<LogChange, Long> counts) {

  /** A record with this body that says nothing else, as a file reader sends it. */
  static LogBuilder bare(Object body) {
    return service("shop")
        .log(body)
        .with(log -> log.clearSeverityText().setSeverityNumber(SeverityNumber.forNumber(0)));
  }

  static Shaped of(LogBuilder log) {
    LogShaper shaper = new LogShaper(true, 1 << 20, (buf, start, end) -> false);
    byte[] shaped = shaper.shape(log.toRequestBytes());
    return new Shaped(only(shaped), Map.copyOf(shaper.counts()));
  }

  static Shaped ofBody(String body) {
    return of(bare(body));
  }

  static LogRecord only(byte[] request) {
    try {
      return ExportLogsServiceRequest.parseFrom(request)
          .getResourceLogs(0)
          .getScopeLogs(0)
          .getLogRecords(0);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  String body() {
    return record.getBody().getStringValue();
  }

  int severity() {
    return record.getSeverityNumberValue();
  }

  String traceId() {
    return HexFormat.of().formatHex(record.getTraceId().toByteArray());
  }

  String spanId() {
    return HexFormat.of().formatHex(record.getSpanId().toByteArray());
  }

  /** Attributes; a key twice is an error. */
  Map<String, Object> attributes() {
    Map<String, Object> map = new LinkedHashMap<>();
    for (KeyValue attribute : record.getAttributesList()) {
      if (map.put(attribute.getKey(), value(attribute.getValue())) != null) {
        throw new AssertionError("twice: " + attribute.getKey());
      }
    }
    return map;
  }

  Object structuredBody() {
    return value(record.getBody());
  }

  private static Object value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> value.getBoolValue();
      case INT_VALUE -> value.getIntValue();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream().map(Shaped::value).toList();
      case KVLIST_VALUE ->
          value.getKvlistValue().getValuesList().stream()
              .collect(Collectors.toMap(KeyValue::getKey, entry -> value(entry.getValue())));
      default -> "(nothing)";
    };
  }
}
