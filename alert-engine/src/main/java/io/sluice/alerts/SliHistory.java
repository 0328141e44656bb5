package io.sluice.alerts;

import io.sluice.schemas.Backfill;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.TraceId;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * What happened to one SLO over its whole period, in memory that does not grow: window by window
 * for six hours, in slots of five minutes for three days, in hours for the period. Every window is
 * in all three, so nothing is ever moved between them, and a correction is the same difference to
 * each.
 *
 * <p>A sum is exact. It is of whole windows (at least one, since a shorter look back could see
 * none), or of whole slots beyond six hours: then it reaches back farther than was asked, by less
 * than a slot.
 *
 * <p>The sums end with the newest window that is over. There is one for every time, also without
 * events: where none is, nothing is known yet. What windows that are not over have so far is asked
 * for by itself: {@link #lastAndOpen}.
 */
final class SliHistory {

  static final Duration FINE = Duration.ofHours(6);
  static final Duration SLOT = Duration.ofMinutes(5);
  private static final Duration SLOTS_SPAN = Duration.ofDays(3);
  private static final Duration HOUR = Duration.ofHours(1);
  static final Duration CONTRIBUTORS_SPAN = Duration.ofHours(24);

  /** Longer periods are looked at as far as this. */
  static final Duration MAX_SPAN = Duration.ofDays(366);

  /** Of a dimension in an hour. */
  private static final int MAX_CONTRIBUTORS = 8;

  private static final int MAX_EXAMPLES = 5;

  /** Windows whose traces are kept: many name the same ones. */
  private static final int MAX_EXAMPLE_WINDOWS = 20;

  private final WindowCounts windows = new WindowCounts();
  private final Slots slots = new Slots(SLOT, SLOTS_SPAN);
  private final Slots hours;
  private final OpenWindows open = new OpenWindows();
  private final TreeMap<Long, List<TraceId>> badTraces = new TreeMap<>();

  /** By the begin of the hour, of the last 24: hours without bad events are not there. */
  private final TreeMap<Long, List<Contributor>> contributors = new TreeMap<>();

  private long newestEndNanos = Long.MIN_VALUE;
  private long knownUntilNanos = Long.MIN_VALUE;

  /** Begin of the oldest hour that had a window. */
  private long sinceNanos = Long.MAX_VALUE;

  /** Begin of the oldest window, or of the oldest slot that was restored. */
  private long beginNanos = Long.MAX_VALUE;

  /** Length of the newest window. */
  private long bucketNanos;

  private boolean hasLiveWindow;

  SliHistory(Duration period) {
    hours = new Slots(HOUR, period.compareTo(MAX_SPAN) > 0 ? MAX_SPAN : period);
  }

  /**
   * Takes a window over.
   *
   * @param difference what it adds to the revision of it that was put before; {@link Counts#NONE}
   *     for one that {@link #restore} has in its sum already
   */
  void put(SliWindow window, Counts difference) {
    long start = window.getStartTimeUnixNano();
    long end = start + window.getLengthNanos();
    if (!hasWindows() || end > newestEndNanos) {
      newestEndNanos = end;
      bucketNanos = window.getLengthNanos();
      open.over(newestEndNanos);
    }
    if (start >= newestEndNanos - FINE.toNanos()) {
      windows.put(start, Counts.of(window));
      keepTraces(start, window.getBadTraces());
    }
    windows.dropBefore(newestEndNanos - FINE.toNanos());
    hasLiveWindow |= window.getBackfill() != Backfill.HISTORY;
    know(window);
    beginNanos = Math.min(beginNanos, start);
    add(start, difference);
  }

  /**
   * Takes over until when windows are known to have all their events, by what this one says.
   *
   * @return whether that is more than before
   */
  boolean know(SliWindow window) {
    Long said = window.getKnownUntilUnixNano();
    long until = said == null ? window.getStartTimeUnixNano() + window.getLengthNanos() : said;
    boolean more = until > knownUntilNanos;
    knownUntilNanos = Math.max(knownUntilNanos, until);
    return more;
  }

  /** Takes over what is known of a window that is not over. One that is by now does nothing. */
  void putOpen(SliWindow window) {
    if (window.getStartTimeUnixNano() >= newestEndNanos) {
      open.put(window, FINE);
    }
  }

  /** What is known of windows that are not over. */
  OpenWindows open() {
    return open;
  }

  /** Adds what was kept of a slot: for a start, after the windows that are kept one by one. */
  void restore(long slotStartNanos, Counts counts) {
    if (!hasWindows() || newestEndNanos < slotStartNanos) {
      newestEndNanos = slotStartNanos + SLOT.toNanos();
      knownUntilNanos = Math.max(knownUntilNanos, newestEndNanos);
      bucketNanos = SLOT.toNanos();
    }
    if (!counts.equals(Counts.NONE)) { // others only say that the hour is known
      beginNanos = Math.min(beginNanos, slotStartNanos);
    }
    add(slotStartNanos, counts);
  }

  private void add(long startNanos, Counts counts) {
    sinceNanos = Math.min(sinceNanos, startNanos - Math.floorMod(startNanos, HOUR.toNanos()));
    slots.add(startNanos, counts);
    hours.add(startNanos, counts);
  }

  private void keepTraces(long start, List<TraceId> traces) {
    if (!traces.isEmpty()) {
      badTraces.put(start, traces.stream().limit(MAX_EXAMPLES).toList());
      if (badTraces.size() > MAX_EXAMPLE_WINDOWS) {
        badTraces.pollFirstEntry();
      }
    }
  }

  /** Replaces what the bad events in the hour of a time have in common: the largest of each. */
  void putContributors(long timeNanos, List<Contributor> ofHour) {
    if (!ofHour.isEmpty()) {
      contributors.put(
          timeNanos - Math.floorMod(timeNanos, HOUR.toNanos()),
          new BurnedBy().addAll(ofHour).first(MAX_CONTRIBUTORS));
      contributors.headMap(contributors.lastKey() - CONTRIBUTORS_SPAN.toNanos(), true).clear();
    }
  }

  /**
   * What the bad events of the last so many nanoseconds, at most a day, have in common: by hours.
   */
  BurnedBy burnedBy(long lengthNanos) {
    BurnedBy burnedBy = new BurnedBy();
    if (hasWindows()) {
      long from = fromNanos(lengthNanos);
      contributors
          .tailMap(from - Math.floorMod(from, HOUR.toNanos()), true)
          .values()
          .forEach(burnedBy::addAll);
    }
    return burnedBy;
  }

  /** End of the newest window; {@link Long#MIN_VALUE} without any. */
  long newestEndNanos() {
    return newestEndNanos;
  }

  /**
   * Until when all windows have their events, as far as anybody knows: others may lack some, which
   * a stage before holds. {@link Long#MIN_VALUE} without any window.
   */
  long knownUntilNanos() {
    return Math.min(newestEndNanos, Math.max(knownUntilNanos, beginNanos));
  }

  /**
   * Since when something is known, to five minutes after a restart; {@link Long#MAX_VALUE} without
   * any window.
   */
  long beginNanos() {
    return beginNanos;
  }

  /** Length of the newest window. */
  long bucketNanos() {
    return bucketNanos;
  }

  /** Whether one of the windows came when it was over, and not with a history. */
  boolean hasLiveWindow() {
    return hasLiveWindow;
  }

  /** Whether there were so many events in each hour of a time that ended so long ago. */
  boolean hadEventsInEachHour(Duration ago, Duration length, long events) {
    if (!hasWindows() || length.compareTo(Duration.ofNanos(newestEndNanos - sinceNanos)) > 0) {
      return false;
    }
    long end = newestEndNanos - ago.toNanos();
    for (long hour = end - length.toNanos(); hour < end; hour += HOUR.toNanos()) {
      long total = slots.since(hour).total() - slots.since(hour + HOUR.toNanos()).total();
      if (total < events) {
        return false;
      }
    }
    return true;
  }

  /** Begin of the oldest hour that had a window; {@link Long#MAX_VALUE} without any. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** How many windows are kept one by one. */
  int size() {
    return windows.size();
  }

  /** Events in the last so many nanoseconds. */
  Counts last(long lengthNanos) {
    if (!hasWindows()) {
      return Counts.NONE;
    }
    long from = fromNanos(lengthNanos);
    if (lengthNanos <= FINE.toNanos()) {
      return windows.since(from);
    }
    return level(lengthNanos).since(from);
  }

  /**
   * In how many slices of time of the last so many nanoseconds something was bad: windows, or what
   * is kept for so long, of which each counts as one.
   */
  int badSlices(long lengthNanos) {
    if (!hasWindows()) {
      return 0;
    }
    long from = fromNanos(lengthNanos);
    return lengthNanos <= FINE.toNanos()
        ? windows.badSince(from)
        : level(lengthNanos).badSince(from);
  }

  /**
   * Events in the last so many nanoseconds, which end somewhere in the newest window that is not
   * over, where there is one. All that may have happened in them, of which only those are bad that
   * certainly did: the share of bad events is never more than it was. Beyond six hours it is that
   * of the windows that are over, and of the open ones.
   */
  Counts lastAndOpen(long lengthNanos) {
    if (lengthNanos > FINE.toNanos()) {
      return last(lengthNanos).plus(open.since(Long.MIN_VALUE));
    }
    long length = Math.max(lengthNanos, open.lengthNanos());
    Counts longest = since(open.startNanos() - length - open.lengthNanos() + 1);
    long bad = since(open.endNanos() - length).bad();
    return new Counts(longest.total() - bad, longest.total());
  }

  private Counts since(long startNanos) {
    return windows.since(startNanos).plus(open.since(startNanos));
  }

  /** The slots of the last so many nanoseconds: as fine as they are kept for that long. */
  void forEachSlot(long lengthNanos, Slots.Visitor visitor) {
    if (hasWindows()) {
      level(lengthNanos).forEachSince(fromNanos(lengthNanos), visitor);
    }
  }

  /** Length of those slots. */
  long slotNanos(long lengthNanos) {
    return level(lengthNanos).slotNanos();
  }

  private Slots level(long lengthNanos) {
    return lengthNanos <= SLOTS_SPAN.toNanos() ? slots : hours;
  }

  /** Traces of bad events in the last so many nanoseconds, newest first, each once. */
  List<TraceId> badTraces(long lengthNanos) {
    Set<TraceId> found = new LinkedHashSet<>(open.badTraces());
    if (hasWindows()) {
      badTraces
          .tailMap(fromNanos(lengthNanos), true)
          .descendingMap()
          .values()
          .forEach(found::addAll);
    }
    return found.stream().limit(MAX_EXAMPLES).toList();
  }

  private boolean hasWindows() {
    return newestEndNanos != Long.MIN_VALUE;
  }

  private long fromNanos(long lengthNanos) {
    return newestEndNanos - Math.max(lengthNanos, bucketNanos);
  }
}
