package io.sluice.app.sanitize;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines of bytes, whatever they mean, in bounded memory: of a line that is longer than the longest
 * the beginning is given, and the rest is passed over.
 */
final class LineReader {

  /** Called before this waits for input: what is ready should go out now. */
  interface Idle {
    void run() throws IOException;
  }

  /**
   * A line.
   *
   * @param bytes without its ending
   * @param ending {@code \n}, {@code \r\n} or, of the last line, nothing; {@code \n} when cut
   * @param cut whether it goes on
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Line(byte[] bytes, String ending, boolean cut) {}

  private static final int FIRST_BUFFER = 64 << 10;

  private final InputStream in;
  private final int longest;
  private final Idle idle;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int start;
  private int searched;
  private int end;
  private boolean passingOver;
  private boolean ended;

  /**
   * @param longest in bytes
   */
  LineReader(InputStream in, int longest, Idle idle) {
    this.in = in;
    this.longest = longest;
    this.idle = idle;
  }

  /** The next line; null at the end of the input. */
  @Nullable Line next() throws IOException {
    while (true) {
      int lineEnd = indexOfLineEnd();
      if (passingOver) {
        if (lineEnd >= 0) {
          passingOver = false;
          skipTo(lineEnd + 1);
          continue;
        }
        skipTo(end);
      } else if (lineEnd >= 0 && lineEnd - start <= longest) {
        return complete(lineEnd);
      } else if (end - start > longest) {
        return cut();
      }
      if (!fill()) {
        return start < end ? last() : null;
      }
    }
  }

  private int indexOfLineEnd() {
    while (searched < end) {
      if (buffer[searched] == '\n') {
        return searched;
      }
      searched++;
    }
    return -1;
  }

  private Line complete(int lineEnd) {
    boolean carriage = lineEnd > start && buffer[lineEnd - 1] == '\r';
    int to = carriage ? lineEnd - 1 : lineEnd;
    Line line = new Line(Arrays.copyOfRange(buffer, start, to), carriage ? "\r\n" : "\n", false);
    skipTo(lineEnd + 1);
    return line;
  }

  private Line cut() {
    Line line = new Line(Arrays.copyOfRange(buffer, start, start + longest), "\n", true);
    skipTo(start + longest);
    passingOver = true;
    return line;
  }

  private Line last() {
    Line line = new Line(Arrays.copyOfRange(buffer, start, end), "", false);
    skipTo(end);
    return line;
  }

  private void skipTo(int position) {
    start = position;
    searched = position;
  }

  /** False at the end of the input. */
  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      searched -= start;
      start = 0;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    if (in.available() == 0) {
      idle.run();
    }
    int read = in.read(buffer, end, buffer.length - end);
    ended = read < 0;
    end += Math.max(0, read);
    return !ended;
  }
}
