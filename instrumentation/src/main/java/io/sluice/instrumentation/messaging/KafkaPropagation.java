package io.sluice.instrumentation.messaging;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.apache.kafka.common.header.Headers;

/**
 * Carries context in the headers of Kafka's records: {@code traceparent}, {@code tracestate} and
 * {@code baggage} with the propagators of {@link io.sluice.instrumentation.ServiceTelemetry}. Safe
 * for use by several threads.
 */
public final class KafkaPropagation {

  private final TextMapPropagator propagator;

  private KafkaPropagation(TextMapPropagator propagator) {
    this.propagator = propagator;
  }

  /** With the propagators of this SDK. */
  public static KafkaPropagation create(OpenTelemetry openTelemetry) {
    return new KafkaPropagation(openTelemetry.getPropagators().getTextMapPropagator());
  }

  /**
   * What the headers carry; the root context when they carry none. Nothing of the current thread is
   * in it.
   */
  public Context extract(Headers headers) {
    return propagator.extract(Context.root(), headers, HeadersGetter.INSTANCE);
  }

  /**
   * Lets the headers carry this context, and none that they carried before: a record that is sent
   * on has the headers of the one that came in.
   *
   * @throws IllegalStateException when the headers are read-only, as those of a sent record are
   */
  public void inject(Context context, Headers headers) {
    propagator.fields().forEach(headers::remove);
    propagator.inject(context, headers, HeadersSetter.INSTANCE);
  }
}
