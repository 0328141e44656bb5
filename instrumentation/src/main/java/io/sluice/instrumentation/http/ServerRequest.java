package io.sluice.instrumentation.http;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.HttpAttributes;
import io.opentelemetry.semconv.NetworkAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import io.sluice.instrumentation.Failures;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One request being served. Ends once, whichever thread comes first. */
final class ServerRequest {

  /** The connection was closed instead; the conventions have no better word for it. */
  private static final String NO_RESPONSE = "_OTHER";

  private final Span span;
  private final Context context;
  private final HttpMethod method;
  private final String scheme;
  private final String version;
  private final HttpMetrics metrics;
  private final Clock clock;
  private final long startNanos;

  private final AtomicLong requestBytes = new AtomicLong();
  private final AtomicLong responseBytes = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable String route;

  ServerRequest(
      Span span,
      Context context,
      HttpMethod method,
      @Nullable String route,
      String scheme,
      String version,
      HttpMetrics metrics,
      Clock clock) {
    this.span = span;
    this.context = context;
    this.method = method;
    this.route = route;
    this.scheme = scheme;
    this.version = version;
    this.metrics = metrics;
    this.clock = clock;
    this.startNanos = clock.nanoTime();
  }

  Context context() {
    return context;
  }

  /** Names the span; some servers know the route only when the request has been handled. */
  void matched(String template) {
    route = template;
    span.updateName(method.inSpanName(template));
    span.setAttribute(HttpAttributes.HTTP_ROUTE, template);
  }

  boolean hasRoute() {
    return route != null;
  }

  /** The bytes of the body that were read so far. */
  long readBytes() {
    return requestBytes.get();
  }

  void read(long bytes) {
    requestBytes.addAndGet(bytes);
  }

  void wrote(long bytes) {
    responseBytes.addAndGet(bytes);
  }

  /** What was written so far is thrown away before it is sent. */
  void wroteNothing() {
    responseBytes.set(0);
  }

  /** Keeps the first failure for the end of the span. */
  void fail(Throwable reason) {
    failure.compareAndSet(null, reason);
  }

  /** Sends a part of the answer, and keeps the failure when it does not get through. */
  void send(Part part) throws IOException {
    try {
      part.send();
    } catch (IOException lost) {
      fail(lost);
      throw lost;
    }
  }

  /** A part of an answer. */
  interface Part {
    void send() throws IOException;
  }

  /**
   * @param status as sent, or less than 0 when none was
   */
  void end(int status) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    double seconds = (clock.nanoTime() - startNanos) / 1e9;
    if (status > 0) {
      span.setAttribute(HttpAttributes.HTTP_RESPONSE_STATUS_CODE, (long) status);
    }
    String errorType = markFailure(status);
    span.end();
    metrics.record(
        seconds,
        requestBytes.get(),
        responseBytes.get(),
        metricAttributes(status, errorType),
        context);
  }

  private @Nullable String markFailure(int status) {
    Throwable thrown = failure.get();
    if (thrown != null) {
      Failures.record(span, thrown);
      return Failures.type(thrown);
    }
    if (status >= 500 || status <= 0) {
      String type = status <= 0 ? NO_RESPONSE : Integer.toString(status);
      span.setStatus(StatusCode.ERROR);
      span.setAttribute(ErrorAttributes.ERROR_TYPE, type);
      return type;
    }
    return null;
  }

  private Attributes metricAttributes(int status, @Nullable String errorType) {
    AttributesBuilder attributes =
        Attributes.builder()
            .put(HttpAttributes.HTTP_REQUEST_METHOD, method.attribute())
            .put(UrlAttributes.URL_SCHEME, scheme)
            .put(NetworkAttributes.NETWORK_PROTOCOL_VERSION, version);
    String template = route;
    if (template != null) {
      attributes.put(HttpAttributes.HTTP_ROUTE, template);
    }
    if (status > 0) {
      attributes.put(HttpAttributes.HTTP_RESPONSE_STATUS_CODE, status);
    }
    if (errorType != null) {
      attributes.put(ErrorAttributes.ERROR_TYPE, errorType);
    }
    return attributes.build();
  }
}
