package io.sluice.schemas.ledger;

import io.sluice.schemas.Redaction;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The ledger's last days in bounded memory, for one who follows it: by the hour for the last day,
 * by the day before. Not safe for use by several threads.
 */
public final class LedgerWeek {

  /** How far back it reaches. */
  public static final Duration KEPT = LedgerReport.NEW.plus(LedgerReport.BEFORE);

  /** In one hour or day. */
  private static final int MAX_PLACES = 2000;

  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long DAY = Duration.ofDays(1).toNanos();

  private final Clock clock;

  /** By the start of the hour, as long as it is one of the last day. */
  private final TreeMap<Long, LedgerTotals> hours = new TreeMap<>();

  /** By the start of the day; holds the hours that are older. */
  private final TreeMap<Long, LedgerTotals> days = new TreeMap<>();

  public LedgerWeek(Clock clock) {
    this.clock = clock;
  }

  public void clear() {
    hours.clear();
    days.clear();
  }

  /** Takes an entry; entries may come in any order. */
  public void add(Redaction entry) {
    // A clock that runs ahead would make hours that never are over.
    long start = Math.min(entry.getWindowStartUnixNano(), now());
    totals(hours, start - Math.floorMod(start, HOUR)).add(entry);
    age();
  }

  /**
   * Answers for the time up to now.
   *
   * @param since how long ago that time began; counted from a full hour, for more than a day from a
   *     full day (UTC)
   */
  public LedgerReport report(Duration since, Predicate<RedactedPlace> wanted) {
    age();
    LedgerTotals lastDay = sum(hours.values());
    LedgerTotals before = sum(days.values());
    long from = now() - since.toNanos();
    LedgerTotals asked = sum(hours.tailMap(from - HOUR, false).values());
    if (since.compareTo(LedgerReport.NEW) > 0) {
      days.tailMap(from - DAY, false).values().forEach(asked::addAll);
    }
    return LedgerReport.of(asked, lastDay, before, wanted);
  }

  /** Puts hours that are over into their days, and forgets days that are too old. */
  private void age() {
    long yesterday = now() - LedgerReport.NEW.toNanos();
    Map<Long, LedgerTotals> old = hours.headMap(yesterday - HOUR, true);
    old.forEach((start, hour) -> totals(days, start - Math.floorMod(start, DAY)).addAll(hour));
    old.clear();
    days.headMap(now() - KEPT.toNanos() - DAY, true).clear();
  }

  private static LedgerTotals totals(Map<Long, LedgerTotals> buckets, long start) {
    return buckets.computeIfAbsent(start, unused -> new LedgerTotals(MAX_PLACES));
  }

  private static LedgerTotals sum(Iterable<LedgerTotals> buckets) {
    LedgerTotals sum = new LedgerTotals(Integer.MAX_VALUE);
    buckets.forEach(sum::addAll);
    return sum;
  }

  private long now() {
    return clock.millis() * 1_000_000;
  }
}
