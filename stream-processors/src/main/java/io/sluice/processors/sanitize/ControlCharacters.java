package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.Detector.Anchor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Characters that make a reader see another text than the one that is there: they move a terminal's
 * cursor, change the direction of writing, or hide inside a word. What takes their place is how
 * JSON and Java write them, so that nothing is lost to the reader, and JSON stays the same JSON.
 */
final class ControlCharacters implements Detector {

  @Override
  public List<Anchor> anchors() {
    List<String> characters = new ArrayList<>();
    for (char c = 0; c < ' '; c++) {
      if (c != '\t' && c != '\n') {
        characters.add(String.valueOf(c));
      }
    }
    for (char c = '\u007f'; c <= '\u009f'; c++) {
      characters.add(String.valueOf(c));
    }
    characters.addAll(List.of("\u2028", "\u2029"));
    for (char c = '\u202a'; c <= '\u202e'; c++) {
      characters.add(String.valueOf(c));
    }
    for (char c = '\u2066'; c <= '\u2069'; c++) {
      characters.add(String.valueOf(c));
    }
    characters.addAll(List.of("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"));
    return characters.stream().map(Anchor::exact).toList();
  }

  @Override
  public boolean looksInside() {
    return false;
  }

  @Override
  public int look(byte[] buf, int from, int to, int anchor, Found found) {
    int start = startOfCharacter(buf, from, anchor);
    if (DecodedText.lengthOfUnseen(buf, start, to) > 0) {
      return unseen(buf, from, to, start, found);
    }
    if (buf[start] == '\r') {
      // What ends a line is for LineBreaks; elsewhere a terminal writes over the line.
      boolean ends = anchor == to || buf[anchor] == '\n';
      if (ends) {
        return anchor;
      }
    }
    found.add(start, anchor);
    return anchor;
  }

  /** Inside a word of ASCII they join nothing and only hide it from a search. */
  private static int unseen(byte[] buf, int from, int to, int start, Found found) {
    int end = start;
    int length = DecodedText.lengthOfUnseen(buf, end, to);
    while (length > 0) {
      end += length;
      length = end < to ? DecodedText.lengthOfUnseen(buf, end, to) : 0;
    }
    boolean inside =
        start > from
            && end < to
            && Ascii.isAlphanumeric(buf[start - 1])
            && Ascii.isAlphanumeric(buf[end]);
    if (inside) {
      found.add(start, end);
    }
    return end;
  }

  private static int startOfCharacter(byte[] buf, int from, int end) {
    int i = end - 1;
    while (i > from && (buf[i] & 0xc0) == 0x80) {
      i--;
    }
    return i;
  }

  /** How the characters of a range are written instead. */
  static byte[] visible(byte[] buf, int start, int end) {
    StringBuilder visible = new StringBuilder();
    int i = start;
    while (i < end) {
      int length = lengthOfCharacter(buf[i]);
      int c = length == 1 ? buf[i] : buf[i] & (0xff >> (length + 1));
      for (int j = 1; j < length; j++) {
        c = c << 6 | (buf[i + j] & 0x3f);
      }
      append(visible, c);
      i += length;
    }
    return visible.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static int lengthOfCharacter(byte first) {
    if (first >= 0) {
      return 1;
    }
    return (first & 0xe0) == 0xc0 ? 2 : 3;
  }

  private static void append(StringBuilder visible, int c) {
    visible.append('\\');
    switch (c) {
      case '\n' -> visible.append('n');
      case '\r' -> visible.append('r');
      default -> {
        visible.append('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
          visible.append(Hex.digit(c >> shift));
        }
      }
    }
  }
}
