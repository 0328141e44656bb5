package io.sluice.ingest;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes of all requests under way against a limit. Safe for use by several threads. */
final class InFlight {

  private final long limit;
  private final AtomicLong bytes = new AtomicLong();

  InFlight(long limit) {
    this.limit = limit;
  }

  long bytes() {
    return bytes.get();
  }

  Share open() {
    return new Share();
  }

  /** Never over the limit, not even for a moment: others would be refused for it. */
  private void take(long more) {
    long now;
    do {
      now = bytes.get();
      if (more > limit - now) {
        throw new PressureException();
      }
    } while (!bytes.compareAndSet(now, now + more));
  }

  /** What one request holds. Given back once, by whoever answers it. */
  final class Share {
    private final AtomicLong held = new AtomicLong();
    private volatile boolean closed;

    /**
     * @throws InvalidInputException TOO_LARGE, when this request alone would be over the limit: it
     *     would never fit
     * @throws PressureException when all requests together would be
     */
    void grow(long more) {
      if (more > limit - held.get()) {
        throw new InvalidInputException(
            Reason.TOO_LARGE, "the request takes more than " + limit + " bytes while it is read");
      }
      take(more);
      held.addAndGet(more);
      if (closed) {
        close(); // answered meanwhile: what still comes in is not held
      }
    }

    void close() {
      closed = true;
      bytes.addAndGet(-held.getAndSet(0));
    }
  }

  /** There is no room for a request now; later there will be. */
  static final class PressureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PressureException() {
      super("too many requests are under way", null, false, false);
    }
  }
}
