package io.sluice.instrumentation.async;

import io.opentelemetry.api.trace.Span;
import io.sluice.instrumentation.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Ends a span with the outcome of a stage, or of whoever stops waiting for it first. */
final class SpannedStage {

  private final Span span;
  private final AtomicBoolean ended = new AtomicBoolean();

  private SpannedStage(Span span) {
    this.span = span;
  }

  /**
   * A new future instead of the stage itself: dependents of a {@link CompletableFuture} run last
   * registered first, so what the caller adds to the stage itself would run inside the span.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // The callbacks fail for no reason of their own.
  static <T> CompletableFuture<T> follow(CompletionStage<T> stage, Span span) {
    SpannedStage spanned = new SpannedStage(span);
    CompletableFuture<T> result = new CompletableFuture<>();
    result.whenComplete(
        (value, failure) -> {
          spanned.end(failure);
          if (result.isCancelled()) {
            stage.toCompletableFuture().cancel(true);
          }
        });
    stage.whenComplete(
        (value, failure) -> {
          spanned.end(failure);
          if (failure == null) {
            result.complete(value);
          } else {
            result.completeExceptionally(failure);
          }
        });
    return result;
  }

  private void end(@Nullable Throwable failure) {
    if (ended.compareAndSet(false, true)) {
      if (failure != null) {
        Failures.record(span, failure);
      }
      span.end();
    }
  }
}
