package io.sluice.sinks.search;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.store.FSDirectory;

/** A process that indexes as fast as it can, until it is killed. */
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
    try (LuceneStore store = open(Path.of(args[0]))) {
      long next = store.committed().getOrDefault(TOPIC, 0L);
      System.out.println(next);
      while (!System.out.checkError()) {
        long end = next + 1 + random.nextInt(2000);
        for (; next < end; next++) {
          String id = "0-" + next + "-0";
          String body = "line " + next + " of " + Long.toHexString(random.nextLong());
          store.put(new LogEntry(id, next, "cart", 9, "", body, "", "", Map.of(), Map.of()));
          if (random.nextInt(300) == 0) {
            store.refresh();
          }
        }
        store.commit(Map.of(TOPIC, next));
        System.out.println(next); // whoever kills waits for the first
      }
    }
  }
}
