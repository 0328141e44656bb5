package io.sluice.processors.spanmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SeenRecordsTest {

  private static final long WINDOW = 1000;

  private final StageTestDriver driver = StageTestDriver.of(new SpanMetricsProcessor()).start();
  private final KeyValueStore<byte[], byte[]> store = driver.store(SpanMetricsTopology.SEEN);

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void knowsAfterARestartWhatWasWrittenAndNothingElse() {
    SeenRecords before = new SeenRecords(store, WINDOW);
    before.add(digest(1), 10);
    before.add(digest(2), 20);
    before.write();
    before.add(digest(3), 30);

    SeenRecords after = new SeenRecords(store, WINDOW);

    assertThat(before.has(digest(3), 31)).isTrue();
    assertThat(after.has(digest(1), 31)).isTrue();
    assertThat(after.has(digest(2), 20 + WINDOW)).isTrue();
    assertThat(after.has(digest(2), 21 + WINDOW)).isFalse();
    assertThat(after.has(digest(3), 31)).isFalse();
  }

  @Test
  void keepsTheNewestAndNoMoreEntriesThanTheyAreIn() {
    SeenRecords seen = new SeenRecords(store, WINDOW);
    int records = 3 * SeenRecords.MOST;
    int together = 1000;
    for (int i = 0; i < records; i++) {
      seen.add(digest(i), 10);
      if (i % together == together - 1) {
        seen.write();
      }
    }
    seen.write();

    SeenRecords after = new SeenRecords(store, WINDOW);

    for (SeenRecords each : new SeenRecords[] {seen, after}) {
      assertThat(each.has(digest(records - 1), 10)).isTrue();
      assertThat(each.has(digest(records - SeenRecords.MOST), 10)).isTrue();
      assertThat(each.has(digest(records - SeenRecords.MOST - 1), 10)).isFalse();
    }
    assertThat(entries()).isLessThanOrEqualTo(SeenRecords.MOST / together + 2);
  }

  @Test
  void storesNothingThatIsOutOfTheWindow() {
    SeenRecords seen = new SeenRecords(store, WINDOW);
    for (int i = 0; i < 100; i++) {
      seen.add(digest(i), i * WINDOW / 2);
      seen.write();
      assertThat(entries()).isLessThanOrEqualTo(3);
    }
    SeenRecords after = new SeenRecords(store, WINDOW);
    after.add(digest(100), 50 * WINDOW);
    after.write();
    assertThat(entries()).as("and after a restart").isLessThanOrEqualTo(3);
    assertThat(after.has(digest(98), 50 * WINDOW)).isTrue();
  }

  @Test
  void keepsWhatIsInTheWindowOfOneThatLagsBehindOthers() {
    SeenRecords before = new SeenRecords(store, WINDOW);
    before.add(digest(1), 10);
    before.write();
    before.add(digest(2), 10 + 5 * WINDOW);
    before.add(digest(3), 20);
    before.write();

    SeenRecords after = new SeenRecords(store, WINDOW);

    assertThat(before.has(digest(1), 30)).isTrue();
    assertThat(after.has(digest(1), 30)).as("after a restart").isTrue();
  }

  private int entries() {
    AtomicInteger count = new AtomicInteger();
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(entry -> count.incrementAndGet());
    }
    return count.get();
  }

  private static SeenRecords.Digest digest(int number) {
    return new SeenRecords.Digest(number, 7);
  }
}
