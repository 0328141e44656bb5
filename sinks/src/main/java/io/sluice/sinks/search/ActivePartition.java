package io.sluice.sinks.search;

import java.io.IOException;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.ReaderManager;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partition that is written. Any number of threads puts and reads, one does the rest. A write
 * that failed closes its writer for good: the partition is then opened anew, as it was at its last
 * commit.
 */
final class ActivePartition extends LucenePartition {

  private static final Logger log = LoggerFactory.getLogger(ActivePartition.class);
  private static final double BUFFER_MIB = 32;

  private final IndexWriter writer;
  private final ReaderManager readers;
  private final PutIds ids;
  private volatile CommitPoint committed;
  private long earliest;
  private long latest;
  private long last;
  private volatile boolean changed;

  /** A merge that failed closes the writer, and whoever writes next is told. */
  private static final class Merging extends ConcurrentMergeScheduler {
    @Override
    protected void handleMergeException(Throwable failure) {
      log.warn("a merge in the search index failed: {}", failure.getMessage());
    }
  }

  private ActivePartition(
      long number,
      Directory directory,
      IndexWriter writer,
      CommitPoint committed,
      @Nullable PutIds known)
      throws IOException {
    super(number, directory);
    this.writer = writer;
    this.readers = new ReaderManager(writer);
    this.ids = known == null ? idsIn(readers) : known;
    this.committed = committed;
    this.earliest = committed.earliestUnixNano();
    this.latest = committed.latestUnixNano();
    this.last = committed.lastMillis();
  }

  private static PutIds idsIn(ReaderManager readers) throws IOException {
    DirectoryReader reader = readers.acquire();
    try {
      return PutIds.of(reader);
    } finally {
      readers.release(reader);
    }
  }

  /**
   * @param otherwise what it begins with when nothing was committed to it yet
   * @param ids of the same partition when it was open before; null when nobody knows
   */
  static ActivePartition open(
      long number,
      Directory directory,
      Analyzer analyzer,
      CommitPoint otherwise,
      @Nullable PutIds ids)
      throws IOException {
    IndexWriter writer = new IndexWriter(directory, config(analyzer));
    try {
      CommitPoint point =
          DirectoryReader.indexExists(directory)
              ? CommitPoint.of(SegmentInfos.readLatestCommit(directory).getUserData())
              : otherwise;
      return new ActivePartition(number, directory, writer, point, ids);
    } catch (IOException | RuntimeException e) {
      writer.rollback();
      throw e;
    }
  }

  static IndexWriterConfig config(Analyzer analyzer) {
    IndexWriterConfig config = new IndexWriterConfig(analyzer);
    config.setRAMBufferSizeMB(BUFFER_MIB);
    config.setCommitOnClose(false);
    config.setMergeScheduler(new Merging());
    return config;
  }

  @Override
  CommitPoint committed() {
    return committed;
  }

  /** Those that were put, whether or not they are committed. */
  PutIds ids() {
    return ids;
  }

  /** Whether something was put that is in no commit. */
  boolean isChanged() {
    return changed;
  }

  /** Whether a write failed and it must be opened anew. */
  boolean isClosed() {
    return !writer.isOpen();
  }

  void add(Document document, long timeUnixNano, long nowMillis) throws IOException {
    changed = true;
    writer.addDocument(document);
    put(timeUnixNano, nowMillis);
  }

  void replace(Term id, Document document, long timeUnixNano, long nowMillis) throws IOException {
    changed = true;
    if (ids.add(id.bytes())) {
      writer.updateDocument(id, document);
    } else {
      writer.addDocument(document);
    }
    put(timeUnixNano, nowMillis);
  }

  private synchronized void put(long timeUnixNano, long nowMillis) {
    earliest = Math.min(earliest, timeUnixNano);
    latest = Math.max(latest, timeUnixNano);
    last = nowMillis;
  }

  synchronized void commit(Map<TopicPartition, Long> next) throws IOException {
    CommitPoint point = new CommitPoint(next, committed.firstMillis(), last, earliest, latest);
    writer.setLiveCommitData(point.toData().entrySet());
    writer.commit();
    committed = point;
    changed = false;
  }

  void refresh() throws IOException {
    readers.maybeRefresh();
  }

  @Override
  boolean mayHold(long fromUnixNano, long toUnixNano) {
    return true; // more comes at any moment
  }

  @Override
  DirectoryReader acquire() throws IOException {
    return readers.acquire();
  }

  /** Ends writing, at the last commit. Who reads goes on. */
  void stopWriting() throws IOException {
    writer.rollback();
  }

  /** Ends reading; who has a reader keeps it. */
  void stopReading() throws IOException {
    readers.close();
  }
}
