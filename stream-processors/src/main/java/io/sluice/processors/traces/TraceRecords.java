package io.sluice.processors.traces;

import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.CriticalSpan;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.SpanPlace;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.trace.CriticalPath;
import io.sluice.schemas.trace.ErrorOrigin;
import io.sluice.schemas.trace.SelfTimes;
import io.sluice.schemas.trace.SpanTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the record of a closed trace from its spans. */
final class TraceRecords {

  /** Of lists that a record gives the beginning of. */
  private static final int MOST_LISTED = 100;

  private static final int MAX_SERVICES = 1000;

  /** Names are in the spans too: a huge one must not make the record twice as large. */
  private static final int MAX_NAME = 256;

  private TraceRecords() {}

  /**
   * @param otlp all spans of this record, a valid OTLP request
   */
  static Trace of(OpenTrace trace, CloseReason reason, byte[] otlp, long nowMillis) {
    SpanTree tree = SpanTree.of(Slice.of(otlp));
    long[] self = SelfTimes.of(tree);
    long[] onPath = CriticalPath.of(tree);
    ServiceSummaries services = new ServiceSummaries();
    Set<TraceKey> linked = new LinkedHashSet<>();
    long start = Long.MAX_VALUE;
    long end = 0;
    boolean error = false;
    for (int i = 0; i < tree.size(); i++) {
      start = Math.min(start, tree.start(i));
      end = Math.max(end, tree.end(i));
      error |= tree.span(i).isError();
      services.add(clip(tree.service(i)), tree, i, self[i], onPath[i]);
      tree.span(i).forEachLinkedTrace(id -> link(linked, trace.key, TraceKey.of(id)));
    }
    int main = tree.main();
    boolean rooted = main != SpanTree.NONE && tree.span(main).isRoot();
    return Trace.newBuilder()
        .setTraceId(new TraceId(trace.key.toBytes()))
        .setVersion(trace.version())
        .setRootService(rooted ? clip(tree.service(main)) : null)
        .setRootOperation(rooted ? clip(tree.span(main).name()) : null)
        .setServices(services.names(MAX_SERVICES))
        .setStartTimeUnixNano(tree.size() == 0 ? 0 : start)
        .setDurationNanos(tree.size() == 0 ? 0 : end - start)
        .setError(error)
        .setSpanCount(tree.size())
        .setCompleteness(completeness(trace, reason))
        .setCloseReason(reason)
        .setMissingParents(
            trace.missingParentCount() == 0
                ? List.of()
                : trace
                    .missingParents()
                    .sorted()
                    .limit(MOST_LISTED)
                    .mapToObj(TraceRecords::spanId)
                    .toList())
        .setCloseDelayMillis(Math.max(0, nowMillis - trace.lastArrivalMillis()))
        .setOtlp(ByteBuffer.wrap(otlp))
        .setRootCount(tree.roots())
        .setOrphanCount(trace.version() == 1 ? tree.orphans() : trace.orphans())
        .setMissingParentCount(trace.missingParentCount())
        .setCollisionCount(tree.collisions())
        .setCyclicCount(tree.cyclicSpans())
        .setAdjustedCount(main == SpanTree.NONE ? 1 : tree.span(main).adjustedCount())
        .setServiceSummaries(services.largest())
        .setCriticalPath(criticalPath(tree, onPath))
        .setErrorOrigin(error ? place(tree, ErrorOrigin.of(tree)) : null)
        .setLinkedTraces(linked.stream().map(key -> new TraceId(key.toBytes())).toList())
        .build();
  }

  private static void link(Set<TraceKey> linked, TraceKey own, TraceKey other) {
    if (linked.size() < MOST_LISTED && !other.equals(own)) {
      linked.add(other);
    }
  }

  private static List<CriticalSpan> criticalPath(SpanTree tree, long[] onPath) {
    List<CriticalSpan> spans = new ArrayList<>();
    for (int i : CriticalPath.longestFirst(onPath)) {
      if (spans.size() < MOST_LISTED) {
        spans.add(new CriticalSpan(new SpanId(tree.span(i).spanId().toBytes()), onPath[i]));
      }
    }
    return spans;
  }

  private static @Nullable SpanPlace place(SpanTree tree, int i) {
    return new SpanPlace(
        new SpanId(tree.span(i).spanId().toBytes()),
        clip(tree.service(i)),
        clip(tree.span(i).name()));
  }

  private static SpanId spanId(long id) {
    return new SpanId(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
  }

  private static String clip(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
  }

  private static Completeness completeness(OpenTrace trace, CloseReason reason) {
    if (trace.isFurtherPartOfLarge()) {
      return Completeness.TOO_LARGE;
    }
    return switch (reason) {
      case COMPLETE -> Completeness.COMPLETE;
      case INACTIVE, AGE, PRESSURE -> Completeness.TIMED_OUT;
      case SIZE -> Completeness.TOO_LARGE;
      case LATE -> Completeness.LATE;
    };
  }
}
