package io.sluice.alerts;

import io.sluice.schemas.SliWindow;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives windows to a history or an engine as the step does, which knows their earlier revisions.
 */
final class Feed {

  private final Map<String, SliWindow> before = new HashMap<>();

  /** What the window adds to what was put before; null when that is nothing new. */
  private @Nullable Counts difference(SliWindow window) {
    String key = window.getSloId() + "@" + window.getStartTimeUnixNano();
    SliWindow earlier = before.get(key);
    if (earlier != null && earlier.getRevision() >= window.getRevision()) {
      return null;
    }
    before.put(key, window);
    return earlier == null ? Counts.of(window) : Counts.of(window).minus(Counts.of(earlier));
  }

  void put(SliHistory history, SliWindow window) {
    Counts difference = difference(window);
    if (difference != null) {
      history.put(window, difference);
    }
  }

  void put(AlertEngine engine, SliWindow window) {
    Counts difference = difference(window);
    if (difference != null) {
      engine.put(window, difference);
    }
  }
}
