package io.sluice.instrumentation.async;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.sluice.instrumentation.Failures;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/**
 * A span that is put around work: {@code Spans.instrument(tracer, "reserve stock").callable(work)}.
 *
 * <p>Whatever the shape of the work, each run has a span of its own, which is a child of the span
 * that was current when the work was <em>handed in</em> (not when it runs); is current, with the
 * whole context of that moment, while the work runs; ends when the work ends; and carries the
 * failure when the work fails or is cancelled. The failure itself passes through unchanged, and the
 * running thread's own context is there again afterwards.
 *
 * <p>Immutable; safe for use by several threads.
 */
public final class Spans {

  private final Tracer tracer;
  private final String name;
  private final SpanKind kind;
  private final Attributes attributes;

  private Spans(Tracer tracer, String name, SpanKind kind, Attributes attributes) {
    this.tracer = tracer;
    this.name = name;
    this.kind = kind;
    this.attributes = attributes;
  }

  /** An internal span of this name. */
  public static Spans instrument(Tracer tracer, String name) {
    return new Spans(tracer, name, SpanKind.INTERNAL, Attributes.empty());
  }

  /** The same with another kind. */
  public Spans kind(SpanKind kind) {
    return new Spans(tracer, name, kind, attributes);
  }

  /** The same with one more attribute. */
  public <T> Spans attribute(AttributeKey<T> key, T value) {
    return new Spans(tracer, name, kind, attributes.toBuilder().put(key, value).build());
  }

  /** The work, with a span around each run. */
  public Runnable runnable(Runnable work) {
    Context parent = Context.current();
    return () -> {
      Span span = start(parent);
      try (Scope current = parent.with(span).makeCurrent()) {
        work.run();
      } catch (Throwable failure) {
        Failures.record(span, failure);
        throw failure;
      } finally {
        span.end();
      }
    };
  }

  /** The work, with a span around each call. */
  public <T> Callable<T> callable(Callable<T> work) {
    Context parent = Context.current();
    return () -> {
      Span span = start(parent);
      try (Scope current = parent.with(span).makeCurrent()) {
        return work.call();
      } catch (Throwable failure) {
        Failures.record(span, failure);
        throw failure;
      } finally {
        span.end();
      }
    };
  }

  /** The work, with a span around each call. */
  public <T> Supplier<T> supplier(Supplier<T> work) {
    Context parent = Context.current();
    return () -> {
      Span span = start(parent);
      try (Scope current = parent.with(span).makeCurrent()) {
        return work.get();
      } catch (Throwable failure) {
        Failures.record(span, failure);
        throw failure;
      } finally {
        span.end();
      }
    };
  }

  /**
   * Calls the work at once, in this thread, with the span current; the span ends when the stage
   * that it gives completes.
   *
   * @throws NullPointerException when the work gives no stage; the span ends with it
   * @return completes as the work's stage does, after the span has ended. When it is completed from
   *     outside (a time-out), the span ends with that outcome; when it is cancelled, the work's
   *     stage is cancelled too, if it is one that can be.
   */
  public <T> CompletableFuture<T> stage(Supplier<? extends CompletionStage<T>> work) {
    Context parent = Context.current();
    Span span = start(parent);
    CompletionStage<T> stage;
    try (Scope current = parent.with(span).makeCurrent()) {
      stage = Objects.requireNonNull(work.get(), "the work gave no stage");
    } catch (Throwable failure) {
      Failures.record(span, failure);
      span.end();
      throw failure;
    }
    return SpannedStage.follow(stage, span);
  }

  /**
   * The publisher, with a span around each subscription: it begins when somebody subscribes, and
   * ends with the last signal or when the subscription is cancelled. That is no failure: who has
   * seen enough cancels. The span is current where the publisher works for its subscriber, in
   * {@code subscribe}, {@code request} and {@code cancel}; the subscriber's own code runs with the
   * context in which the publisher was handed in.
   *
   * <p>For Reactive Streams there is {@code org.reactivestreams.FlowAdapters}.
   */
  public <T> Flow.Publisher<T> publisher(Flow.Publisher<T> work) {
    Context parent = Context.current();
    return new SpannedPublisher<>(work, parent, () -> start(parent));
  }

  /** An executor that puts a span around each task; tasks see the context of their submission. */
  public Executor executor(Executor executor) {
    return task -> executor.execute(runnable(task));
  }

  /**
   * An executor service that puts a span around each task; tasks see the context of their
   * submission. A task that never runs (rejected, or cancelled in the queue) has no span.
   */
  public ExecutorService executorService(ExecutorService executor) {
    return new SpannedExecutorService(executor, this);
  }

  private Span start(Context parent) {
    return tracer
        .spanBuilder(name)
        .setParent(parent)
        .setSpanKind(kind)
        .setAllAttributes(attributes)
        .startSpan();
  }
}
