package io.sluice.processors.traces;

import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes the record of a closed trace from its spans. */
final class TraceRecords {

  private static final int MAX_MISSING_PARENTS = 100;
  private static final int MAX_SERVICES = 1000;

  /** Names are in the spans too: a huge one must not make the record twice as large. */
  private static final int MAX_NAME = 256;

  private TraceRecords() {}

  /**
   * @param otlp all spans of this record, a valid OTLP request
   */
  static Trace of(OpenTrace trace, CloseReason reason, byte[] otlp, long nowMillis) {
    Facts facts = new Facts();
    OtlpRequest.forEachSpan(
        Slice.of(otlp),
        (resource, scope, span) -> {
          String service = clip(resource.serviceName());
          facts.services.add(service);
          if (facts.services.size() > MAX_SERVICES) {
            facts.services.pollLast();
          }
          long start = Math.max(0, span.startTimeUnixNano());
          facts.end = Math.max(facts.end, Math.max(start, span.endTimeUnixNano()));
          facts.start = Math.min(facts.start, start);
          facts.error |= span.isError();
          facts.spans++;
          // Of several roots the earliest names the trace.
          if (span.isRoot() && (facts.rootService == null || start < facts.rootStart)) {
            facts.rootStart = start;
            facts.rootService = service;
            facts.rootOperation = clip(span.name());
          }
        });
    return Trace.newBuilder()
        .setTraceId(new TraceId(trace.key.toBytes()))
        .setVersion(trace.version())
        .setRootService(facts.rootService)
        .setRootOperation(facts.rootOperation)
        .setServices(List.copyOf(facts.services))
        .setStartTimeUnixNano(facts.spans == 0 ? 0 : facts.start)
        .setDurationNanos(facts.spans == 0 ? 0 : facts.end - facts.start)
        .setError(facts.error)
        .setSpanCount(facts.spans)
        .setCompleteness(completeness(trace, reason))
        .setCloseReason(reason)
        .setMissingParents(
            trace
                .missingParents()
                .limit(MAX_MISSING_PARENTS)
                .mapToObj(id -> new SpanId(ByteBuffer.allocate(Long.BYTES).putLong(id).array()))
                .toList())
        .setCloseDelayMillis(Math.max(0, nowMillis - trace.lastArrivalMillis()))
        .setOtlp(ByteBuffer.wrap(otlp))
        .build();
  }

  private static String clip(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
  }

  private static Completeness completeness(OpenTrace trace, CloseReason reason) {
    if (trace.isFurtherPart()) {
      return Completeness.TOO_LARGE;
    }
    return switch (reason) {
      case COMPLETE -> Completeness.COMPLETE;
      case INACTIVE, AGE, PRESSURE -> Completeness.TIMED_OUT;
      case SIZE -> Completeness.TOO_LARGE;
      case LATE -> Completeness.LATE;
    };
  }

  private static final class Facts {
    private final TreeSet<String> services = new TreeSet<>();
    private long start = Long.MAX_VALUE;
    private long end = Long.MIN_VALUE;
    private boolean error;
    private int spans;
    private long rootStart = Long.MAX_VALUE;
    private @Nullable String rootService;
    private @Nullable String rootOperation;
  }
}
