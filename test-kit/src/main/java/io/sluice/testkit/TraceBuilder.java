package io.sluice.testkit;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole trace over several services, written as the tree that it is. Gives the spans one trace
 * id, span ids in the order of the tree, their parents, and start times: each child a millisecond
 * after its parent or elder sibling, unless the test chose one.
 *
 * <pre>{@code
 * var trace =
 *     TraceBuilder.trace(
 *         Telemetry.traceId(7),
 *         frontend.span("GET /").kind(SERVER).calls(
 *             checkout.span("POST /checkout").kind(SERVER).calls(
 *                 payment.span("POST /charge").kind(SERVER).error()),
 *             cart.span("DELETE /cart").kind(SERVER)));
 * }</pre>
 */
public final class TraceBuilder {

  private static final Duration STEP = Duration.ofMillis(1);

  private final byte[] traceId;
  private final List<SpanBuilder> spans = new ArrayList<>();

  private TraceBuilder(byte[] traceId) {
    this.traceId = traceId;
  }

  /** The spans under a root, and the root, as one trace. */
  public static TraceBuilder trace(byte[] traceId, SpanBuilder root) {
    TraceBuilder trace = new TraceBuilder(traceId.clone());
    trace.add(root, root.startOr(Telemetry.START));
    return trace;
  }

  /** All spans, parents before children. Changes to them are changes to the trace. */
  public List<SpanBuilder> spans() {
    return List.copyOf(spans);
  }

  /** One request with the whole trace. */
  public byte[] toRequestBytes() {
    return Telemetry.spans(spans).toByteArray();
  }

  /** As services send them: one request each, in order of appearance. */
  public List<byte[]> toRequestBytesByService() {
    return spans.stream()
        .map(SpanBuilder::service)
        .distinct()
        .map(
            service ->
                Telemetry.spans(
                        spans.stream().filter(span -> span.service().equals(service)).toList())
                    .toByteArray())
        .toList();
  }

  private void add(SpanBuilder span, Instant start) {
    spans.add(span.trace(traceId).id(spanId(spans.size() + 1)).start(start));
    Instant childStart = start;
    for (SpanBuilder child : span.children()) {
      childStart = childStart.plus(STEP);
      add(child.parent(span.spanId()), child.startOr(childStart));
    }
  }

  /** Different in each trace, and readable: the third span of trace 7 is 7003. */
  private byte[] spanId(int number) {
    long trace = ByteBuffer.wrap(traceId).getLong(traceId.length - Long.BYTES);
    return ByteBuffer.allocate(Long.BYTES).putLong(trace * 1000 + number).array();
  }
}
