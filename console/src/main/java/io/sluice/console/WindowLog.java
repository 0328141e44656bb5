package io.sluice.console;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Windows of one length by their start, packed: what was written last is found at once, others are
 * unpacked with their neighbours. Not safe for use by several threads.
 */
final class WindowLog {

  /** Packed together: what one change unpacks. */
  private static final int CHUNK = 64;

  /** Of a chunk in its map, beside its bytes. */
  private static final int OVERHEAD = 96;

  private final long chunkNanos;
  private final TreeMap<Long, byte[]> chunks = new TreeMap<>();
  private @Nullable SloWindow last; // not packed yet
  private long newestNanos = Long.MIN_VALUE;
  private long sinceNanos = Long.MIN_VALUE;
  private long packedBytes;

  WindowLog(long lengthNanos) {
    this.chunkNanos = CHUNK * lengthNanos;
  }

  /** The window that starts then; null for none. */
  @Nullable SloWindow at(long startNanos) {
    SloWindow found = last;
    if (found != null && found.startNanos() == startNanos) {
      return found;
    }
    if (startNanos > newestNanos) {
      return null;
    }
    for (SloWindow each : unpacked(chunk(startNanos))) {
      if (each.startNanos() == startNanos) {
        return each;
      }
    }
    return null;
  }

  /** Adds a window, or replaces the one that starts at the same time. */
  void put(SloWindow window) {
    if (last != null && last.startNanos() != window.startNanos()) {
      pack();
    }
    last = window;
    newestNanos = Math.max(newestNanos, window.startNanos());
  }

  /** Forgets windows that end until a time, many at once: some are kept longer. */
  void dropBefore(long nanos) {
    while (!chunks.isEmpty() && chunks.firstKey() + chunkNanos <= nanos) {
      dropOldest();
    }
  }

  /** Forgets a quarter of the windows, the oldest; returns false when there are few. */
  boolean dropQuarter() {
    if (chunks.size() < 2) {
      return false;
    }
    for (int i = chunks.size() / 4; i >= 0; i--) {
      dropOldest();
    }
    return true;
  }

  private void dropOldest() {
    var oldest = chunks.pollFirstEntry();
    packedBytes -= oldest.getValue().length + OVERHEAD;
    sinceNanos = Math.max(sinceNanos, oldest.getKey() + chunkNanos);
    if (last != null && last.startNanos() < sinceNanos) {
      last = null;
    }
  }

  /** Windows before that may have been forgotten; {@link Long#MIN_VALUE} when none was. */
  long sinceNanos() {
    return sinceNanos;
  }

  long bytes() {
    return packedBytes;
  }

  /** Those that start in a time, oldest first; its end is not included. */
  void forEach(long fromNanos, long toNanos, Consumer<SloWindow> consumer) {
    if (last != null) {
      pack();
    }
    Long chunk = chunks.floorKey(fromNanos);
    long first = chunk == null ? fromNanos : chunk;
    for (byte[] packed : chunks.subMap(first, true, Math.max(first, toNanos), false).values()) {
      PackedWindows.forEach(
          packed,
          window -> {
            if (window.startNanos() >= fromNanos && window.startNanos() < toNanos) {
              consumer.accept(window);
            }
          });
    }
  }

  private void pack() {
    SloWindow window = last;
    last = null;
    if (window == null || window.startNanos() < sinceNanos) {
      return;
    }
    long chunk = chunk(window.startNanos());
    PackedWindows packed = new PackedWindows();
    boolean placed = false;
    for (SloWindow each : unpacked(chunk)) {
      if (!placed && each.startNanos() >= window.startNanos()) {
        packed.add(window);
        placed = true;
      }
      if (each.startNanos() != window.startNanos()) {
        packed.add(each);
      }
    }
    if (!placed) {
      packed.add(window);
    }
    byte[] bytes = packed.toBytes();
    byte[] before = chunks.put(chunk, bytes);
    packedBytes += bytes.length - (before == null ? -OVERHEAD : before.length);
  }

  private List<SloWindow> unpacked(long chunk) {
    List<SloWindow> windows = new ArrayList<>();
    byte[] packed = chunks.get(chunk);
    if (packed != null) {
      PackedWindows.forEach(packed, windows::add);
    }
    return windows;
  }

  private long chunk(long nanos) {
    return Math.floorDiv(nanos, chunkNanos) * chunkNanos;
  }
}
