package io.sluice.schemas.trace;

import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.ScopeView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The spans of a trace and who is whose parent. Spans are numbered from 0 in the order of the
 * bytes; a span that is there twice, byte for byte, counts once. Times are the adjusted ones, see
 * {@link ClockSkew}; what the producer wrote is in the {@link SpanView}.
 */
public final class SpanTree {

  /** No parent: a root, an orphan, or where a cycle was cut. */
  public static final int NONE = -1;

  private static final int MOST_INSERTED = 32;

  private static final VarHandle IDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final List<SpanView> spans = new ArrayList<>();
  private final List<ResourceView> resources = new ArrayList<>();
  private final List<ScopeView> scopes = new ArrayList<>();
  private final long[] ids;
  private final int[] parents;
  private final boolean[] cyclic;

  /** By id, open addressing: a span's number and one more; of spans that share an id the first. */
  private final int[] byId;

  private final int[] order;
  private final long[] starts;
  private final long[] ends;
  private int roots;
  private int orphans;
  private int cyclicCount;
  private int collisions;

  private SpanTree(Iterable<Slice> requests) {
    for (Slice request : requests) {
      OtlpRequest.forEachSpan(
          request,
          (resource, scope, span) -> {
            spans.add(span);
            resources.add(resource);
            scopes.add(scope);
          });
    }
    ids = new long[spans.size()];
    byId = new int[Math.max(4, 2 * Integer.highestOneBit(Math.max(1, spans.size())) * 2)];
    enterIds();
    int size = spans.size();
    parents = new int[size];
    cyclic = new boolean[size];
    findParents();
    cutCycles();
    order = parentsFirst();
    starts = new long[size];
    ends = new long[size];
    ClockSkew.adjust(this, order, starts, ends);
  }

  /** The tree of one request. Its spans must be of one trace, with ids that are valid. */
  public static SpanTree of(Slice request) {
    return new SpanTree(List.of(request));
  }

  /** The tree of several requests, as the versions and parts of a trace are. */
  public static SpanTree of(List<Slice> requests) {
    return new SpanTree(requests);
  }

  public int size() {
    return spans.size();
  }

  public SpanView span(int i) {
    return spans.get(i);
  }

  public ResourceView resource(int i) {
    return resources.get(i);
  }

  public ScopeView scope(int i) {
    return scopes.get(i);
  }

  public String service(int i) {
    return resources.get(i).serviceName();
  }

  /** The parent's number, or {@link #NONE}. */
  public int parent(int i) {
    return parents[i];
  }

  /** When it began, nanoseconds since 1970, on the clock of whoever the trace began with. */
  public long start(int i) {
    return starts[i];
  }

  /** When it ended; not before its start. */
  public long end(int i) {
    return ends[i];
  }

  /** How much later the adjusted times are than those that the producer wrote; 0 without those. */
  public long clockShift(int i) {
    long written = ClockSkew.written(spans.get(i));
    return written == 0 ? 0 : starts[i] - written;
  }

  /** Whether it names a parent that is not here. */
  public boolean isOrphan(int i) {
    return parents[i] == NONE && !cyclic[i] && !spans.get(i).isRoot();
  }

  /** Whether it is its own ancestor. */
  public boolean isCyclic(int i) {
    return cyclic[i];
  }

  /** Whether the parent that it names is below it: where its circle was cut. */
  public boolean isCut(int i) {
    return cyclic[i] && parents[i] == NONE;
  }

  /** Spans that name no parent. */
  public int roots() {
    return roots;
  }

  public int orphans() {
    return orphans;
  }

  public int cyclicSpans() {
    return cyclicCount;
  }

  /** Spans whose id another span before them has, with other content. */
  public int collisions() {
    return collisions;
  }

  /**
   * The span that stands for the trace: its earliest root; without a root the earliest of the spans
   * whose parent is not here; {@link #NONE} when there are no spans.
   */
  public int main() {
    int main = NONE;
    for (int i = 0; i < size(); i++) {
      if (parents[i] == NONE && (main == NONE || isBefore(i, main))) {
        main = i;
      }
    }
    return main;
  }

  private boolean isBefore(int i, int other) {
    boolean root = spans.get(i).isRoot();
    return root == spans.get(other).isRoot() ? starts[i] < starts[other] : root;
  }

  /** All spans, each after its parent. */
  int[] order() {
    return order;
  }

  static long id(Slice id) {
    return id.length() == Long.BYTES ? (long) IDS.get(id.array(), id.start()) : 0;
  }

  private void enterIds() {
    int size = 0;
    Set<ByteBuffer> collided = new HashSet<>();
    for (int i = 0; i < spans.size(); i++) {
      SpanView span = spans.get(i);
      long id = id(span.spanId());
      int slot = slotOf(id);
      if (byId[slot] != 0) {
        Slice first = spans.get(byId[slot] - 1).bytes();
        if (first.contentEquals(span.bytes()) || !collided.add(buffer(span.bytes()))) {
          continue;
        }
        collisions++;
      } else {
        byId[slot] = size + 1;
      }
      ids[size] = id;
      spans.set(size, span);
      resources.set(size, resources.get(i));
      scopes.set(size, scopes.get(i));
      size++;
    }
    spans.subList(size, spans.size()).clear();
    resources.subList(size, resources.size()).clear();
    scopes.subList(size, scopes.size()).clear();
  }

  /** Comparable, so that spans made to have one hash cost the set no more than a tree. */
  private static ByteBuffer buffer(Slice bytes) {
    return ByteBuffer.wrap(bytes.array(), bytes.start(), bytes.length());
  }

  private int slotOf(long id) {
    int mask = byId.length - 1;
    int slot = (int) SeededHash.of(id) & mask;
    while (byId[slot] != 0 && ids[byId[slot] - 1] != id) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void findParents() {
    for (int i = 0; i < size(); i++) {
      SpanView span = spans.get(i);
      parents[i] = NONE;
      if (span.isRoot()) {
        roots++;
        continue;
      }
      int found = byId[slotOf(id(span.parentSpanId()))];
      if (found == 0) {
        orphans++;
      } else {
        parents[i] = found - 1;
      }
    }
  }

  /** Walks up from every span, each at most once; who meets itself is on a cycle. */
  private void cutCycles() {
    int[] walk = new int[size()];
    for (int i = 0; i < size(); i++) {
      int at = i;
      while (at != NONE && walk[at] == 0) {
        walk[at] = i + 1;
        at = parents[at];
      }
      if (at != NONE && walk[at] == i + 1) {
        cutCycle(at);
      }
    }
  }

  /** Cuts above the earliest of the cycle. */
  private void cutCycle(int member) {
    int earliest = member;
    int at = member;
    do {
      cyclic[at] = true;
      cyclicCount++;
      if (spans.get(at).startTimeUnixNano() < spans.get(earliest).startTimeUnixNano()) {
        earliest = at;
      }
      at = parents[at];
    } while (at != member);
    parents[earliest] = NONE;
  }

  private int[] parentsFirst() {
    int[] children = new int[size()];
    for (int parent : parents) {
      if (parent != NONE) {
        children[parent]++;
      }
    }
    // From the leaves up, written from the end.
    int[] sorted = new int[size()];
    int next = size();
    int done = size();
    for (int i = 0; i < size(); i++) {
      if (children[i] == 0) {
        sorted[--next] = i;
      }
    }
    while (done > next) {
      int parent = parents[sorted[--done]];
      if (parent != NONE && --children[parent] == 0) {
        sorted[--next] = parent;
      }
    }
    return sorted;
  }

  /** Numbers of the spans, sorted by a time of each; equal ones in their order. */
  static int[] sortedBy(long[] times) {
    return times.length <= MOST_INSERTED ? inserted(times) : merged(times);
  }

  /** Most traces are small, and mostly in order. */
  private static int[] inserted(long[] times) {
    int[] sorted = new int[times.length];
    for (int i = 0; i < times.length; i++) {
      int at = i;
      while (at > 0 && times[sorted[at - 1]] > times[i]) {
        sorted[at] = sorted[at - 1];
        at--;
      }
      sorted[at] = i;
    }
    return sorted;
  }

  private static int[] merged(long[] times) {
    Integer[] numbers = new Integer[times.length];
    Arrays.setAll(numbers, i -> i);
    Arrays.sort(numbers, (a, b) -> Long.compare(times[a], times[b]));
    int[] sorted = new int[times.length];
    Arrays.setAll(sorted, i -> numbers[i]);
    return sorted;
  }

  long[] starts() {
    return starts;
  }

  long[] ends() {
    return ends;
  }
}
