package io.sluice.processors.traces;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much is open in each partition that this process works for. By partition, since a step that
 * begins anew replaces what the one before it had counted.
 */
final class OpenCounts {

  private record Open(long traces, long spans, long bytes) {}

  private final Map<Integer, Open> byPartition = new ConcurrentHashMap<>();

  /**
   * @param bytes of the batches that open traces have spans in
   */
  void set(int partition, long traces, long spans, long bytes) {
    byPartition.put(partition, new Open(traces, spans, bytes));
  }

  /** Another process, or another step, has the partition now. */
  void remove(int partition) {
    byPartition.remove(partition);
  }

  long traces() {
    return byPartition.values().stream().mapToLong(Open::traces).sum();
  }

  long spans() {
    return byPartition.values().stream().mapToLong(Open::spans).sum();
  }

  long bytes() {
    return byPartition.values().stream().mapToLong(Open::bytes).sum();
  }
}
