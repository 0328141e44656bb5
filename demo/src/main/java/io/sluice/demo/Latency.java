package io.sluice.demo;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The time that work would take in a bigger shop. */
final class Latency {

  private final Random random;

  Latency(Random random) {
    this.random = random;
  }

  /** Waits about this long: from 0.7 times up to rarely more than twice. */
  void about(double millis) throws InterruptedException {
    double tail = random.nextDouble() < 0.03 ? 1 : 0;
    exactly(millis * (0.7 + 0.5 * random.nextDouble() + tail));
  }

  void exactly(double millis) throws InterruptedException {
    TimeUnit.MICROSECONDS.sleep(Math.round(millis * 1000));
  }
}
