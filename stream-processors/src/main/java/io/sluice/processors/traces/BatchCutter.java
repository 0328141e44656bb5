package io.sluice.processors.traces;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one batch apart by trace. Reads here whatever is read again when a trace is closed: by then
 * it is too late to refuse the bytes.
 */
final class BatchCutter {

  /** Each trace of a batch gets a copy of its resource: a large one times many is a bomb. */
  private static final long MAX_COPIED_BYTES = 64L << 20;

  /** No trace has this id, so here is what belongs to none. */
  private static final TraceKey NOWHERE = new TraceKey(0, 0);

  private static final class Draft {
    private final ProtoWriter out = new ProtoWriter(512);
    private final List<SpanRef> spans = new ArrayList<>();
  }

  private final BiPredicate<TraceKey, SpanRef> wanted;
  private final Map<TraceKey, Draft> drafts = new LinkedHashMap<>();
  private long copied;

  BatchCutter(BiPredicate<TraceKey, SpanRef> wanted) {
    this.wanted = wanted;
  }

  Fragment.Batch cut(Slice batch) {
    ProtoReader in = batch.reader();
    while (in.next()) {
      if (in.field() == 1) {
        cutResource(in.slice());
      }
    }
    Map<TraceKey, Fragment> fragments = new LinkedHashMap<>();
    drafts.forEach(
        (trace, draft) -> fragments.put(trace, new Fragment(draft.out.toBytes(), draft.spans)));
    Fragment refused = fragments.remove(NOWHERE);
    return new Fragment.Batch(fragments, refused == null ? new byte[0] : refused.otlp());
  }

  private void cutResource(Slice group) {
    Map<TraceKey, ProtoWriter> scopes = new LinkedHashMap<>();
    ProtoWriter rest = new ProtoWriter(256);
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() == 2) {
        cutScope(in.slice(), scopes);
        continue;
      }
      if (in.field() == 1) {
        new ResourceView(in.slice()).serviceName();
      }
      rest.raw(in.wholeField()); // resource, schema url, and what this build does not know
    }
    scopes.forEach((trace, fields) -> draft(trace).out.bytes(1, whole(rest, fields)));
  }

  private void cutScope(Slice group, Map<TraceKey, ProtoWriter> scopes) {
    Map<TraceKey, ProtoWriter> spans = new LinkedHashMap<>();
    ProtoWriter rest = new ProtoWriter(128);
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() == 2) {
        TraceKey trace = traceOf(new SpanView(in.slice()));
        if (trace != null) {
          writer(spans, trace).raw(in.wholeField());
        }
        continue;
      }
      if (in.field() == 1) {
        in.slice(); // or it is malformed
      }
      rest.raw(in.wholeField());
    }
    spans.forEach((trace, fields) -> writer(scopes, trace).bytes(2, whole(rest, fields)));
  }

  /** Where the span belongs, or null when it is not wanted. */
  private @Nullable TraceKey traceOf(SpanView span) {
    span.isError();
    if (!span.hasValidIds()) {
      return NOWHERE;
    }
    TraceKey trace = TraceKey.of(span.traceId());
    SpanRef ref = SpanRef.of(span);
    if (!wanted.test(trace, ref)) {
      return null;
    }
    draft(trace).spans.add(ref);
    return trace;
  }

  private Slice whole(ProtoWriter rest, ProtoWriter fields) {
    copied += rest.size();
    if (copied > MAX_COPIED_BYTES) {
      throw new InvalidInputException(
          Reason.TOO_LARGE,
          "resources and scopes too large to be copied to each of the batch's traces");
    }
    ProtoWriter whole = new ProtoWriter(rest.size() + fields.size());
    whole.raw(rest.slice());
    whole.raw(fields.slice());
    return whole.slice();
  }

  private Draft draft(TraceKey trace) {
    return drafts.computeIfAbsent(trace, key -> new Draft());
  }

  private static ProtoWriter writer(Map<TraceKey, ProtoWriter> writers, TraceKey trace) {
    return writers.computeIfAbsent(trace, key -> new ProtoWriter(256));
  }
}
