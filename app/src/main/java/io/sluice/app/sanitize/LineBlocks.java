package io.sluice.app.sanitize;

import io.sluice.app.sanitize.LineReader.Line;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What is looked at together: a line, or all lines of a private key. */
final class LineBlocks {

  /**
   * One or more lines.
   *
   * @param text of a line without its ending, of several with all their endings
   * @param ending what stands behind the text
   * @param cut whether the line goes on
   * @param lines how many
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Block(byte[] text, String ending, boolean cut, int lines) {}

  private final LineReader reader;
  private @Nullable Line ahead;

  LineBlocks(LineReader reader) {
    this.reader = reader;
  }

  /** The next; null at the end of the input. */
  @Nullable Block next() throws IOException {
    Line first = ahead == null ? reader.next() : ahead;
    ahead = null;
    if (first == null) {
      return null;
    }
    if (first.cut() || !KeyBlock.begins(first.bytes())) {
      return new Block(first.bytes(), first.ending(), first.cut(), 1);
    }
    KeyBlock key = new KeyBlock();
    key.add(first.bytes(), first.ending());
    int lines = 1;
    Line next = reader.next();
    while (next != null && !next.cut() && key.takes(next.bytes())) {
      key.add(next.bytes(), next.ending());
      lines++;
      next = reader.next();
    }
    ahead = next;
    return new Block(key.text(), "", false, lines);
  }
}
