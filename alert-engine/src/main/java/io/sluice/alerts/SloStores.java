package io.sluice.alerts;

import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.SloHour;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What survives of the windows: each by itself while it may be corrected, so that a correction is a
 * difference whatever its age, and the sums of the slots for the whole period. Both change in the
 * same transaction.
 */
final class SloStores {

  private static final AvroSerde<SliWindow> WINDOWS = AvroSerde.of(SliWindow.getClassSchema());
  private static final AvroSerde<SloHour> HOURS = AvroSerde.of(SloHour.getClassSchema());
  private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();
  private static final int SLOTS = (int) (HOUR_NANOS / SliHistory.SLOT.toNanos());

  private final KeyValueStore<byte[], byte[]> windows;
  private final KeyValueStore<byte[], byte[]> hours;
  private final KeyValueStore<byte[], byte[]> counters;
  private final Generations generations;

  SloStores(StepContext context, Generations generations) {
    this.generations = generations;
    windows = context.store(AlertsTopology.WINDOWS);
    hours = context.store(AlertsTopology.HOURS);
    counters = context.store(AlertsTopology.COUNTERS);
  }

  /** The newest record of the same window, of the same definition, that is kept; null without. */
  @Nullable SliWindow before(SliWindow window) {
    byte[] stored = windows.get(key(window.getStartTimeUnixNano(), window.getSloId()));
    SliWindow before = stored == null ? null : WINDOWS.decode(stored);
    return before == null || before.getGeneration() != window.getGeneration() ? null : before;
  }

  /**
   * Keeps a window.
   *
   * @param before its earlier revision, null without
   * @return what its hour's bad events have in common now
   */
  List<Contributor> put(SliWindow window, @Nullable SliWindow before) {
    long start = window.getStartTimeUnixNano();
    windows.put(key(start, window.getSloId()), WINDOWS.encode(window));
    byte[] hourKey = key(start - Math.floorMod(start, HOUR_NANOS), window.getSloId());
    byte[] stored = hours.get(hourKey);
    SloHour hour = stored == null ? none(window) : HOURS.decode(stored);
    if (hour.getGeneration() != window.getGeneration()) {
      hour = none(window);
    }
    int slot = (int) (Math.floorMod(start, HOUR_NANOS) / SliHistory.SLOT.toNanos());
    Counts difference = Counts.difference(before, window);
    BurnedBy burnedBy = new BurnedBy().addAll(hour.getContributors());
    if (before != null) {
      burnedBy.removeAll(before.getContributors());
    }
    List<Contributor> contributors = burnedBy.addAll(window.getContributors()).kept();
    SloHour changed =
        new SloHour(
            with(hour.getGood(), slot, difference.good()),
            with(hour.getTotal(), slot, difference.total()),
            contributors,
            window.getGeneration());
    if (stored == null || !changed.equals(hour)) {
      hours.put(hourKey, HOURS.encode(changed));
    }
    return contributors;
  }

  /**
   * Adds to the SLO's counters, which begin at zero and never fall. A slice of time that is judged
   * anew was counted already: nothing is added.
   */
  Counts count(String sloId, Counts difference) {
    if (difference.good() < 0 || difference.bad() < 0) {
      return counted(sloId);
    }
    byte[] key = sloId.getBytes(StandardCharsets.UTF_8);
    Counts sum = counted(sloId).plus(difference);
    counters.put(
        key, ByteBuffer.allocate(2 * Long.BYTES).putLong(sum.good()).putLong(sum.total()).array());
    return sum;
  }

  Counts counted(String sloId) {
    byte[] stored = counters.get(sloId.getBytes(StandardCharsets.UTF_8));
    if (stored == null) {
      return Counts.NONE;
    }
    ByteBuffer value = ByteBuffer.wrap(stored);
    return new Counts(value.getLong(), value.getLong());
  }

  /** The counters of a group that is over: it begins anew when it comes back. */
  void forgetCounted(String sloId) {
    counters.delete(sloId.getBytes(StandardCharsets.UTF_8));
  }

  /** End of the window that starts last, 0 without any. */
  long newestEndNanos() {
    try (KeyValueIterator<byte[], byte[]> newestFirst = windows.reverseAll()) {
      if (!newestFirst.hasNext()) {
        return 0;
      }
      SliWindow newest = WINDOWS.decode(newestFirst.next().value);
      return newest.getStartTimeUnixNano() + newest.getLengthNanos();
    }
  }

  /**
   * Hands to an engine that knows nothing yet the windows, and the hours, that start at these times
   * or later.
   */
  void restore(AlertEngine engine, long windowsSinceNanos, long hoursSinceNanos) {
    try (KeyValueIterator<byte[], byte[]> since = windows.range(time(windowsSinceNanos), null)) {
      since.forEachRemaining(
          entry -> {
            SliWindow window = WINDOWS.decode(entry.value);
            if (isCurrent(window.getSloId(), window.getGeneration())) {
              engine.put(window, Counts.NONE);
            }
          });
    }
    try (KeyValueIterator<byte[], byte[]> since = hours.range(time(hoursSinceNanos), null)) {
      since.forEachRemaining(entry -> restore(engine, entry.key, HOURS.decode(entry.value)));
    }
  }

  private boolean isCurrent(String sloId, long generation) {
    return generations.of(sloId).generation() == generation;
  }

  private void restore(AlertEngine engine, byte[] key, SloHour hour) {
    long start = ByteBuffer.wrap(key).getLong();
    String sloId = sloId(key);
    if (!isCurrent(sloId, hour.getGeneration())) {
      return;
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      Counts counts = new Counts(hour.getGood().get(slot), hour.getTotal().get(slot));
      // The first one also without events: the hour is known.
      if (slot == 0 || !counts.equals(Counts.NONE)) {
        engine.restore(sloId, start + slot * SliHistory.SLOT.toNanos(), counts);
      }
    }
    engine.putContributors(sloId, start, hour.getContributors());
  }

  /**
   * Forgets what starts before a time.
   *
   * @param windowsBefore of windows: by the SLO's id
   */
  void purge(ToLongFunction<String> windowsBefore, long windowsBeforeNanos, long hoursBeforeNanos) {
    purge(windows, windowsBeforeNanos, windowsBefore);
    purge(hours, hoursBeforeNanos, sloId -> hoursBeforeNanos);
  }

  /** Keys begin with the time, so the old ones come first. */
  private static void purge(
      KeyValueStore<byte[], byte[]> store, long latestNanos, ToLongFunction<String> beforeNanos) {
    List<byte[]> old = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = store.range(time(0), time(latestNanos))) {
      all.forEachRemaining(
          entry -> {
            if (ByteBuffer.wrap(entry.key).getLong() < beforeNanos.applyAsLong(sloId(entry.key))) {
              old.add(entry.key);
            }
          });
    }
    old.forEach(store::delete);
  }

  private static SloHour none(SliWindow window) {
    return new SloHour(zeros(), zeros(), List.of(), window.getGeneration());
  }

  private static List<Long> zeros() {
    return Collections.nCopies(SLOTS, 0L);
  }

  private static List<Long> with(List<Long> slots, int slot, long difference) {
    List<Long> changed = new ArrayList<>(slots);
    changed.set(slot, changed.get(slot) + difference);
    return changed;
  }

  /** Where the keys of a time begin. */
  private static byte[] time(long nanos) {
    return ByteBuffer.allocate(Long.BYTES).putLong(Math.max(0, nanos)).array();
  }

  private static String sloId(byte[] key) {
    return new String(key, Long.BYTES, key.length - Long.BYTES, StandardCharsets.UTF_8);
  }

  private static byte[] key(long startNanos, String sloId) {
    byte[] slo = sloId.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + slo.length).putLong(startNanos).put(slo).array();
  }
}
