package io.sluice.processors.conformance;

import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;

import io.sluice.processor.conformance.Conformance;
import io.sluice.processor.conformance.Outputs;
import io.sluice.processor.conformance.Subject;
import io.sluice.processors.sanitize.SanitizeProcessor;
import io.sluice.processors.sli.SliConfig;
import io.sluice.processors.sli.SliProcessor;
import io.sluice.processors.spanmetrics.SpanMetricsProcessor;
import io.sluice.processors.traces.TracesConfig;
import io.sluice.processors.traces.TracesProcessor;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.testkit.TraceBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Sluice's own processors keep what it asks of others. */
class BuiltInConformanceIT {

  private static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());
  private static final AvroSerde<SliWindow> WINDOWS = AvroSerde.of(SliWindow.getClassSchema());
  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());

  @Conformance
  void sanitizer(Subject subject) {
    subject
        .runs(new SanitizeProcessor())
        .define(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES))
        .reads(
            (round, inputs) ->
                inputs.send(
                    Topics.RAW_LOGS,
                    service("s" + round).log("login password=hunter" + round).toRequestBytes()))
        .result(outputs -> outputs.latest(Topics.LOGS, Arrays::toString));
  }

  @Conformance
  void traces(Subject subject) {
    subject
        .runs(new TracesProcessor(), remembersFewSpans())
        .waits(Duration.ofSeconds(2))
        .keeps(Duration.ofMinutes(40))
        .reads((round, inputs) -> inputs.send(Topics.SPANS, traceId(round + 1), trace(round)))
        .result(outputs -> outputs.values(Topics.TRACES, BuiltInConformanceIT::complete));
  }

  /** Spans that were emitted are forgotten when there are too many, so that a test has too many. */
  private static TracesConfig remembersFewSpans() {
    TracesConfig usual = TracesConfig.defaults();
    return new TracesConfig(
        usual.settle(),
        usual.inactivity(),
        usual.maxAge(),
        usual.maxSpans(),
        usual.maxBytes(),
        usual.maxOpen(),
        usual.maxOpenSpans(),
        usual.maxOpenBytes(),
        usual.memory(),
        usual.remember(),
        40);
  }

  @Conformance
  void spanMetrics(Subject subject) {
    subject
        .runs(new SpanMetricsProcessor())
        .waits(Duration.ofSeconds(3))
        .keeps(Duration.ofHours(3)) // quiet for one, and what was asked for is known for two
        .reads((round, inputs) -> inputs.send(Topics.SPANS, traceId(round + 1), trace(round)))
        .result(outputs -> outputs.latest(Topics.SERIES, BuiltInConformanceIT::calls));
  }

  /** What was counted; not when, nor what Sluice says of the number of series. */
  private static String calls(byte[] bytes) {
    SeriesPoint point = SERIES.decode(bytes);
    ExponentialHistogram latency = point.getHistogram();
    return point.getName() + (latency == null ? "" : " " + latency.getCount());
  }

  @Conformance
  void sli(Subject subject) {
    subject
        .runs(
            new SliProcessor(),
            new SliConfig(
                Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(2), Duration.ofMinutes(1)))
        .define(ShippedDefinitions.of(DefinitionKinds.SLOS))
        .waits(Duration.ofSeconds(10))
        .keeps(Duration.ofMinutes(5))
        .reads(
            (round, inputs) ->
                inputs.send(
                    Topics.SPANS,
                    traceId(round + 1),
                    service("checkout")
                        .span("POST /checkout")
                        .kind(SERVER)
                        .trace(traceId(round + 1))
                        .start(inputs.now())
                        .toRequestBytes()))
        .result(BuiltInConformanceIT::events);
  }

  /** What was counted, over all windows: which one an event is in depends on when it came. */
  private static Map<String, Long> events(Outputs outputs) {
    Map<String, Long> last = new HashMap<>();
    Map<String, Long> sums = new TreeMap<>();
    outputs.values(
        Topics.SLIS,
        bytes -> {
          SliWindow window = WINDOWS.decode(bytes);
          if (window.getRevision() >= 0) {
            last.put(window.getSloId() + " " + window.getStartTimeUnixNano(), window.getTotal());
          }
          return "";
        });
    last.forEach((window, total) -> sums.merge(window.split(" ", -1)[0], total, Long::sum));
    return sums;
  }

  /** A call over two services, one of them new in each round. */
  private static byte[] trace(int round) {
    return TraceBuilder.trace(
            traceId(round + 1),
            service("shop")
                .span("GET /")
                .kind(SERVER)
                .calls(service("s" + round % 5).span("GET /it").kind(SERVER)))
        .toRequestBytes();
  }

  private static String complete(byte[] bytes) {
    Trace trace = TRACES.decode(bytes);
    return trace.getTraceId() + " " + trace.getCompleteness() + " " + trace.getSpanCount();
  }
}
