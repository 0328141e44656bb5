package io.sluice.sinks.search;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.apache.lucene.store.AlreadyClosedException;

/**
 * How large and how old the index on this disk is. A value that cannot be read at that moment is
 * not a number.
 */
final class IndexMeters {

  private IndexMeters() {}

  static void register(MeterRegistry registry, LucenePartitions partitions, Clock clock) {
    Gauge.builder("sluice.search.index.partitions", partitions, each -> each.all().size())
        .description("Parts of the search index")
        .register(registry);
    Gauge.builder("sluice.search.index.size", partitions, IndexMeters::bytes)
        .description("Size of the search index on disk")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("sluice.search.index.age", partitions, each -> ageSeconds(each, clock))
        .description("How long ago the oldest part of the search index was begun")
        .baseUnit("seconds")
        .register(registry);
  }

  private static double bytes(LucenePartitions partitions) {
    try {
      long bytes = 0;
      for (LucenePartition each : partitions.all()) {
        bytes += each.bytes();
      }
      return bytes;
    } catch (IOException | AlreadyClosedException e) {
      return Double.NaN; // one that was dropped meanwhile
    }
  }

  private static double ageSeconds(LucenePartitions partitions, Clock clock) {
    List<LucenePartition> all = partitions.all();
    CommitPoint oldest = all.get(all.size() - 1).committed();
    return oldest.hasDocuments() ? Math.max(0, clock.millis() - oldest.firstMillis()) / 1000.0 : 0;
  }
}
