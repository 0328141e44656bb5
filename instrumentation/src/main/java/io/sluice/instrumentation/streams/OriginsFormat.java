package io.sluice.instrumentation.streams;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How origins are stored: their count, the number of contexts, 25 bytes of ids and flags for each,
 * and the {@code tracestate} and {@code baggage} headers, empty unless there is one.
 */
final class OriginsFormat {

  private static final String TRACESTATE = "tracestate";
  private static final String BAGGAGE = "baggage";

  /** What W3C wants of everybody for baggage; for {@code tracestate} it is 512. */
  private static final int LONGEST_HEADER = 8192;

  private static final TextMapPropagator W3C =
      TextMapPropagator.composite(
          W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance());

  private OriginsFormat() {}

  static void write(Origins origins, DataOutput out) throws IOException {
    List<SpanContext> contexts = origins.contexts();
    out.writeLong(origins.count());
    out.writeByte(contexts.size());
    for (SpanContext context : contexts) {
      out.write(context.getTraceIdBytes());
      out.write(context.getSpanIdBytes());
      out.writeByte(context.getTraceFlags().asByte());
    }
    Map<String, String> headers = new HashMap<>();
    if (origins.count() == 1) {
      W3C.inject(origins.parent(), headers, (map, key, value) -> putInto(map, key, value));
    }
    writeHeader(headers.get(TRACESTATE), out);
    writeHeader(headers.get(BAGGAGE), out);
  }

  static Origins read(DataInput in) throws IOException {
    long count = in.readLong();
    int size = in.readUnsignedByte();
    if (count < 0 || size > Origins.MOST || size > count) {
      throw new IOException("it says " + size + " contexts of " + count + " inputs");
    }
    List<SpanContext> contexts = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      byte[] traceId = new byte[16];
      byte[] spanId = new byte[8];
      in.readFully(traceId);
      in.readFully(spanId);
      contexts.add(context(traceId, spanId, in.readByte()));
    }
    String state = in.readUTF();
    String baggage = in.readUTF();
    if (size == 1 && count == 1 && !state.isEmpty()) {
      contexts.set(0, withState(contexts.get(0), state));
    }
    return new Origins(contexts, count, baggage(baggage));
  }

  private static Baggage baggage(String header) {
    return header.isEmpty()
        ? Baggage.empty()
        : Baggage.fromContext(
            W3CBaggagePropagator.getInstance()
                .extract(Context.root(), Map.of(BAGGAGE, header), Getter.INSTANCE));
  }

  private static SpanContext context(byte[] traceId, byte[] spanId, byte flags) {
    return SpanContext.createFromRemoteParent(
        hex(traceId), hex(spanId), TraceFlags.fromByte(flags), TraceState.getDefault());
  }

  /** The propagator alone knows how {@code tracestate} is read. */
  private static SpanContext withState(SpanContext context, String state) {
    Context ids = Context.root().with(Span.wrap(context));
    Map<String, String> all = new HashMap<>();
    W3CTraceContextPropagator.getInstance()
        .inject(ids, all, (map, key, value) -> putInto(map, key, value));
    all.put(TRACESTATE, state);
    return Span.fromContext(
            W3CTraceContextPropagator.getInstance().extract(Context.root(), all, Getter.INSTANCE))
        .getSpanContext();
  }

  /** A header that is longer than anybody has to pass on is left out: it would fill the store. */
  private static void writeHeader(@Nullable String header, DataOutput out) throws IOException {
    out.writeUTF(header == null || header.length() > LONGEST_HEADER ? "" : header);
  }

  private static void putInto(@Nullable Map<String, String> map, String key, String value) {
    if (map != null) {
      map.put(key, value);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private enum Getter implements TextMapGetter<Map<String, String>> {
    INSTANCE;

    @Override
    public @Nullable String get(@Nullable Map<String, String> headers, String key) {
      return headers == null ? null : headers.get(key);
    }
  }
}
