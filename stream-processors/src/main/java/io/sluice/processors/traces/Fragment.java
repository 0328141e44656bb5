package io.sluice.processors.traces;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
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
   * A batch that was cut apart.
   *
   * @param refused the spans whose ids cannot be, as an OTLP request; empty when there are none
   */
  record Batch(Map<TraceKey, Fragment> traces, byte[] refused) {}

  /**
   * Cuts a batch apart by trace.
   *
   * @param wanted whether a span is to be kept; asked once for each, in order
   * @throws InvalidInputException when the batch is not OTLP, or would become too large
   */
  static Batch cut(Slice batch, BiPredicate<TraceKey, SpanRef> wanted) {
    return new BatchCutter(wanted).cut(batch);
  }

  /** A fragment as it was stored. */
  static Fragment of(byte[] otlp) {
    List<SpanRef> spans = new ArrayList<>();
    OtlpRequest.forEachSpan(Slice.of(otlp), (resource, scope, span) -> spans.add(SpanRef.of(span)));
    return new Fragment(otlp, spans);
  }

  /**
   * This fragment, or smaller ones if it is more than one record of a trace should hold. Its
   * resource goes into each, so where that is most of it, it stays as it is.
   */
  List<Fragment> parts(TracesConfig config) {
    List<Fragment> parts = new ArrayList<>();
    split(config, parts);
    return parts;
  }

  private void split(TracesConfig config, List<Fragment> parts) {
    boolean fits = spans.size() <= config.maxSpans() && otlp.length <= config.maxBytes().bytes();
    if (fits || spans.size() == 1) {
      parts.add(this);
      return;
    }
    int half = spans.size() / 2;
    Fragment first = range(0, half);
    Fragment second = range(half, spans.size());
    if ((long) first.otlp.length + second.otlp.length > otlp.length + otlp.length / 2) {
      parts.add(this);
      return;
    }
    first.split(config, parts);
    second.split(config, parts);
  }

  private Fragment range(int from, int to) {
    int[] next = {0};
    return cut(
            Slice.of(otlp),
            (trace, span) -> {
              int index = next[0]++;
              return index >= from && index < to;
            })
        .traces()
        .values()
        .iterator()
        .next();
  }
}
