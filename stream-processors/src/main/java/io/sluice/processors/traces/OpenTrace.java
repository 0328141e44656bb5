package io.sluice.processors.traces;

import io.sluice.schemas.CloseReason;
import io.sluice.schemas.trace.SeededHash;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a trace that is not closed: enough to decide when it is, and where its spans'
 * bytes are. In columns: an object for each span would be several times as large.
 */
final class OpenTrace {

  /** Up to so many spans are looked through; above, a table of the ids says where to look. */
  private static final int MOST_SCANNED = 12;

  /** A span that it has. */
  interface Span {
    void of(long id, int content);
  }

  /** A trace's bytes in one batch. */
  interface Piece {
    /**
     * @param starts where the spans begin in the batch, from one index to before another
     */
    void of(Batch batch, int[] starts, int from, int to);
  }

  final TraceKey key;
  private final int version;
  private final Ending ending;
  private final long firstArrivalMillis;
  private long lastArrivalMillis;
  private long bytes;

  private int spans;
  private long[] ids;
  private long[] parents;
  private int[] contents;
  private int[] starts;

  /**
   * Index and one more by id, open addressing, of spans that share an id the first; null while they
   * are few.
   */
  private int @Nullable [] byId;

  /** Spans other than the first of their id, see {@link #hash}; null when there are none. */
  private @Nullable LongSet collided;

  private Batch[] batches = new Batch[1];
  private int[] batchEnds = new int[1];
  private int batchCount;
  private int lastGroup;

  private boolean rootSeen;

  /** Parents that spans name and that have not come; null when there are none. */
  private @Nullable LongSet missingParents;

  /** Neighbours and the queue itself, see {@link QuietQueue}. */
  @Nullable OpenTrace previous;

  @Nullable OpenTrace next;
  @Nullable QuietQueue queue;

  /**
   * @param version of the next record of this trace; more than 1 when it was emitted before
   * @param ending how the record before ended: whether this is a part, or what came late
   * @param expectedSpans a guess that saves room and copying
   */
  OpenTrace(TraceKey key, int version, Ending ending, long arrivalMillis, int expectedSpans) {
    this.key = key;
    this.version = version;
    this.ending = ending;
    this.firstArrivalMillis = arrivalMillis;
    this.lastArrivalMillis = arrivalMillis;
    int room = Math.max(1, expectedSpans);
    ids = new long[room];
    parents = new long[room];
    contents = new int[room];
    starts = new int[room];
  }

  /** Whether this very span is here already, as retries make them. */
  boolean has(long id, int content) {
    int[] table = byId;
    if (table == null) {
      for (int i = 0; i < spans; i++) {
        if (ids[i] == id && contents[i] == content) {
          return true;
        }
      }
      return false;
    }
    int first = table[slot(id, table)] - 1;
    return first >= 0
        && (contents[first] == content
            || (collided != null && collided.contains(hash(id, content))));
  }

  private boolean hasId(long id) {
    int[] table = byId;
    if (table == null) {
      for (int i = 0; i < spans; i++) {
        if (ids[i] == id) {
          return true;
        }
      }
      return false;
    }
    return table[slot(id, table)] != 0;
  }

  /** Whether it has spans of this resource and scope of the batch, so that one more needs less. */
  boolean covers(Batch batch, int group) {
    return batchCount > 0 && batches[batchCount - 1] == batch && lastGroup == group;
  }

  /**
   * Adds a span. The batches come in order, and so do the spans of each.
   *
   * @param moreBytes what it adds to the trace's record
   */
  void add(Batch batch, BatchSpans from, int index, long moreBytes) {
    long id = from.id(index);
    long parent = from.parent(index);
    int i = nextIndex(batch);
    ids[i] = id;
    parents[i] = parent;
    contents[i] = from.content(index);
    starts[i] = from.start(index);
    lastGroup = from.group(index);
    enter(i);
    isNotMissing(id);
    if (parent == 0) {
      rootSeen = true;
    } else if (!hasId(parent)) {
      missingParents = missingParents == null ? new LongSet() : missingParents;
      missingParents.add(parent);
    }
    bytes += moreBytes;
    lastArrivalMillis = batch.arrivalMillis;
  }

  /** A span that was named as a parent is in an earlier record of the trace. */
  void isNotMissing(long parent) {
    if (missingParents != null) {
      missingParents.remove(parent);
      missingParents = missingParents.isEmpty() ? null : missingParents;
    }
  }

  private int nextIndex(Batch batch) {
    if (spans == ids.length) {
      int room = spans + Math.max(2, spans / 2);
      ids = Arrays.copyOf(ids, room);
      parents = Arrays.copyOf(parents, room);
      contents = Arrays.copyOf(contents, room);
      starts = Arrays.copyOf(starts, room);
    }
    if (batchCount == 0 || batches[batchCount - 1] != batch) {
      if (batchCount == batches.length) {
        batches = Arrays.copyOf(batches, 2 * batchCount);
        batchEnds = Arrays.copyOf(batchEnds, 2 * batchCount);
      }
      batches[batchCount++] = batch;
      batch.uses++;
    }
    batchEnds[batchCount - 1] = ++spans;
    return spans - 1;
  }

  private void enter(int index) {
    if (spans <= MOST_SCANNED) {
      return;
    }
    if (byId == null || 3 * spans > 2 * byId.length) {
      byId = new int[Integer.highestOneBit(spans) * 4];
      for (int i = 0; i < spans; i++) {
        enter(i, byId);
      }
    } else {
      enter(index, byId);
    }
  }

  private void enter(int index, int[] table) {
    int slot = slot(ids[index], table);
    if (table[slot] == 0) {
      table[slot] = index + 1;
    } else {
      collided = collided == null ? new LongSet() : collided;
      collided.add(hash(ids[index], contents[index]));
    }
  }

  /** Where the first span of this id is, or else belongs. */
  private int slot(long id, int[] table) {
    int mask = table.length - 1;
    int slot = (int) SeededHash.of(id) & mask;
    while (table[slot] != 0 && ids[table[slot] - 1] != id) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** Of a span; that two of a trace are taken for each other does not happen. */
  private static long hash(long id, int content) {
    long hash = SeededHash.of(id) ^ SeededHash.of(~(long) content);
    return hash == 0 ? 1 : hash;
  }

  int version() {
    return version;
  }

  int spans() {
    return spans;
  }

  long firstArrivalMillis() {
    return firstArrivalMillis;
  }

  long lastArrivalMillis() {
    return lastArrivalMillis;
  }

  /** Parents that spans name and that have not come. */
  LongStream missingParents() {
    return missingParents == null ? LongStream.empty() : missingParents.stream();
  }

  int missingParentCount() {
    return missingParents == null ? 0 : missingParents.size();
  }

  /** Its spans, batch by batch in the order in which they came. */
  void forEachPiece(Piece piece) {
    for (int i = 0; i < batchCount; i++) {
      piece.of(batches[i], starts, i == 0 ? 0 : batchEnds[i - 1], batchEnds[i]);
    }
  }

  /** Spans whose parent is missing. */
  int orphans() {
    LongSet missing = missingParents;
    int count = 0;
    for (int i = 0; missing != null && i < spans; i++) {
      count += parents[i] != 0 && missing.contains(parents[i]) ? 1 : 0;
    }
    return count;
  }

  void forEachSpan(Span consumer) {
    for (int i = 0; i < spans; i++) {
      consumer.of(ids[i], contents[i]);
    }
  }

  void forEachBatch(Consumer<Batch> consumer) {
    for (int i = 0; i < batchCount; i++) {
      consumer.accept(batches[i]);
    }
  }

  /** Whether it is a part of a trace that was cut while spans came, other than the first. */
  private boolean isFurtherPart() {
    return version > 1 && ending != Ending.OVER;
  }

  /** Whether it is a part of a trace that was too large, other than the first. */
  boolean isFurtherPartOfLarge() {
    return version > 1 && ending == Ending.TOO_LARGE;
  }

  boolean isLate() {
    return version > 1 && ending == Ending.OVER;
  }

  /** How its record ends when it is closed for this reason. */
  Ending ending(CloseReason reason) {
    if (isFurtherPartOfLarge()) {
      return Ending.TOO_LARGE;
    }
    return switch (reason) {
      case SIZE -> Ending.TOO_LARGE;
      case AGE, PRESSURE -> Ending.STILL_BUSY;
      case COMPLETE, INACTIVE, LATE -> Ending.OVER;
    };
  }

  /** Whether nothing more is expected but siblings of what came. */
  boolean isSettling() {
    return isLate() || isComplete();
  }

  private boolean isComplete() {
    return rootSeen && missingParents == null && !isFurtherPart();
  }

  /** When it is due to be closed, as things stand. Age ends the wait of all, however busy. */
  long deadlineMillis(TracesConfig config) {
    long quiet = (isSettling() ? config.settle() : config.inactivity()).toMillis();
    return Math.min(lastArrivalMillis + quiet, firstArrivalMillis + config.maxAge().toMillis());
  }

  /** Why it is to be closed at this moment, or that it is not. */
  Optional<CloseReason> closeReason(TracesConfig config, long nowMillis) {
    if (nowMillis < deadlineMillis(config)) {
      return Optional.empty();
    }
    if (isLate()) {
      return Optional.of(CloseReason.LATE);
    }
    if (isComplete()) {
      return Optional.of(CloseReason.COMPLETE);
    }
    boolean quiet = nowMillis >= lastArrivalMillis + config.inactivity().toMillis();
    return Optional.of(quiet ? CloseReason.INACTIVE : CloseReason.AGE);
  }

  /** Whether a span of this size still fits. An empty trace takes any. */
  boolean hasRoomFor(long moreBytes, int maxSpans, long maxBytes) {
    return spans == 0 || (spans < maxSpans && bytes + moreBytes <= maxBytes);
  }
}
