package io.sluice.processors.traces;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * The spans of one trace in one batch: a valid OTLP request of its own, cut out of the batch as
 * byte ranges, with its resource and scopes.
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record Fragment(byte[] otlp, List<SpanRef> spans) {

  /**
   * Cuts a batch apart by trace.
   *
   * @param wanted whether a span is to be kept; asked once for each, in order
   * @throws InvalidInputException when the batch is not OTLP or a span's ids cannot be
   */
  static Map<TraceKey, Fragment> cut(Slice batch, BiPredicate<TraceKey, SpanRef> wanted) {
    Map<TraceKey, Draft> drafts = new LinkedHashMap<>();
    ProtoReader in = batch.reader();
    while (in.next()) {
      if (in.field() == 1) {
        cutResource(in.slice(), wanted, drafts);
      }
    }
    Map<TraceKey, Fragment> fragments = new LinkedHashMap<>();
    drafts.forEach(
        (trace, draft) -> fragments.put(trace, new Fragment(draft.out.toBytes(), draft.spans)));
    return fragments;
  }

  /** A fragment as it was stored. */
  static Fragment of(byte[] otlp) {
    List<SpanRef> spans = new ArrayList<>();
    OtlpRequest.forEachSpan(Slice.of(otlp), (resource, scope, span) -> spans.add(SpanRef.of(span)));
    return new Fragment(otlp, spans);
  }

  private static final class Draft {
    private final ProtoWriter out = new ProtoWriter(512);
    private final List<SpanRef> spans = new ArrayList<>();
  }

  private static void cutResource(
      Slice group, BiPredicate<TraceKey, SpanRef> wanted, Map<TraceKey, Draft> drafts) {
    Map<TraceKey, ProtoWriter> scopes = new LinkedHashMap<>();
    ProtoWriter rest = new ProtoWriter(256);
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() == 2) {
        cutScope(in.slice(), wanted, scopes, drafts);
      } else {
        rest.raw(in.wholeField()); // resource, schema url, and what this build does not know
      }
    }
    scopes.forEach(
        (trace, scopeFields) -> {
          ProtoWriter whole = new ProtoWriter(rest.size() + scopeFields.size());
          whole.raw(rest.slice());
          whole.raw(scopeFields.slice());
          draft(drafts, trace).out.bytes(1, whole.slice());
        });
  }

  private static void cutScope(
      Slice group,
      BiPredicate<TraceKey, SpanRef> wanted,
      Map<TraceKey, ProtoWriter> scopes,
      Map<TraceKey, Draft> drafts) {
    Map<TraceKey, ProtoWriter> spans = new LinkedHashMap<>();
    ProtoWriter rest = new ProtoWriter(128);
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() != 2) {
        rest.raw(in.wholeField());
        continue;
      }
      SpanView span = new SpanView(in.slice());
      if (!span.hasValidIds()) {
        throw new InvalidInputException(
            Reason.INVALID, "a span's trace id or span id has the wrong length or is zero");
      }
      TraceKey trace = TraceKey.of(span.traceId());
      SpanRef ref = SpanRef.of(span);
      if (wanted.test(trace, ref)) {
        spans.computeIfAbsent(trace, key -> new ProtoWriter(256)).raw(in.wholeField());
        draft(drafts, trace).spans.add(ref);
      }
    }
    spans.forEach(
        (trace, spanFields) -> {
          ProtoWriter whole = new ProtoWriter(rest.size() + spanFields.size());
          whole.raw(rest.slice());
          whole.raw(spanFields.slice());
          scopes.computeIfAbsent(trace, key -> new ProtoWriter(256)).bytes(2, whole.slice());
        });
  }

  private static Draft draft(Map<TraceKey, Draft> drafts, TraceKey trace) {
    return drafts.computeIfAbsent(trace, key -> new Draft());
  }
}
