package io.sluice.processors.traces;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** A store whose changes since the last commit can be taken back, as a changelog does. */
public final class MemoryStore implements KeyValueStore<byte[], byte[]> {

  private NavigableMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
  private NavigableMap<byte[], byte[]> committed = new TreeMap<>(Arrays::compareUnsigned);

  void commit() {
    committed = new TreeMap<>(entries);
  }

  void abort() {
    entries = new TreeMap<>(committed);
  }

  int size() {
    return entries.size();
  }

  @Override
  public void put(byte[] key, byte[] value) {
    entries.put(key, value);
  }

  @Override
  public byte @Nullable [] putIfAbsent(byte[] key, byte[] value) {
    return entries.putIfAbsent(key, value);
  }

  @Override
  public void putAll(List<KeyValue<byte[], byte[]>> all) {
    all.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public byte @Nullable [] delete(byte[] key) {
    return entries.remove(key);
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return entries.get(key);
  }

  @Override
  public KeyValueIterator<byte[], byte[]> range(byte @Nullable [] from, byte @Nullable [] to) {
    NavigableMap<byte[], byte[]> range = entries;
    if (from != null) {
      range = range.tailMap(from, true);
    }
    if (to != null) {
      range = range.headMap(to, true);
    }
    return new Entries(range.entrySet().iterator());
  }

  @Override
  public KeyValueIterator<byte[], byte[]> all() {
    return range(null, null);
  }

  @Override
  public long approximateNumEntries() {
    return entries.size();
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {}

  @Override
  public void close() {}

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  private record Entries(Iterator<Map.Entry<byte[], byte[]>> rest)
      implements KeyValueIterator<byte[], byte[]> {

    @Override
    public boolean hasNext() {
      return rest.hasNext();
    }

    @Override
    public KeyValue<byte[], byte[]> next() {
      Map.Entry<byte[], byte[]> entry = rest.next();
      return KeyValue.pair(entry.getKey(), entry.getValue());
    }

    @Override
    public byte[] peekNextKey() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
