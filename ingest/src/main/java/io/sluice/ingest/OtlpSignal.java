package io.sluice.ingest;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.Locale;

/** The three signals of OTLP: where each comes in, and where it goes. */
enum OtlpSignal {
  TRACES(
      "/v1/traces",
      "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
      Topics.RAW_SPANS,
      "rejectedSpans",
      ExportTraceServiceRequest.getDefaultInstance()),
  LOGS(
      "/v1/logs",
      "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
      Topics.RAW_LOGS,
      "rejectedLogRecords",
      ExportLogsServiceRequest.getDefaultInstance()),
  METRICS(
      "/v1/metrics",
      "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
      Topics.RAW_METRICS,
      "rejectedDataPoints",
      ExportMetricsServiceRequest.getDefaultInstance());

  private final String httpPath;
  private final String grpcPath;
  private final Topic topic;
  private final String rejectedName;
  private final Message prototype;

  OtlpSignal(
      String httpPath, String grpcPath, Topic topic, String rejectedName, Message prototype) {
    this.httpPath = httpPath;
    this.grpcPath = grpcPath;
    this.topic = topic;
    this.rejectedName = rejectedName;
    this.prototype = prototype;
  }

  String httpPath() {
    return httpPath;
  }

  String grpcPath() {
    return grpcPath;
  }

  Topic topic() {
    return topic;
  }

  /** What a partial success calls the count in JSON. */
  String rejectedName() {
    return rejectedName;
  }

  /** An empty request, for its descriptor. */
  Message prototype() {
    return prototype;
  }

  /** As metrics and spans name it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
