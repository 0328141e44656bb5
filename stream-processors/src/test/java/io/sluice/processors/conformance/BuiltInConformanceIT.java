package io.sluice.processors.conformance;

import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;

import io.sluice.processor.conformance.Conformance;
import io.sluice.processor.conformance.Subject;
import io.sluice.processors.sanitize.SanitizeProcessor;
import io.sluice.processors.traces.TracesConfig;
import io.sluice.processors.traces.TracesProcessor;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.testkit.TraceBuilder;
import java.time.Duration;
import java.util.Arrays;

/** Sluice's own processors keep what it asks of others. */
class BuiltInConformanceIT {

  private static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());

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
