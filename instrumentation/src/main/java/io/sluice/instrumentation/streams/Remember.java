package io.sluice.instrumentation.streams;

import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.jspecify.annotations.Nullable;

/** Puts the context of the headers beside the value. No value stays none: it deletes. */
final class Remember<K, V> extends ContextualFixedKeyProcessor<K, V, Traced<V>> {

  private final StreamSpans spans;

  Remember(StreamSpans spans) {
    this.spans = spans;
  }

  @Override
  public void process(FixedKeyRecord<K, V> record) {
    @Nullable V value = record.value();
    context()
        .forward(record.withValue(value == null ? null : spans.remember(value, record.headers())));
  }
}
