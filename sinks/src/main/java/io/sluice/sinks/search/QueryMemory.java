package io.sluice.sinks.search;

import org.jspecify.annotations.Nullable;

/**
 * The memory that all queries hold together: what they have read from a store, and what is made of
 * it until their answers are sent. Any number of threads.
 */
public final class QueryMemory {

  /** Of a byte in the store: as objects, as the answer's parts, as its text and as its bytes. */
  private static final int TIMES = 8;

  private final long most;
  private long held;

  /**
   * @param most bytes of all queries together
   */
  public QueryMemory(long most) {
    this.most = most;
  }

  /** A quarter of the heap. */
  public static QueryMemory ofThisHeap() {
    return new QueryMemory(Runtime.getRuntime().maxMemory() / 4);
  }

  /** For one query. */
  public Share share() {
    return new Share(this);
  }

  private synchronized void take(long bytes, long ofThisQuery) {
    // One query alone gets what it needs: its own limits bound it.
    if (held + bytes > most && held > ofThisQuery) {
      throw new QueriesBusyException(most);
    }
    held += bytes;
  }

  private synchronized void give(long bytes) {
    held -= bytes;
  }

  synchronized long held() {
    return held;
  }

  /** What one query holds. One thread at a time. */
  public static final class Share implements AutoCloseable {

    /** Of those that nobody asked but the process itself: not counted. Any number of threads. */
    static final Share UNCOUNTED = new Share(null);

    private final @Nullable QueryMemory all;
    private long held;

    private Share(@Nullable QueryMemory all) {
      this.all = all;
    }

    /** Bytes of a store that one query may hold at a time. */
    long most() {
      return all == null ? Long.MAX_VALUE : all.most / TIMES;
    }

    /**
     * Before it holds so many bytes of a store.
     *
     * @throws QueriesBusyException when other queries hold what there is
     */
    void take(long stored) {
      if (all != null) {
        all.take(stored * TIMES, held);
        held += stored * TIMES;
      }
    }

    /** After they are no longer held. */
    public void give(long stored) {
      if (all != null) {
        all.give(stored * TIMES);
        held -= stored * TIMES;
      }
    }

    /** Gives all back. */
    @Override
    public void close() {
      if (all != null) {
        all.give(held);
        held = 0;
      }
    }
  }
}
