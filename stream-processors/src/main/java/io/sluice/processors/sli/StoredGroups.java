package io.sluice.processors.sli;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Where groups survive: in the store of a task, by id, when they were last seen. */
final class StoredGroups implements Groups.Memory {

  private final KeyValueStore<byte[], byte[]> store;

  private StoredGroups(KeyValueStore<byte[], byte[]> store) {
    this.store = store;
  }

  /** The groups that are in a store, which is told of their changes. */
  static Groups in(KeyValueStore<byte[], byte[]> store) {
    Groups groups = new Groups(new StoredGroups(store));
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(
          entry ->
              groups.restore(
                  new String(entry.key, StandardCharsets.UTF_8),
                  ByteBuffer.wrap(entry.value).getLong()));
    }
    return groups;
  }

  @Override
  public void put(String id, long seenNanos) {
    byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(seenNanos).array();
    store.put(id.getBytes(StandardCharsets.UTF_8), value);
  }

  @Override
  public void remove(String id) {
    store.delete(id.getBytes(StandardCharsets.UTF_8));
  }
}
