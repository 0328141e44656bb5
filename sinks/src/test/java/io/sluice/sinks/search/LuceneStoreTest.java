package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.stage.StartException;
import io.sluice.testkit.MovingClock;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneStoreTest extends SearchStoreContract {

  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final TopicPartition LOGS = new TopicPartition("sluice.logs", 0);

  @TempDir private Path directory;

  /** Every commit ends a partition. */
  private static final LucenePartitions.Limits SMALL =
      new LucenePartitions.Limits(1, Long.MAX_VALUE);

  private final MovingClock clock = new MovingClock(Instant.now());

  @Override
  SearchStore open() {
    return open(directory);
  }

  @Override
  SearchStore openSmall(long mostScanned) {
    return LuceneStore.open(
        directory.resolve("small"), SMALL, clock, FSDirectory::open, mostScanned);
  }

  private LuceneStore open(Path path) {
    return open(path, SMALL);
  }

  private LuceneStore open(Path path, LucenePartitions.Limits limits) {
    return LuceneStore.open(path, limits, clock, FSDirectory::open, 5_000_000);
  }

  @Override
  void show(SearchStore store) {
    store.refresh();
  }

  @Test
  void keepsNothingThatWasNotCommitted() {
    try (SearchStore other = open(directory.resolve("other"))) {
      other.put(entry("1", "kept"));
      other.commit(Map.of());
      other.put(entry("2", "not committed"));
      other.refresh();
      assertThat(other.logCount()).isEqualTo(2);
    }
    try (SearchStore again = open(directory.resolve("other"))) {
      assertThat(again.logCount()).isEqualTo(1);
    }
  }

  @Test
  void aVersionThatComesAgainAfterARestartReplacesItself() {
    LucenePartitions.Limits one = new LucenePartitions.Limits(Long.MAX_VALUE, Long.MAX_VALUE);
    Path path = directory.resolve("again");
    try (SearchStore store = open(path, one)) {
      putQueries(store, 200);
      store.commit(Map.of());
    }
    try (SearchStore store = open(path, one)) {
      putQueries(store, 300);
      store.refresh();
      assertThat(store.traceCount()).isEqualTo(300);
      assertThat(store.serviceCalls(Long.MIN_VALUE, Long.MAX_VALUE))
          .singleElement()
          .satisfies(call -> assertThat(call.count()).isEqualTo(300));
    }
  }

  private static void putQueries(SearchStore store, int traces) {
    for (int number = 1; number <= traces; number++) {
      SpanBuilder query = Telemetry.service("cart").span("SELECT").kind(SpanKind.CLIENT);
      store.put(trace(number, 1, query.attribute("db.system.name", "postgresql")));
    }
  }

  private static LogEntry entry(String id, String body) {
    return new LogEntry(id, 1, "cart", 9, "", body, "", "", Map.of(), Map.of());
  }

  @Test
  void dropsTheOldestPartitionsWhenAllAreTooLarge() throws IOException {
    Path path = directory.resolve("large");
    try (SearchStore store = open(path)) {
      for (int i = 0; i < 10; i++) {
        // The first has the newest time, so that no time of a sender can decide.
        store.put(new LogEntry("" + i, -i, "s", 9, "", "line " + i, "", "", Map.of(), Map.of()));
        store.commit(Map.of(LOGS, i + 1L));
      }
      store.refresh();
      long bytes = size(path);
      store.shrinkTo(2 * bytes);
      assertThat(store.logCount()).isEqualTo(10);
      store.shrinkTo(bytes / 2);
      assertThat(store.logCount()).isBetween(4L, 5L);
      assertThat(size(path)).isLessThanOrEqualTo(bytes / 2);
      assertThat(store.logs(LogQuery.matching("\"line 0\"")).entries()).isEmpty();
      assertThat(store.logs(LogQuery.matching("\"line 9\"")).entries()).hasSize(1);
      store.shrinkTo(0);
      store.shrinkTo(0);
      assertThat(store.logCount()).isZero();
    }
    try (SearchStore store = open(path)) {
      assertThat(store.committed()).containsExactly(Map.entry(LOGS, 10L));
    }
  }

  private static long size(Path index) throws IOException {
    try (Stream<Path> files = Files.walk(index)) {
      return files.mapToLong(file -> Files.isDirectory(file) ? 0 : file.toFile().length()).sum();
    }
  }

  @Test
  void stopsAPageOfTracesAtAnyMoment() {
    try (SearchStore store = open(directory.resolve("stopped"))) {
      for (int number = 1; number <= 12; number++) {
        store.put(trace(number, 1, Telemetry.service("cart").span("GET /cart")));
      }
      store.refresh();
      String cursor = store.traces(traces(null)).nextCursor();
      int checks = 0;
      boolean stopped = true;
      while (stopped) {
        int[] left = {checks++};
        SearchReader reader = store.until(() -> left[0]-- <= 0, new QueryMemory(1 << 20).share());
        try {
          assertThat(reader.traces(traces(cursor)).traces()).hasSize(5);
          stopped = false;
        } catch (QueryStoppedException e) {
          assertThat(checks).isLessThan(1000);
        }
      }
      assertThat(checks).isGreaterThan(1);
    }
  }

  @Test
  void showsAVersionOnceThatCameAgainInALaterPartition() {
    try (SearchStore store = open(directory.resolve("again"))) {
      for (long offset = 1; offset <= 2; offset++) {
        store.put(trace(1, 1, Telemetry.service("cart").span("GET /cart")));
        store.commit(Map.of(LOGS, offset));
      }
      store.refresh();
      TraceSummary summary = store.traces(TraceQuery.all()).traces().get(0);
      assertThat(summary.versionCount()).isEqualTo(1);
      assertThat(store.trace(summary.traceId()).orElseThrow().versions()).hasSize(1);
    }
  }

  private static TraceQuery traces(@Nullable String cursor) {
    TraceQuery all = TraceQuery.all();
    return new TraceQuery(
        all.service(),
        all.operation(),
        all.minDurationNanos(),
        all.maxDurationNanos(),
        all.errorOnly(),
        all.tags(),
        all.fromUnixNano(),
        all.toUnixNano(),
        5,
        cursor);
  }

  @Test
  void keepsFewPartitionsWhateverTimesSendersWrite() {
    Path path = directory.resolve("hostile");
    LucenePartitions.Limits days = new LucenePartitions.Limits(1 << 30, DAY);
    try (SearchStore store = open(path, days)) {
      int number = 0;
      for (int day = 0; day < 4; day++) {
        for (long year = -292; year < 292; year += 50) {
          long time = year * 365 * DAY * 1_000_000;
          LogEntry line =
              new LogEntry("" + number++, time, "s", 9, "", "x", "", "", Map.of(), Map.of());
          store.put(line, DocumentSource.at(time));
          store.commit(Map.of(LOGS, (long) number));
        }
        clock.advance(Duration.ofDays(1));
      }
      store.put(entry("last", "x"));
      store.commit(Map.of(LOGS, number + 1L));
      store.refresh();
      assertThat(partitions(path)).hasSize(5);
      assertThat(store.logCount()).isEqualTo(number + 1);

      // What was stored on the first two days, and the first line of the third that ended them.
      store.deleteBefore(clock.millis() - 2 * DAY + 1);
      store.refresh();
      assertThat(store.logCount()).isEqualTo(number / 2);
      assertThat(partitions(path)).hasSize(3);
    }
  }

  @Test
  void saysHowLargeAndHowOldItIs() {
    Path path = directory.resolve("measured");
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (LuceneStore store = open(path)) {
      store.measureIn(meters);
      assertThat(value(meters, "partitions")).isEqualTo(1);
      assertThat(value(meters, "age")).isZero();
      store.put(entry("1", "x"));
      store.commit(Map.of(LOGS, 1L));
      clock.advance(Duration.ofMinutes(1));
      store.put(entry("2", "x"));
      store.commit(Map.of(LOGS, 2L));
      clock.advance(Duration.ofMinutes(1));
      store.put(entry("3", "x"));
      store.commit(Map.of(LOGS, 3L));
      assertThat(value(meters, "partitions")).isEqualTo(4);
      assertThat(value(meters, "age")).isEqualTo(120);
      assertThat(value(meters, "size")).isPositive();

      store.deleteBefore(clock.millis() - 30_000);
      assertThat(value(meters, "partitions")).isEqualTo(2);
      assertThat(value(meters, "age")).isEqualTo(60);
    }
  }

  @Test
  void forgetsForItsAgeWhatWasStoredWhileTheClockWasAYearAhead() {
    Path path = directory.resolve("ahead");
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Duration year = Duration.ofDays(365);
    LucenePartitions.Limits days = new LucenePartitions.Limits(1 << 30, DAY);
    clock.advance(year);
    try (LuceneStore store = open(path, days)) {
      store.measureIn(meters);
      put(store, 1);
      clock.advance(Duration.ofDays(1));
      put(store, 2); // ends the partition while the clock is wrong
      put(store, 3);
      clock.advance(year.negated());
      put(store, 4);
      long right = clock.millis();
      assertThat(partitions(path)).hasSize(3);
      clock.advance(Duration.ofHours(1));
      put(store, 5);
      assertThat(value(meters, "age")).isEqualTo(3600);
      clock.advance(Duration.ofDays(1));
      put(store, 6);
      assertThat(partitions(path)).hasSize(4);

      store.deleteBefore(right);
      store.refresh();
      assertThat(store.logCount()).isEqualTo(6);
      store.deleteBefore(right + 1);
      store.refresh();
      assertThat(store.logCount()).isEqualTo(2);
    }
  }

  @Test
  void forgetsForItsAgeWhatWasStoredWhileTheClockWasAheadWhenNothingComesAfterIt() {
    Path path = directory.resolve("ahead-and-last");
    Duration year = Duration.ofDays(365);
    clock.advance(year);
    try (LuceneStore store = open(path, new LucenePartitions.Limits(1 << 30, DAY))) {
      put(store, 1);
      clock.advance(year.negated());
      store.deleteBefore(clock.millis());
      store.refresh();
      assertThat(store.logCount()).isEqualTo(1);
      clock.advance(Duration.ofDays(1));
      store.deleteBefore(clock.millis());
      store.refresh();
      assertThat(store.logCount()).isZero();
    }
  }

  private static void put(SearchStore store, int number) {
    store.put(entry(Integer.toString(number), "x"));
    store.commit(Map.of(LOGS, (long) number));
  }

  private static double value(SimpleMeterRegistry meters, String name) {
    return meters.get("sluice.search.index." + name).gauge().value();
  }

  private static List<String> partitions(Path path) {
    String[] names = path.toFile().list((parent, name) -> name.matches("\\d{10}"));
    return names == null ? List.of() : Stream.of(names).sorted().toList();
  }

  @Test
  void opensOnlyThePartitionsThatATimeTouches() {
    Path path = directory.resolve("times");
    try (LuceneStore store = open(path)) {
      for (int i = 0; i < 10; i++) {
        store.put(new LogEntry("" + i, i * 10L, "s", 9, "", "x", "", "", Map.of(), Map.of()));
        store.commit(Map.of());
      }
      assertThat(store.openedPartitions()).isZero();
      assertThat(between(store, 30, 50)).containsExactly("4", "3");
      assertThat(store.openedPartitions()).isEqualTo(2);
      assertThat(between(store, 31, 40)).isEmpty();
      assertThat(between(store, 1000, Long.MAX_VALUE)).isEmpty();
      assertThat(store.openedPartitions()).isEqualTo(2);
      assertThat(store.logCount()).isEqualTo(10);
      assertThat(store.openedPartitions()).isEqualTo(10);
    }
  }

  private static List<String> between(SearchStore store, long from, long to) {
    return store.logs(new LogQuery("", null, null, 0, from, to, 100, null)).entries().stream()
        .map(LogEntry::id)
        .toList();
  }

  @Test
  void readsOnFromTheNewestCommitWhateverStoodAfterIt() throws IOException {
    Path path = directory.resolve("crashed");
    try (SearchStore store = open(path)) {
      for (int i = 0; i < 3; i++) {
        store.put(entry("" + i, "line " + i));
        store.commit(Map.of(LOGS, i + 1L));
      }
      store.put(entry("3", "not committed"));
      store.refresh();
    }
    assertThat(partitions(path)).hasSize(4);
    // As after a kill before the first commit of a partition.
    Files.createDirectory(path.resolve("0000000005"));
    // As after a kill while a partition was deleted.
    Files.move(path.resolve(partitions(path).get(0)), path.resolve("dropped-1"));
    try (SearchStore store = open(path)) {
      assertThat(store.committed()).containsExactly(Map.entry(LOGS, 3L));
      assertThat(store.logCount()).isEqualTo(2);
      store.put(entry("3", "committed"));
      store.commit(Map.of(LOGS, 4L));
      store.refresh();
      assertThat(store.logCount()).isEqualTo(3);
    }
    assertThat(path.resolve("dropped-1")).doesNotExist();
    assertThat(partitions(path)).hasSize(4);
    try (SearchStore store = open(path)) {
      assertThat(store.committed()).containsExactly(Map.entry(LOGS, 4L));
      assertThat(store.logCount()).isEqualTo(3);
    }
  }

  /** As after a kill in a merge, before or after its commit, or while a commit was written. */
  @Test
  void deletesWhatAKillLeftInAPartitionThatIsOnlyRead() throws IOException {
    Path path = directory.resolve("left");
    try (SearchStore store = open(path)) {
      store.put(entry("1", "x"));
      store.commit(Map.of(LOGS, 1L));
    }
    Path partition = path.resolve(partitions(path).get(0));
    List<String> whole = files(partition);
    for (String left : List.of("_zz.cfs", "_zz.si", "pending_segments_5")) {
      Files.write(partition.resolve(left), new byte[] {1, 2, 3});
    }
    try (SearchStore store = open(path)) {
      await().until(() -> files(partition).size() == whole.size());
      assertThat(files(partition)).doesNotContain("_zz.cfs", "_zz.si", "pending_segments_5");
      assertThat(store.logCount()).isEqualTo(1);
      assertThat(store.committed()).containsExactly(Map.entry(LOGS, 1L));
    }
  }

  private static List<String> files(Path partition) {
    String[] names = partition.toFile().list();
    return names == null ? List.of() : Stream.of(names).sorted().toList();
  }

  @Test
  void queriesGoOnWhilePartitionsEndAndAreDropped() throws Exception {
    try (SearchStore store = open(directory.resolve("busy"))) {
      AtomicBoolean done = new AtomicBoolean();
      CountDownLatch begun = new CountDownLatch(1);
      ExecutorService asking = Executors.newSingleThreadExecutor();
      Future<?> asked =
          asking.submit(
              () -> {
                while (!done.get()) {
                  long count = store.logCount();
                  assertThat(count).isBetween(0L, 60L);
                  assertThat(store.logs(LogQuery.matching("line")).entries().size())
                      .isBetween(0, 60);
                  begun.countDown();
                }
              });
      assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
      for (int i = 0; i < 60; i++) {
        store.put(entry("" + i, "line " + i));
        store.commit(Map.of(LOGS, i + 1L));
        store.refresh();
        clock.advance(Duration.ofMillis(10));
        store.deleteBefore(clock.millis() - 100);
      }
      done.set(true);
      asked.get();
      asking.shutdown();
      assertThat(store.logCount()).isBetween(9L, 10L);
    }
  }

  @Test
  void saysThatTheDiskIsFullAnswersMeanwhileAndGoesOnByItself() {
    SmallDisk disk = new SmallDisk(Long.MAX_VALUE);
    Path path = directory.resolve("full");
    try (SearchStore store = LuceneStore.open(path, SMALL, clock, disk::open, 1000)) {
      store.put(entry("0", "line 0"));
      store.commit(Map.of(LOGS, 1L));
      disk.setLeft(0);
      for (int i = 0; i < 3; i++) {
        assertThat(store.committed()).containsExactly(Map.entry(LOGS, 1L));
        assertThatThrownBy(
                () -> {
                  store.put(entry("1", "line 1"));
                  store.commit(Map.of(LOGS, 2L));
                })
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining("cannot write the search index in " + path.toAbsolutePath())
            .hasMessageContaining("No space left on device")
            .hasMessageContaining("goes on by itself");
        assertThat(store.logCount()).isEqualTo(1);
      }
      disk.setLeft(Long.MAX_VALUE);
      assertThat(store.committed()).containsExactly(Map.entry(LOGS, 1L));
      store.put(entry("1", "line 1"));
      store.commit(Map.of(LOGS, 2L));
      store.refresh();
      assertThat(store.logCount()).isEqualTo(2);
    }
  }

  /** In a flush, a merge, a commit, or between a partition and the next. */
  @Test
  void everythingIsThereOnceWhereverTheDiskWasFull() {
    int lines = 300;
    for (int seed = 1; seed <= 3; seed++) {
      Random random = new Random(seed);
      SmallDisk disk = new SmallDisk(random.nextInt(20_000));
      LucenePartitions.Limits limits = new LucenePartitions.Limits(20_000, Long.MAX_VALUE);
      Path path = directory.resolve("full-" + seed);
      int failures = 0;
      try (SearchStore store = LuceneStore.open(path, limits, clock, disk::open, 1000)) {
        long next = 0;
        while (next < lines) {
          try {
            next = store.committed().getOrDefault(LOGS, 0L);
            while (next < lines) {
              long end = Math.min(lines, next + 1 + random.nextInt(20));
              for (; next < end; next++) {
                store.put(entry("" + next, "line " + next));
                if (random.nextInt(8) == 0) {
                  store.refresh();
                }
              }
              store.commit(Map.of(LOGS, next));
            }
          } catch (UncheckedIOException e) {
            next = 0;
            failures++;
            disk.setLeft(random.nextInt(20_000));
          }
        }
      }
      try (SearchStore store = open(path)) {
        assertThat(store.committed()).containsExactly(Map.entry(LOGS, (long) lines));
        assertThat(store.logCount()).isEqualTo(lines);
        LogQuery all =
            new LogQuery("line", null, null, 0, Long.MIN_VALUE, Long.MAX_VALUE, lines, null);
        assertThat(store.logs(all).entries())
            .extracting(LogEntry::id)
            .doesNotHaveDuplicates()
            .hasSize(lines);
      }
      assertThat(failures).as("seed %s", seed).isPositive();
    }
  }

  @Test
  void saysThatAnIndexOfAnEarlierLayoutIsToBeDeleted() throws IOException {
    Path path = directory.resolve("earlier");
    try (IndexWriter writer =
        new IndexWriter(FSDirectory.open(path), new IndexWriterConfig(new StandardAnalyzer()))) {
      writer.addDocument(new Document());
    }
    assertThatThrownBy(() -> open(path))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("earlier Sluice")
        .hasMessageContaining("delete this directory");
  }

  @Test
  void saysWhichPartitionIsDamaged() throws IOException {
    Path path = directory.resolve("damaged");
    try (SearchStore store = open(path)) {
      store.put(entry("1", "x"));
      store.commit(Map.of());
      store.put(entry("2", "x"));
      store.commit(Map.of());
    }
    Files.write(path.resolve("0000000001/segments_1"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    assertThatThrownBy(() -> open(path))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("0000000001")
        .hasMessageContaining("delete that directory");
  }

  @Test
  void keepsAnOlderPartitionThatHasNoCommitAndSaysThatItIsDamaged() throws IOException {
    Path path = directory.resolve("uncommitted");
    try (SearchStore store = open(path)) {
      store.put(entry("1", "x"));
      store.commit(Map.of());
    }
    Files.delete(path.resolve("0000000001/segments_1"));
    assertThatThrownBy(() -> open(path))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("0000000001")
        .hasMessageContaining("delete that directory");
    assertThat(path.resolve("0000000001")).isNotEmptyDirectory();
  }

  @Test
  void saysThatAnotherWriterHasTheIndex() {
    assertThatThrownBy(() -> open(directory))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("another process writes the search index");
  }

  @Test
  void aServiceWithANameTooLongForATermHasNoOperations() {
    try (SearchStore store = open(directory.resolve("long"))) {
      store.put(trace(1, 1, Telemetry.service("s".repeat(2000)).span("GET /cart")));
      store.refresh();
      assertThat(store.services()).hasSize(1);
      assertThat(store.operations(store.services().get(0))).isEmpty();
    }
  }

  @Test
  void namesNoMoreServicesThanAnAnswerHas() {
    try (SearchStore store = open(directory.resolve("many"))) {
      for (int i = 0; i <= 10_000; i++) {
        store.put(new LogEntry("" + i, 1, "s" + i, 9, "", "x", "", "", Map.of(), Map.of()));
      }
      store.refresh();
      assertThat(store.services()).hasSize(10_000);
    }
  }
}
