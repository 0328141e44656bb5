package io.sluice.sinks.search;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.Directory;

/** A part of the index, in a directory of its own. */
interface LucenePartition {

  /**
   * Whether a document of such a time may be in it.
   *
   * @param toUnixNano not included, unless it is the last there is
   */
  boolean mayHold(long fromUnixNano, long toUnixNano);

  /**
   * What is seen of it now; whoever gets it calls {@link DirectoryReader#decRef}.
   *
   * @throws org.apache.lucene.store.AlreadyClosedException when it is no part of the index any more
   */
  DirectoryReader acquire() throws IOException;

  long bytes() throws IOException;

  static long bytes(Directory directory) throws IOException {
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
}
