package io.sluice.app.command;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Says what a start is doing, with the seconds since its beginning. */
final class Progress {

  private final PrintStream out;
  private final Instant begin = Instant.now();

  Progress(PrintStream out) {
    this.out = out;
  }

  void step(String what) {
    out.println(String.format(Locale.ROOT, "%5.1f s  %s", seconds(), what));
    out.flush();
  }

  void up() {
    step("up");
  }

  private double seconds() {
    return Duration.between(begin, Instant.now()).toMillis() / 1000.0;
  }
}
