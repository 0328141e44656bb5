package io.sluice.sinks.search;

import io.sluice.schemas.stage.StartException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of the index, one after the other in time. Only the newest is written, so that one
 * commit of one partition holds the documents and the offsets up to which they go: the newest
 * commit there is says where to read on. A partition ends at a commit, and what is old goes by
 * whole partitions. One thread writes, any number reads.
 *
 * <p>Every partition begins with a commit of the offsets of the one before. A document's partition
 * is decided by when it was put, by this machine's clock. The times that senders write decide
 * nothing but which partitions a query has to open.
 */
final class LucenePartitions implements AutoCloseable {

  /**
   * When a partition ends.
   *
   * @param bytes about how large
   * @param millis how long after it began
   */
  record Limits(long bytes, long millis) {

    /** So many that dropping one is a small part, so few that each query can look at all. */
    static Limits of(SearchSinkConfig config) {
      return new Limits(config.maxSize().bytes() / 16, config.retention().toMillis() / 32);
    }
  }

  interface Directories {
    Directory open(Path path) throws IOException;
  }

  private static final Logger log = LoggerFactory.getLogger(LucenePartitions.class);
  private static final String DROPPED = "dropped-";
  private static final long AHEAD_MILLIS = TimeUnit.MINUTES.toMillis(1);

  /** Fewer than the documents that one reader of Lucene can number. */
  private static final long MOST_DOCUMENTS = 2_000_000_000;

  private final Path root;
  private final Analyzer analyzer;
  private final Limits limits;
  private final Clock clock;
  private final Directories directories;
  private final Directory lockDirectory;
  private final Lock lock;
  private final ExecutorService tidying;
  private final List<SealedPartition> sealed = new ArrayList<>();
  private ActivePartition active;
  private volatile List<LucenePartition> newestFirst = List.of();

  LucenePartitions(
      Path root, Analyzer analyzer, Limits limits, Clock clock, Directories directories)
      throws IOException {
    this.root = root;
    this.analyzer = analyzer;
    this.limits = limits;
    this.clock = clock;
    this.directories = directories;
    Files.createDirectories(root);
    this.lockDirectory = FSDirectory.open(root);
    try {
      this.lock = lockDirectory.obtainLock("write.lock");
    } catch (LockObtainFailedException e) {
      lockDirectory.close();
      throw new StartException(
          "another process writes the search index in " + root.toAbsolutePath(), e);
    }
    try {
      refuseOtherLayout();
      this.active = openAll();
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileHandlingException(lock, lockDirectory);
      throw e;
    }
    this.tidying =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "search-index-tidying"));
    publish();
    sealed.forEach(this::tidy);
  }

  private void refuseOtherLayout() throws IOException {
    if (DirectoryReader.indexExists(lockDirectory)) {
      throw new StartException(
          "the search index in "
              + root.toAbsolutePath()
              + " is one of an earlier Sluice, without partitions: delete this directory, and what"
              + " Kafka still has is indexed anew");
    }
  }

  private ActivePartition openAll() throws IOException {
    TreeMap<Long, Path> found = new TreeMap<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path path : paths) {
        String name = String.valueOf(path.getFileName());
        if (name.startsWith(DROPPED)) {
          IOUtils.rm(path);
        } else if (name.matches("\\d{10}")) {
          found.put(Long.parseLong(name), path);
        }
      }
    }
    for (Map.Entry<Long, Path> each : found.entrySet()) {
      Directory directory = directories.open(each.getValue());
      if (each.getKey().equals(found.lastKey()) && !DirectoryReader.indexExists(directory)) {
        directory.close(); // begun, and never committed: its records are read again
        IOUtils.rm(each.getValue());
      } else {
        sealed.add(opened(each.getKey(), each.getValue(), directory));
      }
    }
    if (sealed.isEmpty()) {
      return begin(1, Map.of(), null);
    }
    SealedPartition newest = sealed.remove(sealed.size() - 1);
    return open(newest.number(), newest.directory(), Map.of(), null);
  }

  private static SealedPartition opened(long number, Path path, Directory directory)
      throws IOException {
    try {
      return SealedPartition.open(number, directory);
    } catch (CorruptIndexException
        | IndexFormatTooOldException
        | IndexFormatTooNewException
        | IndexNotFoundException
        | IllegalArgumentException e) {
      throw damaged(path, e);
    }
  }

  private static StartException damaged(Path path, Exception cause) {
    return new StartException(
        "the part of the search index in "
            + path.toAbsolutePath()
            + " is damaged or of another version: delete that directory; the other parts stay",
        cause);
  }

  private ActivePartition begin(
      long number, Map<TopicPartition, Long> offsets, @Nullable PutIds ids) throws IOException {
    return open(number, directories.open(path(number)), offsets, ids);
  }

  private ActivePartition open(
      long number, Directory directory, Map<TopicPartition, Long> offsets, @Nullable PutIds ids)
      throws IOException {
    try {
      return ActivePartition.open(
          number, directory, analyzer, CommitPoint.empty(offsets, clock.millis()), ids);
    } catch (CorruptIndexException | IndexFormatTooOldException | IndexFormatTooNewException e) {
      directory.close();
      throw damaged(path(number), e);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private Path path(long number) {
    return root.resolve(String.format(Locale.ROOT, "%010d", number));
  }

  private void publish() {
    List<LucenePartition> all = new ArrayList<>();
    all.add(active);
    for (int i = sealed.size() - 1; i >= 0; i--) {
      all.add(sealed.get(i));
    }
    newestFirst = List.copyOf(all);
  }

  ActivePartition active() {
    return active;
  }

  /** Commits, and ends the partition when it is large or old enough. */
  void commit(Map<TopicPartition, Long> next) throws IOException {
    active.commit(next);
    if (isFull()) {
      roll();
    }
  }

  private boolean isFull() throws IOException {
    CommitPoint point = active.committed();
    return point.hasDocuments()
        && (clock.millis() - point.firstMillis() >= limits.millis()
            || isAhead(point.firstMillis())
            || active.bytes() >= limits.bytes());
  }

  /** Whether the clock was wrong then: it says an earlier time now. */
  private boolean isAhead(long millis) {
    return millis - clock.millis() > AHEAD_MILLIS;
  }

  /**
   * Begins the next partition with the same offsets, so that the one before may be dropped at any
   * time.
   */
  private void roll() throws IOException {
    ActivePartition old = active;
    ActivePartition next = begin(old.number() + 1, old.committed().offsets(), new PutIds());
    try {
      next.commit(old.committed().offsets());
    } catch (IOException | RuntimeException e) {
      close(next);
      throw e;
    }
    active = next;
    SealedPartition ended = new SealedPartition(old.number(), old.directory(), old.committed());
    sealed.add(ended);
    publish();
    old.stopWriting(); // merges under way are given up: tidying begins them again
    old.stopReading();
    tidy(ended);
  }

  private static void close(ActivePartition partition) throws IOException {
    partition.stopWriting();
    partition.stopReading();
    partition.directory().close();
  }

  private void tidy(SealedPartition partition) {
    tidying.execute(
        () -> {
          try {
            partition.tidy(analyzer);
          } catch (AlreadyClosedException e) {
            log.debug("partition {} was dropped while it was merged", partition.number());
          } catch (IOException | RuntimeException e) {
            log.warn(
                "the part of the search index in {} stays as it is, merging it failed: {}",
                path(partition.number()),
                e.getMessage());
          }
        });
  }

  /**
   * Opens the partition that is written as it was at its last commit, when anything was put since
   * or a write has failed. A full disk is given back what the failed write had taken.
   */
  void forgetUncommitted() throws IOException {
    if (!active.isChanged() && !active.isClosed()) {
      return;
    }
    ActivePartition old = active;
    old.stopWriting();
    Map<TopicPartition, Long> offsets = old.committed().offsets();
    active = begin(old.number(), offsets, old.ids());
    publish();
    old.stopReading();
    old.directory().close();
  }

  /**
   * Drops the partitions whose newest document was put before. One that was put while the clock was
   * ahead is as old as the newest of the next partition.
   */
  void dropBefore(long putMillis) throws IOException {
    CommitPoint written = active.committed();
    endIf(written.lastMillis() < putMillis || isAhead(written.firstMillis()));
    long last = active.committed().lastMillis();
    for (int i = sealed.size() - 1; i >= 0; i--) {
      SealedPartition each = sealed.get(i);
      if (!isAhead(each.committed().lastMillis())) {
        last = each.committed().lastMillis();
      }
      if (last < putMillis) {
        drop(each);
      }
    }
  }

  /** Drops the oldest partitions until the others are no larger. */
  void shrinkTo(long bytes) throws IOException {
    endIf(active.bytes() > bytes);
    long size = active.bytes();
    long documents = active.documents();
    for (int i = sealed.size() - 1; i >= 0; i--) {
      SealedPartition each = sealed.get(i);
      size += each.bytes();
      documents += each.documents();
      if (size > bytes || documents > MOST_DOCUMENTS) {
        drop(each);
      }
    }
  }

  private void endIf(boolean wanted) throws IOException {
    if (wanted && active.committed().hasDocuments() && !active.isChanged()) {
      roll();
    }
  }

  private void drop(SealedPartition partition) throws IOException {
    sealed.remove(partition);
    publish();
    partition.close();
    partition.directory().close();
    // First the name, at once: a crash while its files go leaves nothing that looks whole.
    Path dropped = root.resolve(DROPPED + partition.number());
    Files.move(path(partition.number()), dropped, StandardCopyOption.ATOMIC_MOVE);
    IOUtils.rm(dropped);
    log.info(
        "dropped partition {} of the search index: its time or its space is over",
        partition.number());
  }

  /**
   * Readers of the partitions that may have documents of these times, the newest partition first;
   * {@link #release} gives them back.
   */
  List<DirectoryReader> acquire(long fromUnixNano, long toUnixNano) throws IOException {
    while (true) {
      List<LucenePartition> all = newestFirst;
      List<DirectoryReader> held = new ArrayList<>();
      try {
        for (LucenePartition each : all) {
          if (each.mayHold(fromUnixNano, toUnixNano)) {
            held.add(each.acquire());
          }
        }
        return held;
      } catch (AlreadyClosedException e) {
        release(held);
        if (all == newestFirst) { // not one that went meanwhile: all did
          throw e;
        }
      } catch (IOException | RuntimeException e) {
        release(held);
        throw e;
      }
    }
  }

  static void release(List<DirectoryReader> held) throws IOException {
    for (DirectoryReader each : held) {
      each.decRef();
    }
  }

  /** What is there, newest first. */
  List<LucenePartition> all() {
    return newestFirst;
  }

  @Override
  public void close() throws IOException {
    tidying.shutdown();
    close(active);
    for (SealedPartition each : sealed) {
      each.close();
    }
    try {
      if (!tidying.awaitTermination(10, TimeUnit.SECONDS)) {
        log.warn("the merging of old parts of the search index does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SealedPartition each : sealed) {
      each.directory().close();
    }
    lock.close();
    lockDirectory.close();
  }
}
