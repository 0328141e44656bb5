package io.sluice.processors.spanmetrics;

import org.jspecify.annotations.Nullable;

/**
 * The calls of one shape of a statement in the last panes of time. A pane is a part of the window:
 * as time goes on the oldest is left out.
 */
final class Statement {

  /** Of a window; it is as exact as one of them is long. */
  static final int PANES = 4;

  private static final int LAYOUT = 1;

  private final String text;
  private final long[] numbers = new long[PANES];
  private final StatementCalls[] panes = new StatementCalls[PANES];

  /**
   * @param text the shape
   */
  Statement(String text) {
    this.text = text;
    for (int i = 0; i < PANES; i++) {
      numbers[i] = Long.MIN_VALUE;
      panes[i] = new StatementCalls();
    }
  }

  String text() {
    return text;
  }

  /** Adds the packed calls of a pane; those of one that newer calls have pushed out are late. */
  void add(long pane, Unpacker calls) {
    int slot = slot(pane);
    if (slot >= 0) {
      panes[slot].merge(calls);
    }
  }

  /** Adds all that the other has. */
  void add(Statement other) {
    for (int i = 0; i < PANES; i++) {
      int slot = other.isUsed(i) ? slot(other.numbers[i]) : -1;
      if (slot >= 0) {
        panes[slot].merge(other.panes[i]);
      }
    }
  }

  /** What the window has that ends with this pane. */
  StatementCalls window(long now) {
    StatementCalls window = new StatementCalls();
    for (int i = 0; i < PANES; i++) {
      if (isUsed(i) && numbers[i] > now - PANES) {
        window.merge(panes[i]);
      }
    }
    return window;
  }

  byte[] pack(Packer out) {
    out.reset().number(LAYOUT).text(text);
    for (int i = 0; i < PANES; i++) {
      if (isUsed(i)) {
        out.signed(numbers[i]);
        panes[i].pack(out);
      }
    }
    return out.toBytes();
  }

  /** Reads what was packed; null when another build packed it otherwise. */
  static @Nullable Statement unpack(byte[] packed) {
    Unpacker in = new Unpacker(packed);
    if (in.number() != LAYOUT) {
      return null;
    }
    Statement statement = new Statement(in.text());
    while (!in.atEnd()) {
      statement.add(in.signed(), in);
    }
    return statement;
  }

  private boolean isUsed(int slot) {
    return numbers[slot] != Long.MIN_VALUE;
  }

  /** Where the pane is, empty if it was not; -1 when there is a newer one in its place. */
  private int slot(long pane) {
    int slot = Math.floorMod(pane, PANES);
    if (numbers[slot] > pane) {
      return -1;
    }
    if (numbers[slot] < pane) {
      numbers[slot] = pane;
      panes[slot].clear();
    }
    return slot;
  }
}
