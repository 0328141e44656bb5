package io.sluice.processor.runtime;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.sluice.processor.InputRecord;
import io.sluice.schemas.RecordHeaders;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * W3C trace context in record headers: {@code traceparent} alone. A {@code tracestate} is free text
 * of whoever wrote the record, and headers pass no sanitizer. On raw topics it is read from a
 * header of Sluice's own: others write there too, and their traces are as many as they like.
 */
final class TraceContext {

  private static final TextMapGetter<InputRecord> GETTER =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable InputRecord input, String key) {
          if (input == null || !key.equals(RecordHeaders.TRACEPARENT)) {
            return null;
          }
          return input.header(
              input.topic().restricted()
                  ? RecordHeaders.RAW_TRACEPARENT
                  : RecordHeaders.TRACEPARENT);
        }
      };

  private TraceContext() {}

  /**
   * The context that the record carries, or the root context when it carries none that is valid.
   */
  static Context extract(InputRecord input) {
    return W3CTraceContextPropagator.getInstance().extract(Context.root(), input, GETTER);
  }

  /** Headers that carry the current context on; empty when there is none. */
  static Map<String, String> current() {
    Map<String, String> carrier = new HashMap<>();
    W3CTraceContextPropagator.getInstance()
        .inject(
            Context.current(),
            carrier,
            (map, key, value) -> {
              if (map != null) {
                map.put(key, value);
              }
            });
    return carrier;
  }
}
