package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneKillIT {

  private static final int KILLS = 5;

  @TempDir private Path directory;

  @Test
  void everyRecordIsThereOnceHoweverOftenTheProcessIsKilled() throws Exception {
    Random random = new Random(7);
    long before = -1;
    for (int kill = 0; kill < KILLS; kill++) {
      long committed = killedAfter(random.nextInt(700), random.nextLong());
      assertThat(committed).isGreaterThanOrEqualTo(before);
      before = committed;
    }
    try (LuceneStore store = KilledIndexer.open(directory)) {
      long end = store.committed().getOrDefault(KilledIndexer.TOPIC, 0L);
      assertThat(end).isPositive();
      assertThat(store.logCount()).isEqualTo(end);
      // The time of a line is its offset: the newest first are all offsets, backwards.
      List<Long> times = new ArrayList<>();
      String cursor = null;
      do {
        LogPage page =
            store.logs(
                new LogQuery("", null, null, 0, Long.MIN_VALUE, Long.MAX_VALUE, 1000, cursor));
        page.entries().forEach(entry -> times.add(entry.timeUnixNano()));
        cursor = page.nextCursor();
      } while (cursor != null);
      assertThat(times)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(1, end).mapToObj(i -> end - i).toList());
    }
  }

  /** Where the process read on. */
  private long killedAfter(int millis, long seed) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledIndexer.class.getName(),
                directory.toString(),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String first = output.readLine();
      assertThat(output.readLine()).as("what was committed first").isNotNull();
      assertThat(process.waitFor(millis, TimeUnit.MILLISECONDS)).as("it ended").isFalse();
      return Long.parseLong(first);
    } finally {
      process.destroyForcibly().waitFor(); // SIGKILL
    }
  }
}
