package io.sluice.processor.conformance;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlySessionStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;

/**
 * What a store holds.
 *
 * @param bytes of keys and values as the store has them
 */
record Kept(long entries, long bytes) {

  static final Kept NOTHING = new Kept(0, 0);

  /** Of a kind that has no entries, nothing: what tells of commits. */
  static Kept in(StateStore store) {
    StateStore bytes = store;
    while (bytes instanceof WrappedStateStore<?, ?, ?> wrapped) { // metered, logged: objects
      bytes = wrapped.wrapped();
    }
    if (bytes instanceof ReadOnlyKeyValueStore<?, ?> values) {
      return of(values.all());
    }
    if (bytes instanceof ReadOnlyWindowStore<?, ?> windows) {
      return of(windows.all());
    }
    return bytes instanceof ReadOnlySessionStore<?, ?> sessions
        ? of(sessions.findSessions(null, null, 0, Long.MAX_VALUE))
        : NOTHING;
  }

  Kept most(Kept other) {
    return new Kept(Math.max(entries, other.entries), Math.max(bytes, other.bytes));
  }

  private static Kept of(KeyValueIterator<?, ?> all) {
    long entries = 0;
    long bytes = 0;
    try (all) {
      while (all.hasNext()) {
        KeyValue<?, ?> entry = all.next();
        entries++;
        bytes += length(entry.key) + length(entry.value);
      }
    }
    return new Kept(entries, bytes);
  }

  private static long length(Object part) {
    if (part instanceof Windowed<?> windowed) {
      return length(windowed.key());
    }
    if (part instanceof Bytes bytes) {
      return bytes.get().length;
    }
    if (part instanceof byte[] bytes) {
      return bytes.length;
    }
    throw new IllegalStateException(
        "a store of the processor holds " + part.getClass().getName() + " instead of bytes");
  }
}
