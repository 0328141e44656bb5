package io.sluice.console;

import io.sluice.schemas.SliWindow;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The windows of all SLOs, bounded in all: where they would take more memory, the oldest of the SLO
 * that takes most are forgotten. Not safe for use by several threads.
 */
final class SloHistories {

  /** The heap's part. */
  private static final int PART = 8;

  private final long mostBytes;
  private final Map<String, Kept> bySlo = new HashMap<>();
  private long bytes;

  /** A history with as many bytes as were counted for it: to look at it may pack some of it. */
  private static final class Kept {
    private final SloHistory history;
    private long bytes;

    Kept(SloHistory history) {
      this.history = history;
    }
  }

  SloHistories(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** An eighth of the heap. */
  static SloHistories ofThisHeap() {
    return new SloHistories(Runtime.getRuntime().maxMemory() / PART);
  }

  void put(SliWindow window) {
    String id = window.getSloId();
    Kept kept = bySlo.get(id);
    if (kept != null) {
      if (window.getGeneration() < kept.history.generation()) {
        return; // of a definition that holds no more
      }
      if (window.getGeneration() > kept.history.generation()) {
        if (window.getRevision() < 0) {
          return; // nothing of its definition is over: what was known before is kept until then
        }
        remove(id);
        kept = null;
      }
    }
    if (kept == null) {
      kept = new Kept(new SloHistory(window));
      bySlo.put(id, kept);
    }
    kept.history.put(window);
    count(kept);
    while (bytes > mostBytes) {
      shrink();
    }
  }

  private void count(Kept kept) {
    long now = kept.history.bytes();
    bytes += now - kept.bytes;
    kept.bytes = now;
  }

  private void shrink() {
    Map.Entry<String, Kept> largest =
        bySlo.entrySet().stream()
            .max(Comparator.comparingLong(each -> each.getValue().bytes))
            .orElseThrow();
    if (largest.getValue().history.shrink()) {
      count(largest.getValue());
    } else {
      remove(largest.getKey());
    }
  }

  /** What is known of an SLO; null when nothing is. */
  @Nullable SloHistory of(String id) {
    Kept kept = bySlo.get(id);
    return kept == null ? null : kept.history;
  }

  void remove(String id) {
    Kept removed = bySlo.remove(id);
    if (removed != null) {
      bytes -= removed.bytes;
    }
  }

  void clear() {
    bySlo.clear();
    bytes = 0;
  }

  /** About as much memory as it takes. */
  long bytes() {
    return bytes;
  }
}
