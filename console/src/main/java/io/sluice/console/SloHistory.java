package io.sluice.console;

import io.sluice.schemas.Backfill;
import io.sluice.schemas.SliWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one SLO as far back as somebody looks at them: one by one for a day, in slots of
 * five minutes for four, in hours for as long as Kafka keeps them. Every window is in all three, as
 * in the alert engine, so sums come out as there: of whole windows up to six hours back, of whole
 * slots up to three days, of whole hours beyond. Not safe for use by several threads.
 */
final class SloHistory {

  static final Duration FINE = Duration.ofHours(6);
  static final Duration SLOTS = Duration.ofDays(3);
  static final Duration DAY = Duration.ofHours(24);
  static final Duration SLOT = Duration.ofMinutes(5);
  static final Duration HOUR = Duration.ofHours(1);

  /** A day, and as long as a window may be corrected after its end. */
  private static final Duration WINDOWS_KEPT = Duration.ofHours(25);

  /** So long before each of these windows. */
  private static final Duration SLOTS_KEPT = SLOTS.plus(WINDOWS_KEPT).plus(SLOT);

  /** Kafka has no more of them, with the topic's own retention. */
  private static final Duration HOURS_KEPT = Duration.ofDays(42);

  private static final int OVERHEAD = 600;

  private final WindowLog windows;
  private final WindowLog slots = new WindowLog(SLOT.toNanos());
  private final WindowLog hours = new WindowLog(HOUR.toNanos());
  private final long generation;
  private long lengthNanos;
  private long beginNanos = Long.MAX_VALUE;
  private long endNanos = Long.MIN_VALUE;

  /** Begin of the newest window of the history before the definition: they come in their order. */
  private long historyNanos = Long.MIN_VALUE;

  /**
   * @param first of a definition
   */
  SloHistory(SliWindow first) {
    generation = first.getGeneration();
    lengthNanos = first.getLengthNanos();
    windows = new WindowLog(lengthNanos);
  }

  long generation() {
    return generation;
  }

  /** Takes a window, or another revision of one. */
  void put(SliWindow record) {
    SloWindow window = SloWindow.of(record);
    long start = window.startNanos();
    boolean isNext =
        record.getBackfill() == Backfill.HISTORY
            && record.getRevision() == 0
            && start > historyNanos;
    if (isNext) {
      historyNanos = start;
    }
    SloWindow before = null;
    if (start >= windows.sinceNanos()) {
      before = windows.at(start);
      if (before != null && before.revision() > window.revision()) {
        return;
      }
      windows.put(window);
    } else if (!isNext) {
      // It may be in the sums already: with what, is not known any more.
      correct(slots, SLOT, start);
      correct(hours, HOUR, start);
      return;
    }
    beginNanos = Math.min(beginNanos, start);
    if (window.endNanos() > endNanos) {
      lengthNanos = window.lengthNanos();
    }
    endNanos = Math.max(endNanos, window.endNanos());
    add(slots, SLOT, before, window);
    add(hours, HOUR, before, window);
    windows.dropBefore(endNanos - WINDOWS_KEPT.toNanos());
    slots.dropBefore(endNanos - SLOTS_KEPT.toNanos());
    hours.dropBefore(endNanos - HOURS_KEPT.toNanos());
  }

  private static void add(
      WindowLog sums, Duration unit, @Nullable SloWindow before, SloWindow window) {
    long start = floor(window.startNanos(), unit);
    if (start < sums.sinceNanos()) {
      return;
    }
    SloWindow sum = sums.at(start);
    SloWindow counted = window.counted();
    SloWindow known = before == null ? SloWindow.empty(start, 0) : before.counted();
    long good = counted.good() - known.good();
    long total = counted.total() - known.total();
    sums.put(
        (sum == null ? SloWindow.empty(start, unit.toNanos()) : sum)
            .plus(good, total, window.complete()));
  }

  private static void correct(WindowLog sums, Duration unit, long nanos) {
    long start = floor(nanos, unit);
    if (start >= sums.sinceNanos()) {
      SloWindow sum = sums.at(start);
      sums.put((sum == null ? SloWindow.empty(start, unit.toNanos()) : sum).inexact());
    }
  }

  /** Begin of the oldest window that came. */
  long beginNanos() {
    return beginNanos;
  }

  /** End of the newest one. */
  long endNanos() {
    return endNanos;
  }

  /** Length of the newest one. */
  long lengthNanos() {
    return lengthNanos;
  }

  /** Since when windows are known one by one. */
  long sinceNanos() {
    return windows.sinceNanos();
  }

  long slotsSinceNanos() {
    return slots.sinceNanos();
  }

  long hoursSinceNanos() {
    return hours.sinceNanos();
  }

  /** Those that start in a time, oldest first; its end is not included. */
  List<SloWindow> windows(long fromNanos, long toNanos) {
    return list(windows, fromNanos, toNanos);
  }

  List<SloWindow> slots() {
    return list(slots, beginOfAll(), Long.MAX_VALUE);
  }

  List<SloWindow> hours() {
    return list(hours, beginOfAll(), Long.MAX_VALUE);
  }

  private long beginOfAll() {
    return floor(beginNanos, HOUR);
  }

  /**
   * What is known of a time, as fine as it is kept for so long, oldest first: it may begin up to a
   * slot or an hour before. Nothing when its end is not known exactly.
   */
  List<SloWindow> over(long fromNanos, long toNanos) {
    long from = Math.max(fromNanos, beginNanos);
    long span = toNanos - from;
    if (span <= DAY.toNanos() && from >= sinceNanos()) {
      return counted(from, toNanos);
    }
    boolean inSlots = span <= SLOTS.toNanos() && from >= slots.sinceNanos();
    Duration unit = inSlots ? SLOT : HOUR;
    long middle = floor(toNanos, unit);
    if (middle < sinceNanos()) {
      return List.of();
    }
    List<SloWindow> found = list(inSlots ? slots : hours, floor(from, unit), middle);
    found.addAll(counted(middle, toNanos));
    return found;
  }

  /** As they are in sums. */
  List<SloWindow> counted(long fromNanos, long toNanos) {
    return windows(fromNanos, toNanos).stream().map(SloWindow::counted).toList();
  }

  private static List<SloWindow> list(WindowLog log, long fromNanos, long toNanos) {
    List<SloWindow> found = new ArrayList<>();
    log.forEach(fromNanos, toNanos, found::add);
    return found;
  }

  static long floor(long nanos, Duration unit) {
    return nanos - Math.floorMod(nanos, unit.toNanos());
  }

  long bytes() {
    return OVERHEAD + windows.bytes() + slots.bytes() + hours.bytes();
  }

  /** Forgets some of the oldest windows; returns false when there is little to forget. */
  boolean shrink() {
    return windows.dropQuarter() || slots.dropQuarter() || hours.dropQuarter();
  }
}
