package io.sluice.schemas.stage;

/**
 * A part of the process with a life: started once, closed once. Closing what was never started is
 * safe, and so is closing twice. Called by the application's main thread; {@link #health} by any.
 */
public interface Component extends AutoCloseable {

  /** The role or part as users name it, e.g. {@code ingest}. */
  String name();

  /**
   * Returns when the component works or will work by itself (a broker that is away is waited for in
   * the background).
   *
   * @throws RuntimeException when it can never work as configured: the start of the process ends
   *     with this message
   */
  void start();

  /** Whether it works now. Must not block. */
  Health health();

  /** Finishes what was accepted, within the configured time, and stops. */
  @Override
  void close();
}
