package io.sluice.processors.sli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** What was sent of each SLO, and of each group: the same as the store of it, at hand. */
final class SentRanges {

  private final KeyValueStore<byte[], byte[]> store;
  private final Map<String, SentRange> ranges = new TreeMap<>();

  /** Those that are in the store. */
  SentRanges(KeyValueStore<byte[], byte[]> store) {
    this.store = store;
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(
          entry ->
              ranges.put(new String(entry.key, StandardCharsets.UTF_8), SentRange.of(entry.value)));
    }
  }

  /** Null when nothing was sent of it. */
  @Nullable SentRange get(String id) {
    return ranges.get(id);
  }

  /** Whether its window that begins then was sent. */
  boolean has(String id, long startNanos) {
    SentRange range = ranges.get(id);
    return range != null && range.has(startNanos);
  }

  void put(String id, SentRange range) {
    ranges.put(id, range);
    store.put(id.getBytes(StandardCharsets.UTF_8), range.toBytes());
  }

  void remove(String id) {
    ranges.remove(id);
    store.delete(id.getBytes(StandardCharsets.UTF_8));
  }

  /** All as they are now, in the order of their ids: they may be changed meanwhile. */
  Map<String, SentRange> all() {
    return new TreeMap<>(ranges);
  }

  /** An SLO in the file and its groups, of which something was sent. */
  List<String> withGroups(String sloId) {
    return ranges.keySet().stream()
        .filter(id -> id.equals(sloId) || id.startsWith(sloId + "["))
        .toList();
  }
}
