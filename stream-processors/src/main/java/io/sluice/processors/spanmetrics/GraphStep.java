package io.sluice.processors.spanmetrics;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.Slice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Another first step: finds the calls between services in traces and sends what they come to to the
 * owners of the services that call. A side of a call may come in a later record of its trace; the
 * other waits for it in a store, so that the same spans give the same edges in whatever records
 * they come.
 */
final class GraphStep implements Step {

  /** Exporters send every few seconds, and late spans come within some more. */
  static final Duration WAIT = Duration.ofMinutes(1);

  /** As long as the trace assembler knows that a trace goes on: messages take their time. */
  static final Duration MEMORY = Duration.ofMinutes(30);

  private static final Duration TICK = Duration.ofSeconds(1);

  /** More is not added up before it is sent. */
  private static final int MAX_SERIES = 50_000;

  private static final AvroSerde<Trace> SERDE = AvroSerde.of(Trace.getClassSchema());

  private final int maxNameLength;
  private final CallReader reader;
  private final CallTallies tallies;
  private final Counter unpaired;
  private final LongSupplier nanoTime;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private PendingCalls pending;

  /** By which sides wait. */
  @SuppressWarnings("NullAway.Init")
  private RunningTime time;

  GraphStep(SpanMetricsConfig config, Stage stage) {
    maxNameLength = config.maxNameLength();
    reader = new CallReader(maxNameLength);
    tallies = new CallTallies(maxNameLength);
    nanoTime = stage.nanoTime();
    unpaired = stage.meters().counter("sluice.spanmetrics.unpaired.calls");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    time = new RunningTime(nanoTime, MEMORY, context.clock().millis());
    pending =
        new PendingCalls(
            context.store(SpanMetricsTopology.PENDING_CALLS), WAIT, MEMORY, time.millis());
    context.every(TICK, this::giveUp);
  }

  @Override
  public void process(InputRecord input) {
    Trace trace = SERDE.decode(input.value());
    ByteBuffer otlp = trace.getOtlp();
    Slice spans =
        new Slice(
            otlp.array(), otlp.arrayOffset() + otlp.position(), otlp.arrayOffset() + otlp.limit());
    byte[] traceId = trace.getTraceId().bytes();
    long arrivalNanos = input.timestampMillis() * 1_000_000;
    TraceCalls.Spans read = TraceCalls.read(spans, reader, maxNameLength, arrivalNanos);
    TraceCalls found = read.calls(pending.take(traceId)); // nothing is malformed from here on
    add(found.calls());
    pending.put(traceId, found.spans(), time.millis());
  }

  private void giveUp() {
    List<Call> calls = new ArrayList<>();
    long now = time.millis();
    for (byte[] trace = pending.due(now); trace != null; trace = pending.due(now)) {
      EarlierSpans spans = pending.take(trace);
      for (CallSide side : spans.sides()) {
        Call call = TraceCalls.alone(side);
        if (!side.settled() && call == null) {
          unpaired.increment(side.weight());
        } else if (!side.settled() && call != null) {
          calls.add(call);
        }
      }
      pending.put(trace, spans.settled(), now);
    }
    pending.forget(now);
    add(calls);
  }

  private void add(List<Call> calls) {
    tallies.add(calls);
    if (tallies.touched() > MAX_SERIES) {
      tallies.drain(this::send);
    }
  }

  @Override
  public void beforeCommit() {
    tallies.drain(this::send);
  }

  private void send(String client, byte[] partials) {
    context.send(SpanMetricsTopology.PARTIALS, client.getBytes(StandardCharsets.UTF_8), partials);
  }
}
