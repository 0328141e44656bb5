package io.sluice.sinks.search;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
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

  /** A part that was begun while the clock was ahead says nothing. */
  private static double ageSeconds(LucenePartitions partitions, Clock clock) {
    long now = clock.millis();
    return partitions.all().stream()
            .map(LucenePartition::committed)
            .filter(CommitPoint::hasDocuments)
            .mapToLong(point -> now - point.firstMillis())
            .filter(age -> age > 0)
            .max()
            .orElse(0)
        / 1000.0;
  }
}
