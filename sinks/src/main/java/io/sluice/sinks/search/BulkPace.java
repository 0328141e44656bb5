package io.sluice.sinks.search;

import java.time.Duration;

/**
 * How large bulk requests are and how many go at a time: a little more after each that was taken
 * soon, half after one that was too much. Safe for use by several threads.
 */
final class BulkPace {

  static final int MIN_BYTES = 128 << 10;

  /** Each request under way is held twice: memory while catching up is several times this. */
  static final int MAX_BYTES = 1 << 20;

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration SLOW = Duration.ofSeconds(5);

  private final int maxConcurrency;
  private int bytes = MAX_BYTES;
  private int concurrency;
  private int taken;

  BulkPace(int maxConcurrency) {
    this.maxConcurrency = maxConcurrency;
    this.concurrency = Math.min(2, maxConcurrency);
  }

  /** Bytes of a request, about. */
  synchronized int bytes() {
    return bytes;
  }

  /** Requests at a time. */
  synchronized int concurrency() {
    return concurrency;
  }

  synchronized void taken(Duration time) {
    if (time.compareTo(SLOW) > 0) {
      bytes = Math.max(MIN_BYTES, bytes / 2);
      return;
    }
    if (time.compareTo(SOON) < 0) {
      bytes = Math.min(MAX_BYTES, bytes + bytes / 16);
    }
    if (++taken >= concurrency) { // all that went at a time
      taken = 0;
      concurrency = Math.min(maxConcurrency, concurrency + 1);
    }
  }

  synchronized void tooMuch() {
    bytes = Math.max(MIN_BYTES, bytes / 2);
    concurrency = Math.max(1, concurrency / 2);
    taken = 0;
  }

  /** A request of this size is refused whatever else goes on. */
  synchronized void tooLarge(int size) {
    bytes = Math.max(MIN_BYTES, Math.min(bytes, size / 2));
  }
}
