package io.sluice.processors.sli;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/** How far the backfills of this process are, of all its tasks together. */
final class BackfillMeters {

  private record Progress(long slos, long records, long read) {}

  private final Map<Integer, Progress> byPartition = new ConcurrentHashMap<>();

  BackfillMeters(MeterRegistry meters) {
    meters.gauge("sluice.sli.backfill.slos", this, self -> self.sum(Progress::slos));
    meters.gauge("sluice.sli.backfill.records", this, self -> self.sum(Progress::records));
    meters.gauge("sluice.sli.backfill.records.read", this, self -> self.sum(Progress::read));
  }

  void set(int partition, long slos, long records, long read) {
    byPartition.put(partition, new Progress(slos, records, read));
  }

  private double sum(ToLongFunction<Progress> part) {
    return byPartition.values().stream().mapToLong(part).sum();
  }
}
