package io.sluice.sinks.search;

import io.sluice.sinks.search.Workers.Work;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.store.FSDirectory;

/** A process that indexes as fast as it can, on as many threads as the sink, until it is killed. */
final class KilledIndexer {

  static final TopicPartition TOPIC = new TopicPartition("sluice.logs", 0);
  static final LucenePartitions.Limits LIMITS =
      new LucenePartitions.Limits(1 << 20, Long.MAX_VALUE);

  private KilledIndexer() {}

  static LuceneStore open(Path path) {
    return LuceneStore.open(path, LIMITS, Clock.systemUTC(), FSDirectory::open, 5_000_000);
  }

  public static void main(String[] args) {
    Random random = new Random(Long.parseLong(args[1]));
    try (LuceneStore store = open(Path.of(args[0]));
        Workers workers = new Workers("worker", store.writers());
        Workers refresher = new Workers("refresh", 1)) {
      long next = store.committed().getOrDefault(TOPIC, 0L);
      System.out.println(next);
      while (!System.out.checkError()) {
        long end = next + 1 + random.nextInt(2000);
        List<Runnable> parts = new ArrayList<>();
        for (int i = 0; i < store.writers(); i++) {
          long first = next + i;
          parts.add(() -> put(store, first, end));
        }
        Work work = workers.start(parts);
        while (!work.hasEnded()) {
          refresher.start(List.of(store::refresh)).await();
        }
        work.await();
        next = end;
        store.commit(Map.of(TOPIC, next));
        System.out.println(next); // whoever kills waits for the first
      }
    }
  }

  private static void put(LuceneStore store, long first, long end) {
    for (long next = first; next < end; next += store.writers()) {
      String id = "0-" + next + "-0";
      String body = "line " + next + " of " + Long.toHexString(next * 0x9E3779B97F4A7C15L);
      store.put(new LogEntry(id, next, "cart", 9, "", body, "", "", Map.of(), Map.of()));
    }
  }
}
