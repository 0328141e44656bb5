package io.sluice.ingest;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.RecordHeaders;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.stage.StageMeters;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * What both protocols share: checks a request, sends it to its raw topic, and says what came of it.
 */
final class Exporter {

  private final RawTopics rawTopics;
  private final Map<OtlpSignal, RequestCheck> checks = new EnumMap<>(OtlpSignal.class);
  private final StageMeters meters;
  private final SentAway sentAway;
  private final Tracer tracer;

  Exporter(
      RawTopics rawTopics,
      IngestConfig config,
      StageMeters meters,
      SentAway sentAway,
      OpenTelemetry openTelemetry) {
    this.rawTopics = rawTopics;
    this.meters = meters;
    this.sentAway = sentAway;
    this.tracer = openTelemetry.getTracer("io.sluice.ingest");
    RecordLimits limits = new RecordLimits(config);
    for (OtlpSignal signal : OtlpSignal.values()) {
      checks.put(signal, new RequestCheck(limits, signal));
    }
  }

  /**
   * Never completes exceptionally: a failure is an outcome too.
   *
   * @param request protobuf bytes, which must not change afterwards
   * @throws InFlight.PressureException when there is no room for a copy that it takes
   */
  CompletableFuture<Outcome> export(OtlpSignal signal, Slice request, InFlight.Share share) {
    meters.in(1);
    long startNanos = System.nanoTime(); // a duration for a metric, not logic
    RequestCheck.Result checked;
    byte[] accepted;
    try {
      RequestCheck check = checks.get(signal);
      if (check == null) {
        throw new IllegalStateException("no check for " + signal);
      }
      checked = check.check(request, share::grow);
      accepted = alone(checked.accepted(), share);
    } catch (InvalidInputException e) {
      return CompletableFuture.completedFuture(refused(e.reason(), String.valueOf(e.getMessage())));
    }
    meters.processed(Duration.ofNanos(System.nanoTime() - startNanos));
    checked.rejected().forEach(meters::dead);
    Outcome success = Outcome.accepted(checked.rejectedCount(), checked.message());
    if (accepted.length == 0) {
      return CompletableFuture.completedFuture(success); // nothing in it, or nothing left of it
    }
    return send(signal, accepted, success);
  }

  /** As an array of its own, which Kafka's client wants. */
  private static byte[] alone(Slice bytes, InFlight.Share share) {
    if (bytes.length() == bytes.array().length) {
      return bytes.array();
    }
    share.grow(bytes.length());
    return bytes.toBytes();
  }

  /** Counts a request that could not even be read. */
  Outcome refused(Reason reason, String message) {
    meters.dead(reason, 1);
    return Outcome.refused(reason, message);
  }

  /** Counts a request of one who may not send it. */
  Outcome refused(Outcome.Kind kind, Reason reason, String message) {
    meters.dead(reason, 1);
    return new Outcome(kind, 0, message);
  }

  /** Counts a request for which there is no memory now. */
  Outcome pressure() {
    return sentAway.pressure();
  }

  private CompletableFuture<Outcome> send(OtlpSignal signal, byte[] accepted, Outcome success) {
    Span span =
        tracer
            .spanBuilder("ingest " + signal.label())
            .setNoParent()
            .setSpanKind(SpanKind.PRODUCER)
            .setAttribute("messaging.system", "kafka")
            .setAttribute("messaging.operation.type", "send")
            .setAttribute("messaging.destination.name", signal.topic().name())
            .startSpan();
    return rawTopics
        .send(signal.topic(), accepted, headers(span))
        .handle(
            (done, failure) -> {
              if (failure == null) {
                meters.out(1);
                span.end();
                return success;
              }
              span.setStatus(StatusCode.ERROR, "not acknowledged");
              span.end();
              return failed(failure);
            });
  }

  private static Map<String, String> headers(Span span) {
    Map<String, String> headers = new HashMap<>();
    if (span.getSpanContext().isSampled()) {
      W3CTraceContextPropagator.getInstance()
          .inject(
              Context.root().with(span),
              headers,
              (carrier, name, text) -> {
                if (carrier != null && name.equals(RecordHeaders.TRACEPARENT)) {
                  carrier.put(RecordHeaders.RAW_TRACEPARENT, text);
                }
              });
    }
    return headers;
  }

  private Outcome failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RecordTooLargeException) {
      return refused(
          Reason.TOO_LARGE, "the request does not fit a Kafka record; send smaller ones");
    }
    // Kafka's own word for it, which people search for.
    return sentAway.unavailable("Kafka has not acknowledged: " + cause.getClass().getSimpleName());
  }
}
