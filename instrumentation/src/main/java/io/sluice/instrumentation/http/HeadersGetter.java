package io.sluice.instrumentation.http;

import com.sun.net.httpserver.Headers;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads context from request headers. Repeated headers are one list, as HTTP has it, which {@code
 * tracestate} and {@code baggage} are made for; a repeated {@code traceparent} is ambiguous and
 * counts as absent.
 */
enum HeadersGetter implements TextMapGetter<Headers> {
  INSTANCE;

  @Override
  public @Nullable String get(@Nullable Headers headers, String key) {
    return joined(key, headers == null ? null : headers.get(key));
  }

  /**
   * @param values of all headers of this name
   */
  static @Nullable String joined(String key, @Nullable List<String> values) {
    if (values == null || values.isEmpty()) {
      return null;
    }
    if (values.size() == 1) {
      return values.get(0);
    }
    return key.equals("traceparent")
        ? null
        : values.stream().filter(Objects::nonNull).collect(Collectors.joining(","));
  }
}
