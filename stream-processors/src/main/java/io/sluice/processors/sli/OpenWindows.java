package io.sluice.processors.sli;

import io.sluice.schemas.SliWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The windows that were not sent yet and changed since they were last told of. An outage is found
 * from these before its window is over: what is bad already stays bad.
 *
 * <p>Only in memory. What a crash takes of it comes again with the next event, or when the window
 * is over.
 */
final class OpenWindows {

  /** The revision of a window that is not over. */
  static final int REVISION = -1;

  /** By their keys in the store, so by their start. */
  private final TreeMap<byte[], SliWindow> changed = new TreeMap<>(Arrays::compareUnsigned);

  /** By SLO: the share of bad events from which on something may fire by it. */
  private final ToDoubleFunction<String> limits;

  /** Whether any may have so many bad events. */
  private boolean burning;

  OpenWindows(ToDoubleFunction<String> limits) {
    this.limits = limits;
  }

  void put(byte[] key, SliWindow window) {
    changed.put(key, window);
    burning |= isBurning(window);
  }

  void remove(byte[] key) {
    changed.remove(key);
  }

  void clear() {
    changed.clear();
    burning = false;
  }

  /** Whether there may be something to tell: asked for each record. */
  boolean isBurning() {
    return burning;
  }

  private boolean isBurning(SliWindow window) {
    long bad = window.getTotal() - window.getGood();
    return bad > 0
        && (double) bad >= limits.applyAsDouble(window.getSloId()) * (double) window.getTotal();
  }

  /**
   * What is to be told now: the windows of each SLO that has so many bad ones in one of them,
   * oldest first. Together, since the good events of one are part of the share that the bad ones of
   * the next are.
   *
   * @param nowNanos windows that begin later wait: a clock ahead of ours is no reason to hurry
   */
  List<SliWindow> take(long nowNanos) {
    Set<String> slos = new HashSet<>();
    burning = false;
    for (SliWindow window : changed.values()) {
      if (isBurning(window)) {
        boolean begun = window.getStartTimeUnixNano() <= nowNanos;
        burning |= !begun;
        if (begun) {
          slos.add(window.getSloId());
        }
      }
    }
    List<SliWindow> taken = new ArrayList<>();
    for (Iterator<SliWindow> all = changed.values().iterator(); all.hasNext(); ) {
      SliWindow window = all.next();
      if (window.getStartTimeUnixNano() <= nowNanos && slos.contains(window.getSloId())) {
        taken.add(SliWindow.newBuilder(window).setRevision(REVISION).build());
        all.remove();
      }
    }
    return taken;
  }
}
