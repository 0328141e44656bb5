package io.sluice.instrumentation.streams;

import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.jspecify.annotations.Nullable;

/** Takes the value out again, and lets what follows run in a span that knows its inputs. */
final class Resume<K, V> extends ContextualFixedKeyProcessor<K, Traced<V>, V> {

  private final StreamSpans spans;
  private final String name;

  Resume(StreamSpans spans, String name) {
    this.spans = spans;
    this.name = name;
  }

  @Override
  public void process(FixedKeyRecord<K, Traced<V>> record) {
    @Nullable Traced<V> traced = record.value();
    if (traced == null) {
      context().forward(record.<V>withValue(null));
      return;
    }
    spans.resume(
        name,
        traced,
        () ->
            context()
                .forward(
                    record.withValue(traced.value()).withHeaders(spans.stamped(record.headers()))));
  }
}
