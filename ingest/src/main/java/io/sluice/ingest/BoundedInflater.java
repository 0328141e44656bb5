package io.sluice.ingest;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.Slice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/** Inflates gzip, all members of it, and stops as soon as the output is over a limit. */
final class BoundedInflater {

  /**
   * Java's, which takes what follows a member and is none for the end; here nothing may be lost.
   */
  private static final class Members extends GZIPInputStream {
    private static final int TRAILER_BYTES = 8;

    /** The buffer takes all of it, so that the end shows what was not read. */
    Members(Slice compressed) throws IOException {
      super(
          new ByteArrayInputStream(compressed.array(), compressed.start(), compressed.length()),
          Math.max(1, compressed.length()));
    }

    void requireEnd() throws IOException {
      if (inf.getRemaining() > TRAILER_BYTES) {
        throw new IOException("more than gzip");
      }
    }
  }

  private static final int FIRST_GUESS = 4;

  private final int maxBytes;

  BoundedInflater(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * @param grown is told how much memory was taken, before it is taken
   * @throws InvalidInputException TOO_LARGE or MALFORMED
   */
  Slice inflate(Slice compressed, LongConsumer grown) {
    int capacity =
        (int) Math.min(maxBytes, Math.max(512L, (long) compressed.length() * FIRST_GUESS));
    grown.accept(compressed.length() + (long) capacity);
    byte[] out = new byte[capacity];
    int size = 0;
    try (Members in = new Members(compressed)) {
      while (true) {
        int read = in.read(out, size, out.length - size);
        if (read < 0) {
          in.requireEnd();
          return new Slice(out, 0, size);
        }
        size += read;
        if (size == out.length) {
          if (size == maxBytes && in.read() >= 0) {
            throw new InvalidInputException(
                Reason.TOO_LARGE, "the body inflates to more than " + maxBytes + " bytes");
          } else if (size < maxBytes) {
            int larger = (int) Math.min(maxBytes, (long) out.length * 2);
            grown.accept(larger - out.length);
            out = Arrays.copyOf(out, larger);
          }
        }
        if (size == maxBytes) {
          in.requireEnd();
          return Slice.of(out);
        }
      }
    } catch (IOException e) {
      throw new InvalidInputException(Reason.MALFORMED, "the body is not complete, valid gzip");
    }
  }
}
