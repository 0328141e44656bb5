package io.sluice.app.sanitize;

import java.util.Arrays;

/**
 * Lines and columns of places in a text. Characters are counted as UTF-8 makes them; a byte that is
 * none counts as one. Made in one pass, asked in short time however long the lines are.
 */
final class Positions {

  private static final int STEP = 256;

  private final byte[] text;

  /** Characters before every {@link #STEP}th byte. */
  private final int[] characters;

  private int[] lineStarts = new int[8];
  private int lines = 1;

  Positions(byte[] text) {
    this.text = text;
    this.characters = new int[text.length / STEP + 1];
    int count = 0;
    for (int i = 0; i < text.length; i++) {
      if (i % STEP == 0) {
        characters[i / STEP] = count;
      }
      count += isCharacter(i) ? 1 : 0;
      if (text[i] == '\n') {
        addLine(i + 1);
      }
    }
    if (text.length % STEP == 0) {
      characters[text.length / STEP] = count;
    }
  }

  /** The line, from 0. */
  int line(int at) {
    int found = Arrays.binarySearch(lineStarts, 0, lines, at);
    return found >= 0 ? found : -found - 2;
  }

  /** The column, from 1. */
  int column(int at) {
    return 1 + before(at) - before(lineStarts[line(at)]);
  }

  private int before(int at) {
    int count = characters[at / STEP];
    for (int i = at / STEP * STEP; i < at; i++) {
      count += isCharacter(i) ? 1 : 0;
    }
    return count;
  }

  /** Whether it does not go on one. */
  private boolean isCharacter(int at) {
    return (text[at] & 0xc0) != 0x80;
  }

  private void addLine(int start) {
    if (lines == lineStarts.length) {
      lineStarts = Arrays.copyOf(lineStarts, lines * 2);
    }
    lineStarts[lines++] = start;
  }
}
