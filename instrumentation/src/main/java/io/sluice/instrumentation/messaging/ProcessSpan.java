package io.sluice.instrumentation.messaging;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.sluice.instrumentation.Failures;
import java.util.Collection;

/**
 * A span around work on what came by Kafka, by OpenTelemetry's conventions for messaging: what
 * {@link ConsumerSpans} and the spans of Kafka Streams have in common. A service uses those.
 */
public final class ProcessSpan {

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  private static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("messaging.operation.name");
  private static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  private static final AttributeKey<Long> BATCH_SIZE =
      AttributeKey.longKey("messaging.batch.message_count");

  private ProcessSpan() {}

  /** Of this name, to be added to. */
  public static SpanBuilder named(Tracer tracer, String name) {
    return tracer
        .spanBuilder(name)
        .setSpanKind(SpanKind.CONSUMER)
        .setAttribute(SYSTEM, "kafka")
        .setAttribute(OPERATION, "process")
        .setAttribute(OPERATION_TYPE, "process");
  }

  /**
   * Says that it is of several records, and links it to where they come from.
   *
   * @param size how many there are, with a sender and without
   */
  public static void ofBatch(SpanBuilder span, long size, Collection<SpanContext> senders) {
    span.setAttribute(BATCH_SIZE, size);
    senders.forEach(span::addLink);
  }

  /**
   * Does the work in the span, a child of this context. Both are current while the work runs.
   *
   * @throws E what the work throws; the span has failed then
   */
  public static <E extends Exception> void run(SpanBuilder builder, Context parent, Work<E> work)
      throws E {
    Span span = builder.setParent(parent).startSpan();
    try (Scope current = parent.with(span).makeCurrent()) {
      work.run();
    } catch (Throwable failure) {
      Failures.record(span, failure);
      throw failure;
    } finally {
      span.end();
    }
  }
}
