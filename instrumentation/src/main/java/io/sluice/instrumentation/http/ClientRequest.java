package io.sluice.instrumentation.http;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.HttpAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.sluice.instrumentation.Failures;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One request being sent. Ends once, whichever thread comes first. */
final class ClientRequest {

  private final Span span;
  private final Context context;
  private final HttpMethod method;
  private final HostAndPort server;
  private final HttpMetrics metrics;
  private final Clock clock;
  private final long startNanos;

  private final AtomicLong requestBytes = new AtomicLong();
  private final AtomicLong responseBytes = new AtomicLong();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile int status = -1;

  ClientRequest(
      Span span,
      Context context,
      HttpMethod method,
      HostAndPort server,
      HttpMetrics metrics,
      Clock clock) {
    this.span = span;
    this.context = context;
    this.method = method;
    this.server = server;
    this.metrics = metrics;
    this.clock = clock;
    this.startNanos = clock.nanoTime();
  }

  Context context() {
    return context;
  }

  /** The body is sent, perhaps once more (a redirect, a stale connection): counts from zero. */
  void sendingBody() {
    requestBytes.set(0);
  }

  void sent(long bytes) {
    requestBytes.addAndGet(bytes);
  }

  void receivingBody(int statusCode) {
    status = statusCode;
  }

  void received(long bytes) {
    responseBytes.addAndGet(bytes);
  }

  /**
   * @param failure why there is no complete response, or null
   */
  void end(@Nullable Throwable failure) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    double seconds = (clock.nanoTime() - startNanos) / 1e9;
    if (status > 0) {
      span.setAttribute(HttpAttributes.HTTP_RESPONSE_STATUS_CODE, (long) status);
    }
    String errorType = markFailure(failure);
    span.end();
    metrics.record(
        seconds, requestBytes.get(), responseBytes.get(), metricAttributes(errorType), context);
  }

  private @Nullable String markFailure(@Nullable Throwable failure) {
    if (failure != null) {
      Failures.record(span, failure);
      return Failures.type(failure);
    }
    if (status >= 400) {
      String type = Integer.toString(status);
      span.setStatus(StatusCode.ERROR);
      span.setAttribute(ErrorAttributes.ERROR_TYPE, type);
      return type;
    }
    return null;
  }

  private Attributes metricAttributes(@Nullable String errorType) {
    AttributesBuilder attributes =
        Attributes.builder()
            .put(HttpAttributes.HTTP_REQUEST_METHOD, method.attribute())
            .put(ServerAttributes.SERVER_ADDRESS, server.host())
            .put(ServerAttributes.SERVER_PORT, server.port());
    if (status > 0) {
      attributes.put(HttpAttributes.HTTP_RESPONSE_STATUS_CODE, status);
    }
    if (errorType != null) {
      attributes.put(ErrorAttributes.ERROR_TYPE, errorType);
    }
    return attributes.build();
  }
}
