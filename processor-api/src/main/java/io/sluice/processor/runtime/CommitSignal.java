package io.sluice.processor.runtime;

import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps nothing: Streams lets its own record caches go before each commit, whatever it
 * commits for, and takes this for one of them. There is no public way to be told. A callback on the
 * clock is no such way: a rebalance and a stop commit without one.
 */
final class CommitSignal implements StateStore, CachedStateStore<byte[], byte[]> {

  private final String name;
  private boolean open;
  private @Nullable Runnable beforeCommit;

  private CommitSignal(String name) {
    this.name = name;
  }

  static StoreBuilder<CommitSignal> named(String name) {
    return new Builder(name);
  }

  /** Who is called from now on, on the stream thread. */
  void calls(Runnable callback) {
    beforeCommit = callback;
  }

  @Override
  public void flushCache() {
    Runnable callback = beforeCommit;
    if (callback != null) {
      callback.run();
    }
  }

  /** Another step takes over, and says itself who is to be called. */
  @Override
  public void clearCache() {
    beforeCommit = null;
  }

  @Override
  public boolean setFlushListener(
      CacheFlushListener<byte[], byte[]> listener, boolean sendOldValues) {
    return false;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (key, value) -> {});
    open = true;
  }

  @Override
  public void close() {
    open = false;
    beforeCommit = null;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Without a changelog, and with no choice. */
  private record Builder(String name) implements StoreBuilder<CommitSignal> {

    Builder {
      Objects.requireNonNull(name, "name");
    }

    @Override
    public CommitSignal build() {
      return new CommitSignal(name);
    }

    @Override
    public StoreBuilder<CommitSignal> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<CommitSignal> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<CommitSignal> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("there is nothing to log");
    }

    @Override
    public StoreBuilder<CommitSignal> withLoggingDisabled() {
      return this;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }
  }
}
