package io.sluice.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.AuditOutcome;
import io.sluice.schemas.AuditRecord;
import io.sluice.schemas.BudgetBurn;
import io.sluice.schemas.BurnRateCause;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.RankedStatement;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.Signal;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.SloBudget;
import io.sluice.schemas.StatementRanking;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import io.sluice.sinks.search.LogEntry;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TraceBuilder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Records as the pipeline writes them for the console. */
final class Samples {

  private static final long WINDOW_NANOS = 10_000_000_000L;

  private Samples() {}

  static LogEntry log(int number, String service, String body) {
    return log(number, service, "INFO", 9, body, "", Map.of());
  }

  static LogEntry log(
      int number,
      String service,
      String severity,
      int severityNumber,
      String body,
      String traceId,
      Map<String, String> attributes) {
    return new LogEntry(
        "0-0-" + number,
        nanos(Telemetry.START) + number,
        service,
        severityNumber,
        severity,
        body,
        traceId,
        "",
        attributes,
        Map.of("service.name", service));
  }

  /** A complete trace in one version, as the assembler sums it up. */
  static Trace trace(TraceBuilder built, String rootService, String rootOperation) {
    byte[] otlp = built.toRequestBytes();
    TreeSet<String> services = new TreeSet<>();
    OtlpRequest.forEachSpan(
        Slice.of(otlp), (resource, scope, span) -> services.add(resource.serviceName()));
    var spans = built.spans().stream().map(span -> span.toProto()).toList();
    long start = spans.stream().mapToLong(span -> span.getStartTimeUnixNano()).min().orElseThrow();
    long end = spans.stream().mapToLong(span -> span.getEndTimeUnixNano()).max().orElseThrow();
    return Trace.newBuilder()
        .setTraceId(new TraceId(built.spans().get(0).traceId()))
        .setVersion(1)
        .setRootService(rootService)
        .setRootOperation(rootOperation)
        .setServices(List.copyOf(services))
        .setStartTimeUnixNano(start)
        .setDurationNanos(end - start)
        .setError(spans.stream().anyMatch(span -> span.getStatus().getCodeValue() == 2))
        .setSpanCount(spans.size())
        .setCompleteness(Completeness.COMPLETE)
        .setCloseReason(CloseReason.COMPLETE)
        .setCloseDelayMillis(500)
        .setOtlp(ByteBuffer.wrap(otlp))
        .build();
  }

  /**
   * A root, {@code GET /all}, with so many steps, a millisecond each, and a span that begins when
   * they are over. That one came after the steps, and the root last of all.
   */
  static Trace largeTrace(int number, int steps, SpanBuilder last) {
    SpanBuilder[] called = new SpanBuilder[steps + 1];
    for (int i = 0; i < steps; i++) {
      called[i] = Telemetry.service("cart").span("step " + (i + 1)).took(Duration.ofMillis(1));
    }
    called[steps] = last;
    SpanBuilder root =
        Telemetry.service("cart")
            .span("GET /all")
            .took(Duration.ofMillis(steps + 2000L))
            .calls(called);
    TraceBuilder built = TraceBuilder.trace(Telemetry.traceId(number), root);
    List<SpanBuilder> asTheyCame = new ArrayList<>(built.spans());
    Collections.rotate(asTheyCame, -1);
    return Trace.newBuilder(trace(built, "cart", "GET /all"))
        .setOtlp(ByteBuffer.wrap(Telemetry.spans(asTheyCame).toByteArray()))
        .build();
  }

  /** Ten seconds of events, which began that long ago. */
  static SliWindow window(String slo, Duration ago, long good, long total, int revision) {
    return SliWindow.newBuilder()
        .setSloId(slo)
        .setStartTimeUnixNano((System.currentTimeMillis() - ago.toMillis()) * 1_000_000)
        .setLengthNanos(WINDOW_NANOS)
        .setGood(good)
        .setTotal(total)
        .setRevision(revision)
        .setLateCount(revision)
        .build();
  }

  /** An alert of checkout-latency: 5 times too fast was due, 20 and 12 times it was. */
  static Alert.Builder alert(String fingerprint, AlertState state, String summary) {
    long ends = state == AlertState.RESOLVED ? nanos(Telemetry.START.plusSeconds(90)) : 0;
    return Alert.newBuilder()
        .setFingerprint(fingerprint)
        .setTransition(1)
        .setState(state)
        .setLabels(Map.of("alertname", fingerprint, "slo", "checkout-latency", "severity", "page"))
        .setAnnotations(Map.of("summary", summary))
        .setStartsAtUnixNano(nanos(Telemetry.START))
        .setEndsAtUnixNano(ends)
        .setTimeUnixNano(nanos(Telemetry.START.plusSeconds(60)))
        .setCause(new BurnRateCause(0.99, 5.0, 60L, 12.0, 880L, 1000L, 15L, 20.0, 8L, 10L))
        .setExampleTraces(List.of(new TraceId(Telemetry.traceId(7))));
  }

  /** 31 % is left, and nothing will be in ten minutes; half of it burned in five minutes. */
  static SloBudget budget(String slo) {
    long start = nanos(Telemetry.START);
    long end = nanos(Telemetry.START.plusSeconds(600));
    return SloBudget.newBuilder()
        .setSloId(slo)
        .setTimeUnixNano(end)
        .setSinceUnixNano(start)
        .setPeriodSeconds(3600)
        .setObjective(0.99)
        .setGood(9931)
        .setTotal(10_000)
        .setRemaining(0.31)
        .setBurnRate(2.5)
        .setBurnRateSeconds(5)
        .setExhaustedAtUnixNano(nanos(Telemetry.START.plusSeconds(1200)))
        .setBurns(
            List.of(new BudgetBurn(start, nanos(Telemetry.START.plusSeconds(300)), 50L, 900L, 0.5)))
        .setContributors(List.of(new Contributor("route", "/pay", 48L)))
        .build();
  }

  static AuditRecord audited(String user, String action, String target) {
    return AuditRecord.newBuilder()
        .setTimeUnixNano(System.currentTimeMillis() * 1_000_000)
        .setUser(user)
        .setOrigin("host")
        .setAction(action)
        .setTarget(target)
        .setOutcome(AuditOutcome.DONE)
        .build();
  }

  static DeadLetter deadLetter(String message) {
    return DeadLetter.newBuilder()
        .setStage("traces")
        .setReason(Reason.MALFORMED)
        .setMessage(message)
        .setTopic("sluice.spans")
        .setPartition(0)
        .setOffset(5)
        .setTimestampMillis(1)
        .setValue(ByteBuffer.wrap("the secret value".getBytes(UTF_8)))
        .build();
  }

  /** A window of ten seconds that began that long ago. */
  static Redaction redaction(Duration ago, String rule, String service, String field, long count) {
    return Redaction.newBuilder()
        .setRuleId(rule)
        .setRuleSetVersion(3)
        .setSignal(Signal.LOGS)
        .setService(service)
        .setFieldPath(field)
        .setAction(RedactionAction.REDACT)
        .setCount(count)
        .setWindowStartUnixNano((System.currentTimeMillis() - ago.toMillis()) * 1_000_000)
        .setWindowLengthNanos(WINDOW_NANOS)
        .build();
  }

  /** The statements of a service to PostgreSQL, the last five minutes. */
  static StatementRanking ranking(String service, RankedStatement... statements) {
    long now = System.currentTimeMillis() * 1_000_000;
    double seconds = Arrays.stream(statements).mapToDouble(RankedStatement::getSeconds).sum();
    return StatementRanking.newBuilder()
        .setService(service)
        .setDbSystem("postgresql")
        .setStartTimeUnixNano(now - Duration.ofMinutes(5).toNanos())
        .setTimeUnixNano(now)
        .setCalls(100d * statements.length)
        .setErrors(2)
        .setSeconds(seconds)
        .setShapeCount(statements.length)
        .setStatements(List.of(statements))
        .build();
  }

  /** A hundred calls, two of them failed; the slowest is in the trace. */
  static RankedStatement statement(
      String text, double seconds, double slowest, @Nullable String traceId) {
    return RankedStatement.newBuilder()
        .setDigest(text.isEmpty() ? "" : "0123456789abcdef")
        .setStatement(text)
        .setCalls(100)
        .setErrors(2)
        .setSeconds(seconds)
        .setP95Seconds(slowest / 2)
        .setSlowestSeconds(slowest)
        .setSlowestTimeUnixNano(nanos(Telemetry.START))
        .setSlowestTraceId(traceId == null ? null : new TraceId(HexFormat.of().parseHex(traceId)))
        .build();
  }

  /** What the owner of a service's series says of a metric, or of one of its labels. */
  static SeriesPoint cardinality(
      String name, String service, String metric, String label, double value) {
    return SeriesPoint.newBuilder()
        .setName(name)
        .setHelp("")
        .setType(SeriesType.GAUGE)
        .setLabels(Map.of("service", service, "metric", metric, "label", label))
        .setStartTimeUnixNano(1)
        .setTimeUnixNano(1)
        .setValue(value)
        .build();
  }

  /** A point of a histogram or counter, without its value. */
  static SeriesPoint.Builder point(String name, Map<String, String> labels, long start, long time) {
    return SeriesPoint.newBuilder()
        .setName(name)
        .setHelp("")
        .setType(name.endsWith("_total") ? SeriesType.COUNTER : SeriesType.HISTOGRAM)
        .setLabels(labels)
        .setStartTimeUnixNano(start)
        .setTimeUnixNano(time)
        .setValue(0);
  }

  /** The same value so many times. */
  static ExponentialHistogram histogram(long count, double value) {
    int scale = 4;
    int bucket = (int) Math.ceil(Math.log(value) / Math.log(2) * (1 << scale)) - 1;
    return ExponentialHistogram.newBuilder()
        .setScale(scale)
        .setCount(count)
        .setSum(count * value)
        .setZeroCount(0)
        .setOffset(bucket)
        .setCounts(List.of(count))
        .build();
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000 + time.getNano();
  }
}
