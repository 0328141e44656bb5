package io.sluice.instrumentation.streams;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;

/**
 * The contexts that a stored value comes from: the last {@value #MOST} different ones, and how many
 * there were. Of a single one everything is kept; of several the ids, since {@code tracestate} and
 * baggage belong to one trace.
 *
 * @param contexts in the order of their arrival
 * @param count inputs with and without a context
 * @param baggage empty unless there is one context
 */
record Origins(List<SpanContext> contexts, long count, Baggage baggage) {

  /** What bounds the store: 25 bytes each. */
  static final int MOST = 32;

  static final Origins NONE = new Origins(List.of(), 0, Baggage.empty());

  Origins {
    contexts = List.copyOf(contexts);
  }

  /** Of one input. */
  static Origins of(Context context) {
    SpanContext origin = Span.fromContext(context).getSpanContext();
    List<SpanContext> contexts =
        origin.isValid() ? List.of(remote(origin, origin.getTraceState())) : List.of();
    return new Origins(contexts, 1, Baggage.fromContext(context));
  }

  /** Of what comes from these and those. */
  Origins and(Origins later) {
    if (later.count == 0) {
      return this;
    }
    if (count == 0) {
      return later;
    }
    List<SpanContext> all = new ArrayList<>(contexts.size() + later.contexts.size());
    addAll(all, contexts);
    addAll(all, later.contexts);
    List<SpanContext> last = all.subList(Math.max(0, all.size() - MOST), all.size());
    return new Origins(last, count + later.count, Baggage.empty());
  }

  /**
   * The context to go on in: that of the only input, or the root, to link to all from.
   *
   * @return never with anything of the current thread
   */
  Context parent() {
    if (count != 1) {
      return Context.root();
    }
    Context context = Context.root().with(baggage);
    return contexts.isEmpty() ? context : context.with(Span.wrap(contexts.get(0)));
  }

  private static void addAll(List<SpanContext> all, List<SpanContext> more) {
    for (SpanContext context : more) {
      SpanContext ids =
          context.getTraceState().isEmpty() ? context : remote(context, TraceState.getDefault());
      if (!all.contains(ids)) {
        all.add(ids);
      }
    }
  }

  /** As it is when it comes back from the store. */
  private static SpanContext remote(SpanContext context, TraceState state) {
    return SpanContext.createFromRemoteParent(
        context.getTraceId(), context.getSpanId(), context.getTraceFlags(), state);
  }
}
