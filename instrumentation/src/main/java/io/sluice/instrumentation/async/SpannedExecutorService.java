package io.sluice.instrumentation.async;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Wraps tasks before they are handed on. Not built on {@code AbstractExecutorService}: its future
 * tasks swallow the failure before the span could see it.
 */
final class SpannedExecutorService implements ExecutorService {

  private final ExecutorService delegate;
  private final Spans spans;

  SpannedExecutorService(ExecutorService delegate, Spans spans) {
    this.delegate = delegate;
    this.spans = spans;
  }

  @Override
  public void execute(Runnable task) {
    delegate.execute(spans.runnable(task));
  }

  @Override
  public <T> Future<T> submit(Callable<T> task) {
    return delegate.submit(spans.callable(task));
  }

  @Override
  public <T> Future<T> submit(Runnable task, T result) {
    return delegate.submit(spans.runnable(task), result);
  }

  @Override
  public Future<?> submit(Runnable task) {
    return delegate.submit(spans.runnable(task));
  }

  @Override
  public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
      throws InterruptedException {
    return delegate.invokeAll(wrap(tasks));
  }

  @Override
  public <T> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException {
    return delegate.invokeAll(wrap(tasks), timeout, unit);
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    return delegate.invokeAny(wrap(tasks));
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return delegate.invokeAny(wrap(tasks), timeout, unit);
  }

  @Override
  public void shutdown() {
    delegate.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return delegate.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return delegate.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return delegate.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return delegate.awaitTermination(timeout, unit);
  }

  private <T> List<Callable<T>> wrap(Collection<? extends Callable<T>> tasks) {
    return tasks.stream().<Callable<T>>map(spans::callable).toList();
  }
}
