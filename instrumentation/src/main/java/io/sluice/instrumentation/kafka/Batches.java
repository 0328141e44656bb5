package io.sluice.instrumentation.kafka;

import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Hands batches of one signal to the courier, in records that a broker takes. */
final class Batches<T> {

  private final Signal signal;
  private final Courier courier;
  private final Counts counts;
  private final Requests<T> requests;
  private final ToIntFunction<T> items;
  private final Function<T, List<T>> halves;

  /**
   * @param items for how many items one of them counts
   * @param halves of one that is too large itself; empty when it has none
   */
  Batches(
      Signal signal,
      Courier courier,
      Counts counts,
      Requests<T> requests,
      ToIntFunction<T> items,
      Function<T, List<T>> halves) {
    this.signal = signal;
    this.courier = courier;
    this.counts = counts;
    this.requests = requests;
    this.items = items;
    this.halves = halves;
    courier.use(signal);
  }

  /** Whether all of it was taken. What was not is counted. */
  boolean send(Collection<T> batch, byte @Nullable [] key) {
    if (batch.isEmpty()) {
      return true;
    }
    byte[] request = requests.write(batch, Courier.MAX_RECORD_BYTES);
    if (request != null) {
      return courier.take(signal, count(batch), key, request);
    }
    List<T> list = new ArrayList<>(batch);
    if (list.size() == 1) {
      list = halves.apply(list.get(0));
    }
    if (list.isEmpty()) {
      counts.dropped(signal, count(batch), DropReason.TOO_LARGE, "");
      return false;
    }
    int half = list.size() / 2;
    boolean first = send(list.subList(0, half), key);
    return send(list.subList(half, list.size()), key) && first;
  }

  static CompletableResultCode result(boolean taken) {
    return taken ? CompletableResultCode.ofSuccess() : CompletableResultCode.ofFailure();
  }

  private int count(Collection<T> batch) {
    int sum = 0;
    for (T one : batch) {
      sum += items.applyAsInt(one);
    }
    return sum;
  }
}
