package io.sluice.alerts;

import io.sluice.schemas.SliWindow;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** SLI windows as tests say them: ten seconds each, counted from {@link Telemetry#START}. */
final class Windows {

  static final String SLO = "checkout";
  static final Duration LENGTH = Duration.ofSeconds(10);

  private Windows() {}

  /** The window that begins so many seconds after the start, all good, its first record. */
  static SliWindow window(long second, long total) {
    return window(second, total, 0);
  }

  /** A window with bad events. */
  static SliWindow window(long second, long total, long bad) {
    return SliWindow.newBuilder()
        .setSloId(SLO)
        .setStartTimeUnixNano(nanosAt(second))
        .setLengthNanos(LENGTH.toNanos())
        .setGood(total - bad)
        .setTotal(total)
        .setRevision(0)
        .setLateCount(0)
        .build();
  }

  /** The same window, corrected. */
  static SliWindow revision(int revision, SliWindow window) {
    return SliWindow.newBuilder(window).setRevision(revision).build();
  }

  static SliWindow withBadTraces(SliWindow window, long... numbers) {
    return SliWindow.newBuilder(window)
        .setBadTraces(Arrays.stream(numbers).mapToObj(Windows::trace).toList())
        .build();
  }

  /** The same window of another SLO. */
  static SliWindow of(String slo, SliWindow window) {
    return SliWindow.newBuilder(window).setSloId(slo).build();
  }

  static SliWindow lasting(Duration length, SliWindow window) {
    return SliWindow.newBuilder(window).setLengthNanos(length.toNanos()).build();
  }

  static TraceId trace(long number) {
    return new TraceId(Telemetry.traceId(number));
  }

  static Instant at(long second) {
    return Telemetry.START.plusSeconds(second);
  }

  static long nanosAt(long second) {
    return at(second).getEpochSecond() * 1_000_000_000L;
  }
}
