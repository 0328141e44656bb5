package io.sluice.instrumentation;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.semconv.ErrorAttributes;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** How a failure is written on a span, everywhere the same. */
public final class Failures {

  private Failures() {}

  /** Marks the span as failed: status error, {@code error.type} and an exception event. */
  public static void record(Span span, Throwable failure) {
    Throwable cause = cause(failure);
    span.setStatus(StatusCode.ERROR);
    span.setAttribute(ErrorAttributes.ERROR_TYPE, type(cause));
    span.recordException(cause);
  }

  /** The value of {@code error.type}: the name of the class that names the failure best. */
  public static String type(Throwable failure) {
    Class<?> type = cause(failure).getClass();
    String name = type.getCanonicalName();
    return name == null ? type.getName() : name;
  }

  /** What really failed, inside the wrappers that futures add. */
  private static Throwable cause(Throwable failure) {
    Throwable current = failure;
    @Nullable Throwable inner = current.getCause();
    while (inner != null
        && (current instanceof CompletionException || current instanceof ExecutionException)) {
      current = inner;
      inner = current.getCause();
    }
    return current;
  }
}
