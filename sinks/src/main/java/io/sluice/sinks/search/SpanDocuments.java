package io.sluice.sinks.search;

import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.ScopeView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.zip.CRC32C;

/**
 * The spans of a trace as documents, one after the other. What they share is written once: the
 * trace's part for all, a resource's for those that come after it.
 */
final class SpanDocuments {

  private final AttributeFields fields;
  private final JsonBytes shared = new JsonBytes(512);
  private final JsonBytes id = new JsonBytes(64);
  private final int endOfTrace;
  private ResourceView resource = new ResourceView(Slice.empty()); // none of the trace's
  private ScopeView scope = new ScopeView(Slice.empty());
  private SpanView span = new SpanView(Slice.empty());

  SpanDocuments(Trace trace, AttributeFields fields) {
    this.fields = fields;
    OpenSearchDocuments.ofTrace(trace, shared);
    endOfTrace = shared.size();
  }

  /** Goes on to a span; those of a resource come one after the other. */
  void read(ResourceView of, ScopeView in, SpanView next) {
    if (of != resource) {
      shared.truncate(endOfTrace);
      OpenSearchDocuments.ofResource(of, fields, shared);
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
    OpenSearchDocuments.span(resource, scope, span, fields, shared, out);
  }
}
