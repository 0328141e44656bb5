package io.sluice.testkit;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where tests begin to say what telemetry they mean.
 *
 * <pre>{@code
 * byte[] request =
 *     service("checkout")
 *         .span("POST /checkout")
 *         .kind(SERVER)
 *         .took(Duration.ofMillis(120))
 *         .error()
 *         .attribute("http.route", "/checkout")
 *         .toRequestBytes();
 * }</pre>
 *
 * Several records make one request with {@link #spans}, {@link #logs} and {@link #metrics}: grouped
 * by service, as exporters do.
 */
public final class Telemetry {

  /** When things happen unless a test says otherwise. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final InstrumentationScope SCOPE =
      InstrumentationScope.newBuilder().setName("io.sluice.testkit").build();

  private static final long TRACE_ID_PREFIX = 0x51_0C_E0_00_00_00_00_00L;

  /** Ids that tests do not choose start here, so that they never meet chosen ones. */
  private static final AtomicLong UNCHOSEN = new AtomicLong(1L << 48);

  private Telemetry() {}

  /** A service of this name with no other resource attribute. */
  public static Service service(String name) {
    return new Service(Map.of("service.name", name));
  }

  /** The same 16 bytes for the same number, which must be positive. */
  public static byte[] traceId(long number) {
    return ByteBuffer.allocate(16).putLong(TRACE_ID_PREFIX).putLong(positive(number)).array();
  }

  /** The same 8 bytes for the same number, which must be positive. */
  public static byte[] spanId(long number) {
    return ByteBuffer.allocate(8).putLong(positive(number)).array();
  }

  /** One request with all these spans. */
  public static ExportTraceServiceRequest spans(SpanBuilder... spans) {
    return spans(List.of(spans));
  }

  /** One request with all these spans. */
  public static ExportTraceServiceRequest spans(Collection<SpanBuilder> spans) {
    var request = ExportTraceServiceRequest.newBuilder();
    byService(spans, SpanBuilder::service)
        .forEach(
            (service, group) ->
                request.addResourceSpans(
                    ResourceSpans.newBuilder()
                        .setResource(service.toProto())
                        .addScopeSpans(
                            ScopeSpans.newBuilder()
                                .setScope(SCOPE)
                                .addAllSpans(group.stream().map(SpanBuilder::toProto).toList()))));
    return request.build();
  }

  /** One request with all these log records. */
  public static ExportLogsServiceRequest logs(LogBuilder... logs) {
    return logs(List.of(logs));
  }

  /** One request with all these log records. */
  public static ExportLogsServiceRequest logs(Collection<LogBuilder> logs) {
    var request = ExportLogsServiceRequest.newBuilder();
    byService(logs, LogBuilder::service)
        .forEach(
            (service, group) ->
                request.addResourceLogs(
                    ResourceLogs.newBuilder()
                        .setResource(service.toProto())
                        .addScopeLogs(
                            ScopeLogs.newBuilder()
                                .setScope(SCOPE)
                                .addAllLogRecords(
                                    group.stream().map(LogBuilder::toProto).toList()))));
    return request.build();
  }

  /** One request with all these metrics. */
  public static ExportMetricsServiceRequest metrics(MetricBuilder... metrics) {
    return metrics(List.of(metrics));
  }

  /** One request with all these metrics. */
  public static ExportMetricsServiceRequest metrics(Collection<MetricBuilder> metrics) {
    var request = ExportMetricsServiceRequest.newBuilder();
    byService(metrics, MetricBuilder::service)
        .forEach(
            (service, group) ->
                request.addResourceMetrics(
                    ResourceMetrics.newBuilder()
                        .setResource(service.toProto())
                        .addScopeMetrics(
                            ScopeMetrics.newBuilder()
                                .setScope(SCOPE)
                                .addAllMetrics(
                                    group.stream().map(MetricBuilder::toProto).toList()))));
    return request.build();
  }

  static ByteString unchosenTraceId() {
    return ByteString.copyFrom(traceId(UNCHOSEN.incrementAndGet()));
  }

  static ByteString unchosenSpanId() {
    return ByteString.copyFrom(spanId(UNCHOSEN.incrementAndGet()));
  }

  static long unixNanos(Instant time) {
    return Math.addExact(TimeUnit.SECONDS.toNanos(time.getEpochSecond()), time.getNano());
  }

  private static <T> Map<Service, List<T>> byService(
      Collection<T> records, Function<T, Service> service) {
    return records.stream()
        .collect(Collectors.groupingBy(service, LinkedHashMap::new, Collectors.toList()));
  }

  private static long positive(long number) {
    if (number <= 0) {
      throw new IllegalArgumentException("ids are numbered from 1: OTLP forbids all zeros");
    }
    return number;
  }
}
