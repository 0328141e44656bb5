package io.sluice.sinks.search;

import io.micrometer.core.instrument.Counter;
import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.ScopeView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.zip.CRC32C;

/**
 * The spans of a trace as documents, one after the other. What they share is written once: the
 * trace's part for all, a resource's and a scope's for those that come after it; no more of it than
 * there is room for in all ({@link SharedTexts}).
 */
final class SpanDocuments {

  private final AttributeFields fields;
  private final Counter shortened;
  private final int share;
  private final JsonBytes shared = new JsonBytes(512);
  private final JsonBytes id = new JsonBytes(64);
  private final int endOfTrace;
  private int endOfResource;
  private boolean isShort;
  private ResourceView resource = new ResourceView(Slice.empty()); // none of the trace's
  private ScopeView scope = new ScopeView(Slice.empty());
  private SpanView span = new SpanView(Slice.empty());

  /**
   * @param shortened counts the documents without some of their resource
   */
  SpanDocuments(Trace trace, AttributeFields fields, Counter shortened) {
    this.fields = fields;
    this.shortened = shortened;
    this.share = SharedTexts.share(spans(trace));
    OpenSearchDocuments.ofTrace(trace, share, shared);
    endOfTrace = shared.size();
  }

  private static int spans(Trace trace) {
    int[] spans = new int[1];
    OtlpRequest.forEachRecord(
        Slice.of(trace.getOtlp().array()), (resource, scope, span) -> spans[0]++);
    return spans[0];
  }

  /** Goes on to a span; those of a resource come one after the other. */
  void read(ResourceView of, ScopeView in, SpanView next) {
    boolean isNext = of != resource;
    if (isNext) {
      shared.truncate(endOfTrace);
      isShort = OpenSearchDocuments.ofResource(of, share, fields, shared);
      endOfResource = shared.size();
    }
    if (isNext || !in.equals(scope)) {
      shared.truncate(endOfResource);
      OpenSearchDocuments.ofScope(in, share, shared);
    }
    resource = of;
    scope = in;
    span = next;
  }

  /** Its ids, and a sum over its bytes: spans that share an id are there all. */
  String id() {
    CRC32C sum = new CRC32C();
    Slice bytes = span.bytes();
    sum.update(bytes.array(), bytes.start(), bytes.length());
    bytes = resource.bytes();
    sum.update(bytes.array(), bytes.start(), bytes.length());
    id.truncate(0);
    id.hexDigits(span.traceId()).raw('-').hexDigits(span.spanId()).raw('-').number(sum.getValue());
    return id.ascii();
  }

  void write(JsonBytes out) {
    OpenSearchDocuments.span(span, fields, shared, out);
    if (isShort) {
      shortened.increment();
    }
  }
}
