package io.sluice.instrumentation.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells how many bytes are read or skipped. */
final class CountingInput extends FilterInputStream {

  private final LongConsumer count;

  CountingInput(InputStream in, LongConsumer count) {
    super(in);
    this.count = count;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    if (read >= 0) {
      count.accept(1);
    }
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    if (read > 0) {
      count.accept(read);
    }
    return read;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long skipped = super.skip(bytes);
    count.accept(skipped);
    return skipped;
  }

  /** Reading the same bytes again would count them again. */
  @Override
  public boolean markSupported() {
    return false;
  }
}
