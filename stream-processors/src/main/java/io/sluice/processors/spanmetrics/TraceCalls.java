package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls in a record of a trace: the two sides of each are found by the parent. A side whose
 * other side may come in a later record of the trace waits for it.
 *
 * @param calls what is known now
 * @param waiting sides to be given to the trace's next record
 */
record TraceCalls(List<Call> calls, List<CallSide> waiting) {

  /** A pathological trace must not make a state of megabytes; what is more is not waited for. */
  static final int MAX_WAITING = 1000;

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
            spans.add(side);
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
    private final Map<Long, CallSide> asking = new HashMap<>();
    private final List<CallSide> answering = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<CallSide> waiting = new ArrayList<>();

    private Spans() {}

    private void add(CallSide side) {
      if (side.asks()) {
        asking.putIfAbsent(side.span(), side);
      } else {
        answering.add(side);
      }
    }

    /**
     * Finds the calls.
     *
     * @param before sides that waited for this record
     */
    TraceCalls calls(List<CallSide> before) {
      before.forEach(this::add);
      Set<Long> answered = new HashSet<>();
      for (CallSide side : answering) {
        CallSide asked = asking.get(side.parent());
        if (asked != null) {
          calls.add(Call.between(asked, side));
          answered.add(asked.span());
        } else {
          unasked(side);
        }
      }
      for (CallSide side : asking.values()) {
        if (!answered.contains(side.span())) {
          unanswered(side);
        }
      }
      return new TraceCalls(calls, waiting);
    }

    private void unasked(CallSide side) {
      String parent = services.get(side.parent());
      if (side.parent() == 0) {
        add(side.messaging() ? Call.fromQueue(side) : Call.byUser(side));
      } else if (parent == null) {
        await(side);
      } else if (!parent.equals(side.service())) {
        calls.add(Call.from(parent, side));
      }
    }

    private void unanswered(CallSide side) {
      if (side.database()) {
        add(Call.toPeer(side)); // databases send no spans
      } else {
        await(side);
      }
    }

    private void await(CallSide side) {
      if (waiting.size() < MAX_WAITING) {
        waiting.add(side);
      } else {
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
