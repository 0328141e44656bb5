package io.sluice.instrumentation.http;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Tells how many bytes the characters are that are written. They go on to the other writer at once,
 * so that nothing has to be flushed here for the other to be complete.
 */
final class CountingWriter extends PrintWriter {

  private final PrintWriter to;

  CountingWriter(PrintWriter to, String encoding, LongConsumer count) {
    super(new Counted(to, Charset.forName(encoding), count));
    this.to = to;
  }

  @Override
  public boolean checkError() {
    return super.checkError() || to.checkError();
  }

  private static final class Counted extends Writer {

    private final PrintWriter to;
    private final Charset charset;
    private final LongConsumer count;

    Counted(PrintWriter to, Charset charset, LongConsumer count) {
      this.to = to;
      this.charset = charset;
      this.count = count;
    }

    @Override
    public void write(char[] chars, int offset, int length) {
      to.write(chars, offset, length);
      count.accept(bytes(chars, offset, length));
    }

    private long bytes(char[] chars, int offset, int length) {
      if (charset.equals(StandardCharsets.UTF_8)) {
        long bytes = 0;
        for (int i = offset; i < offset + length; i++) {
          char c = chars[i];
          // The two halves of a pair are four bytes together, also when they come apart.
          bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
      }
      if (charset.equals(StandardCharsets.ISO_8859_1)
          || charset.equals(StandardCharsets.US_ASCII)) {
        return length;
      }
      return new String(chars, offset, length).getBytes(charset).length;
    }

    @Override
    public void flush() {
      to.flush();
    }

    @Override
    public void close() throws IOException {
      to.close();
    }
  }
}
