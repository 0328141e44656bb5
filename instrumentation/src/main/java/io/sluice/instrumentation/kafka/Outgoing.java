package io.sluice.instrumentation.kafka;

import io.opentelemetry.sdk.common.CompletableResultCode;
import org.jspecify.annotations.Nullable;

/** One record on its way. */
final class Outgoing {

  final Signal signal;
  final int items;
  final byte @Nullable [] key;
  final int size;
  final long takenNanos;

  /** Gone once the producer has its copy. */
  byte @Nullable [] value;

  /** Done when Kafka has it, or when it was dropped. */
  final CompletableResultCode result = new CompletableResultCode();

  Outgoing(Signal signal, int items, byte @Nullable [] key, byte[] value, long takenNanos) {
    this.signal = signal;
    this.items = items;
    this.key = key;
    this.value = value;
    this.size = value.length;
    this.takenNanos = takenNanos;
  }
}
