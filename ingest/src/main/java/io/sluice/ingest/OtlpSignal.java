package io.sluice.ingest;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.schemas.Signal;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.Locale;

/** The three signals of OTLP: where each comes in, and where it goes. */
enum OtlpSignal {
  TRACES("trace.v1.TraceService", "rejectedSpans"),
  LOGS("logs.v1.LogsService", "rejectedLogRecords"),
  METRICS("metrics.v1.MetricsService", "rejectedDataPoints");

  private final String grpcService;
  private final String rejectedName;

  OtlpSignal(String grpcService, String rejectedName) {
    this.grpcService = grpcService;
    this.rejectedName = rejectedName;
  }

  String httpPath() {
    return "/v1/" + label();
  }

  String grpcPath() {
    return "/opentelemetry.proto.collector." + grpcService + "/Export";
  }

  Topic topic() {
    return switch (this) {
      case TRACES -> Topics.RAW_SPANS;
      case LOGS -> Topics.RAW_LOGS;
      case METRICS -> Topics.RAW_METRICS;
    };
  }

  /** What a partial success calls the count in JSON. */
  String rejectedName() {
    return rejectedName;
  }

  /** An empty request, for its descriptor. */
  Message prototype() {
    return switch (this) {
      case TRACES -> ExportTraceServiceRequest.getDefaultInstance();
      case LOGS -> ExportLogsServiceRequest.getDefaultInstance();
      case METRICS -> ExportMetricsServiceRequest.getDefaultInstance();
    };
  }

  Signal signal() {
    return switch (this) {
      case TRACES -> Signal.SPANS;
      case LOGS -> Signal.LOGS;
      case METRICS -> Signal.METRICS;
    };
  }

  static OtlpSignal of(Signal signal) {
    return switch (signal) {
      case SPANS -> TRACES;
      case LOGS -> LOGS;
      case METRICS -> METRICS;
    };
  }

  /** As metrics, paths and spans name it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
