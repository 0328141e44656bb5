package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls in a record of a trace: the two sides of each are found by the parent, in this record
 * or in an earlier one, so that it does not matter which spans came together.
 *
 * @param calls what is known now
 * @param spans to be given to the trace's next record
 */
record TraceCalls(List<Call> calls, EarlierSpans spans) {

  /** A pathological trace must not make a state of megabytes; what is more is not waited for. */
  static final int MAX_SIDES = 1000;

  /** Nor is where further spans were. */
  static final int MAX_SERVICES = 2_000;

  /**
   * Reads a record of a trace.
   *
   * @param otlp its spans
   * @param arrivalNanos when the record reached Kafka
   */
  static Spans read(Slice otlp, CallReader reader, int maxName, long arrivalNanos) {
    Spans spans = new Spans();
    OtlpRequest.forEachRecord(
        otlp,
        (resource, scope, span) -> {
          String service = SeriesTable.cut(resource.serviceName(), maxName);
          CallSide side = reader.read(span, service, arrivalNanos);
          spans.services.putIfAbsent(reader.spanId(), service);
          if (side != null) {
            spans.sides.add(side);
          }
        });
    return spans;
  }

  /** What sides come to that waited in vain; null for one that names no other side. */
  static @Nullable Call alone(CallSide side) {
    return side.asks() ? Call.toPeer(side) : Call.fromQueue(side);
  }

  /** The spans of a record, and the sides of calls among them. */
  static final class Spans {

    private final Map<Long, String> services = new HashMap<>();
    private final List<CallSide> sides = new ArrayList<>();

    private Spans() {}

    /**
     * Finds the calls.
     *
     * @param earlier what the trace's records before this one had
     */
    TraceCalls calls(EarlierSpans earlier) {
      earlier.services().forEach(services::putIfAbsent);
      return new Matching(earlier.sides(), sides, services).match();
    }
  }

  /** Brings the sides together. */
  private static final class Matching {

    private final Map<Long, String> services;
    private final Map<Long, CallSide> asking = new LinkedHashMap<>();
    private final List<CallSide> answering = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<CallSide> kept = new ArrayList<>();

    Matching(List<CallSide> earlier, List<CallSide> now, Map<Long, String> services) {
      this.services = services;
      earlier.forEach(this::take);
      now.forEach(this::take);
    }

    private void take(CallSide side) {
      if (side.asks()) {
        asking.putIfAbsent(side.span(), side);
      } else {
        answering.add(side);
      }
    }

    TraceCalls match() {
      for (CallSide side : answering) {
        CallSide asked = asking.get(side.parent());
        if (asked != null) {
          calls.add(Call.between(asked, side));
          asking.put(side.parent(), asked.settle()); // there may be more who answer
        } else {
          unasked(side);
        }
      }
      for (CallSide side : asking.values()) {
        if (side.database() && !side.settled()) {
          add(Call.toPeer(side)); // databases send no spans
        } else if (!side.database() && !side.settled()) {
          keep(side);
        }
      }
      // What waits for an answer comes first: where there is no room, it counts as it stands.
      for (CallSide side : asking.values()) {
        if (!side.database() && side.settled()) {
          keep(side);
        }
      }
      if (services.size() > MAX_SERVICES) {
        services.clear();
      }
      return new TraceCalls(calls, new EarlierSpans(kept, services));
    }

    private void unasked(CallSide side) {
      String parent = services.get(side.parent());
      if (side.parent() == 0) {
        add(side.messaging() ? Call.fromQueue(side) : Call.byUser(side));
      } else if (parent == null) {
        keep(side);
      } else if (!parent.equals(side.service())) {
        calls.add(Call.from(parent, side));
      }
    }

    private void keep(CallSide side) {
      if (kept.size() < MAX_SIDES) {
        kept.add(side);
      } else if (!side.settled()) {
        add(alone(side));
      }
    }

    private void add(@Nullable Call call) {
      if (call != null) {
        calls.add(call);
      }
    }
  }
}
