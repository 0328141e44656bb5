package io.sluice.instrumentation.messaging;

import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Writes headers of a record. */
enum HeadersSetter implements TextMapSetter<Headers> {
  INSTANCE;

  @Override
  public void set(@Nullable Headers headers, String key, String value) {
    if (headers != null) {
      headers.remove(key).add(key, value.getBytes(StandardCharsets.UTF_8));
    }
  }
}
