package io.sluice.processors.sanitize;

import java.util.List;

/**
 * Line breaks, where a field is one line by nature: whoever writes it to a file line by line writes
 * a record that nobody logged.
 */
final class LineBreaks implements Detector {

  @Override
  public List<Anchor> anchors() {
    return List.of(Anchor.exact("\n"), Anchor.exact("\r"));
  }

  @Override
  public boolean looksInside() {
    return false;
  }

  @Override
  public boolean asksForField() {
    return true;
  }

  @Override
  public int look(byte[] buf, int from, int to, int anchor, Found found) {
    int end = anchor;
    while (end < to && (buf[end] == '\n' || buf[end] == '\r')) {
      end++;
    }
    found.add(anchor - 1, end);
    return end;
  }
}
