package io.sluice.sinks.search;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/**
 * A partition to which nothing is added any more. It is opened when a query first needs it, and
 * deleted as a whole. Any number of threads.
 */
final class SealedPartition extends LucenePartition {

  /** Each costs every query and some memory; fewer would cost more writing than they save. */
  private static final int SEGMENTS = 4;

  private final CommitPoint committed;
  private @Nullable DirectoryReader reader;
  private @Nullable IndexWriter merging;
  private boolean closed;

  SealedPartition(long number, Directory directory, CommitPoint committed) {
    super(number, directory);
    this.committed = committed;
  }

  static SealedPartition open(long number, Directory directory) throws IOException {
    SegmentInfos commit = SegmentInfos.readLatestCommit(directory);
    return new SealedPartition(number, directory, CommitPoint.of(commit.getUserData()));
  }

  @Override
  CommitPoint committed() {
    return committed;
  }

  @Override
  boolean mayHold(long fromUnixNano, long toUnixNano) {
    return committed.latestUnixNano() >= fromUnixNano
        && (committed.earliestUnixNano() < toUnixNano || toUnixNano == Long.MAX_VALUE)
        && committed.hasDocuments();
  }

  @Override
  synchronized DirectoryReader acquire() throws IOException {
    if (closed) {
      throw new AlreadyClosedException("partition " + number() + " is closed");
    }
    if (reader == null) {
      reader = DirectoryReader.open(directory());
    }
    reader.incRef();
    return reader;
  }

  /** Whether queries have opened it. */
  synchronized boolean isOpened() {
    return reader != null;
  }

  /**
   * Merges it into few segments, and deletes what is in no commit. A crash or a full disk in the
   * middle changes nothing: what was committed stays until the merged segments are.
   */
  void tidy(Analyzer analyzer) throws IOException {
    IndexWriter writer = beginMerging(analyzer);
    if (writer == null) {
      return;
    }
    try {
      writer.forceMerge(SEGMENTS);
      writer.setLiveCommitData(committed.toData().entrySet());
      writer.commit();
    } finally {
      endMerging(writer);
    }
  }

  private synchronized @Nullable IndexWriter beginMerging(Analyzer analyzer) throws IOException {
    if (closed || isTidy()) {
      return null;
    }
    merging = new IndexWriter(directory(), ActivePartition.config(analyzer));
    return merging;
  }

  private boolean isTidy() throws IOException {
    SegmentInfos commit = SegmentInfos.readLatestCommit(directory());
    Collection<String> committedFiles = commit.files(true);
    return commit.size() <= SEGMENTS
        && Arrays.stream(directory().listAll())
            .allMatch(file -> committedFiles.contains(file) || !isOfLucene(file));
  }

  /** Whether a writer deletes it when it is in no commit, as after a kill. */
  private static boolean isOfLucene(String file) {
    return IndexFileNames.CODEC_FILE_PATTERN.matcher(file).matches()
        || file.startsWith(IndexFileNames.SEGMENTS)
        || file.startsWith(IndexFileNames.PENDING_SEGMENTS);
  }

  private synchronized void endMerging(IndexWriter writer) throws IOException {
    writer.rollback();
    merging = null;
    DirectoryReader old = reader;
    reader = null; // the next query opens what there is now
    if (old != null) {
      old.close();
    }
  }

  /** Ends merging and reading; who has a reader keeps it. */
  synchronized void close() throws IOException {
    closed = true;
    if (merging != null) {
      merging.rollback();
    }
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
