package io.sluice.instrumentation.messaging;

/**
 * What is done with a record or a batch.
 *
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface Work<E extends Exception> {

  void run() throws E;
}
