package io.sluice.sinks.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/** Directories on which so much can be written, and then nothing until there is room again. */
final class SmallDisk {

  private final AtomicLong left;

  SmallDisk(long bytes) {
    left = new AtomicLong(bytes);
  }

  void setLeft(long bytes) {
    left.set(bytes);
  }

  Directory open(Path path) throws IOException {
    return new Quota(FSDirectory.open(path));
  }

  private void take(long bytes) throws IOException {
    if (left.addAndGet(-bytes) < 0) {
      throw new IOException("No space left on device");
    }
  }

  private final class Quota extends FilterDirectory {

    Quota(Directory directory) {
      super(directory);
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      return new Counted(in.createOutput(name, context));
    }

    @Override
    public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
        throws IOException {
      return new Counted(in.createTempOutput(prefix, suffix, context));
    }
  }

  private final class Counted extends FilterIndexOutput {

    Counted(IndexOutput output) {
      super("counted " + output, output.getName(), output);
    }

    @Override
    public void writeByte(byte b) throws IOException {
      take(1);
      super.writeByte(b);
    }

    @Override
    public void writeBytes(byte[] b, int offset, int length) throws IOException {
      take(length);
      super.writeBytes(b, offset, length);
    }
  }
}
