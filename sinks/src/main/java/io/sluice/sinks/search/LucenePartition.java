package io.sluice.sinks.search;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;

/** A part of the index, in a directory of its own. */
abstract class LucenePartition {

  private final long number;
  private final Directory directory;

  LucenePartition(long number, Directory directory) {
    this.number = number;
    this.directory = directory;
  }

  final long number() {
    return number;
  }

  final Directory directory() {
    return directory;
  }

  /** What its newest commit says. */
  abstract CommitPoint committed();

  /**
   * Whether a document of such a time may be in it.
   *
   * @param toUnixNano not included, unless it is the last there is
   */
  abstract boolean mayHold(long fromUnixNano, long toUnixNano);

  /**
   * What is seen of it now; whoever gets it calls {@link DirectoryReader#decRef}.
   *
   * @throws org.apache.lucene.store.AlreadyClosedException when it is no part of the index any more
   */
  abstract DirectoryReader acquire() throws IOException;

  /** On disk. */
  final long bytes() throws IOException {
    long bytes = 0;
    for (String file : directory.listAll()) {
      try {
        bytes += directory.fileLength(file);
      } catch (NoSuchFileException e) {
        // merged away meanwhile
      }
    }
    return bytes;
  }

  /** That are committed. */
  final long documents() throws IOException {
    return DirectoryReader.indexExists(directory)
        ? SegmentInfos.readLatestCommit(directory).totalMaxDoc()
        : 0;
  }
}
