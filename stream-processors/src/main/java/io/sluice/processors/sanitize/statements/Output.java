package io.sluice.processors.sanitize.statements;

import io.sluice.schemas.otlp.Slice;
import java.util.Arrays;

/**
 * What becomes of a statement. Knows the brackets that are open, so that in a list of values equal
 * neighbours are written once: {@code IN (?, ?, ?)} and {@code VALUES (?, ?), (?, ?)} have one text
 * however many values they held. Each byte is compared once for each list around it, and of those
 * no more than a few count.
 */
final class Output {

  private static final int MAX_DEPTH = 64;
  private static final int MAX_FOLDING = 4;
  private static final int NONE = -1;

  private byte[] out = new byte[256];
  private int size;
  private long compared;

  /** The groups that are open; 0 is the whole statement. */
  private int depth;

  private int tooDeep;
  private int folding;
  private final boolean[] folds = new boolean[MAX_DEPTH + 1];
  private final boolean[] bare = new boolean[MAX_DEPTH + 1];
  private final boolean[] scrubbed = new boolean[MAX_DEPTH + 1];
  private final boolean[] everScrubbed = new boolean[MAX_DEPTH + 1];
  private final int[] start = new int[MAX_DEPTH + 1];
  private final int[] end = new int[MAX_DEPTH + 1];
  private final int[] previousStart = new int[MAX_DEPTH + 1];
  private final int[] previousEnd = new int[MAX_DEPTH + 1];

  void clear() {
    size = 0;
    compared = 0;
    depth = 0;
    tooDeep = 0;
    folding = 0;
    begin(false, false);
  }

  /** White space and what else belongs to no element of a list. */
  void space(Text text, int from, int to) {
    copy(text, from, to);
  }

  /** A part of the statement that stays. */
  void token(Text text, int from, int to) {
    endBare();
    touch();
    copy(text, from, to);
    end[depth] = size;
  }

  /** What takes a literal's place, or a placeholder that looks the same. */
  void literal() {
    endBare();
    touch();
    put('?');
    end[depth] = size;
    scrubbed[depth] = true;
    everScrubbed[depth] = true;
  }

  /** An opening bracket. */
  void open(int bracket, boolean foldsElements) {
    boolean row = bare[depth] && start[depth] == NONE;
    if (!row) {
      endBare();
    }
    touch();
    put(bracket);
    end[depth] = size;
    if (depth == MAX_DEPTH || tooDeep > 0) {
      tooDeep++;
    } else {
      push(foldsElements, false);
    }
  }

  /** A closing bracket, also one that was never opened. */
  void close(int bracket) {
    endBare();
    if (tooDeep > 0) {
      tooDeep--;
    } else if (depth > 0) {
      pop();
    }
    touch();
    put(bracket);
    end[depth] = size;
  }

  /** A comma between elements. */
  void comma() {
    if (end[depth] == NONE) {
      endBare();
    }
    finishElement();
    put(',');
    if (tooDeep == 0) {
      start[depth] = NONE;
      scrubbed[depth] = false;
    }
  }

  /** Begins a list without brackets of its own: the rows after {@code VALUES}. */
  void openRows() {
    if (depth < MAX_DEPTH && tooDeep == 0) {
      push(true, true);
    }
  }

  /** Whether an element of a folding list begins here. */
  boolean atFoldedElement() {
    return folds[depth] && start[depth] == NONE && tooDeep == 0;
  }

  boolean inFoldingList() {
    return folds[depth] && tooDeep == 0;
  }

  /** Whether nothing or white space was written last. */
  boolean endsInSpace() {
    return size == 0 || Text.isSpace(out[size - 1]);
  }

  void gap() {
    put(' ');
  }

  void trimEnd() {
    while (size > 0 && Text.isSpace(out[size - 1])) {
      size--;
    }
  }

  /** Ends lists that have no closing bracket. */
  void finish() {
    while (depth > 0) {
      pop();
    }
  }

  boolean contentEquals(Text text) {
    return Arrays.equals(out, 0, size, text.array(), text.from(), text.to());
  }

  /** What was written; valid until the next statement. */
  Slice slice() {
    return new Slice(out, 0, size);
  }

  /** How many bytes were compared: for a test that this grows with the input only. */
  long compared() {
    return compared;
  }

  private void endBare() {
    if (bare[depth] && tooDeep == 0) {
      pop();
    }
  }

  private void push(boolean foldsElements, boolean isBare) {
    depth++;
    begin(foldsElements && folding < MAX_FOLDING, isBare);
    folding += folds[depth] ? 1 : 0;
  }

  private void begin(boolean foldsElements, boolean isBare) {
    folds[depth] = foldsElements;
    bare[depth] = isBare;
    scrubbed[depth] = false;
    everScrubbed[depth] = false;
    start[depth] = NONE;
    end[depth] = NONE;
    previousStart[depth] = NONE;
    previousEnd[depth] = NONE;
  }

  private void pop() {
    finishElement();
    boolean hasLiteral = everScrubbed[depth];
    int lastEnd = Math.max(end[depth], previousEnd[depth]);
    folding -= folds[depth] ? 1 : 0;
    boolean wasBare = bare[depth];
    depth--;
    scrubbed[depth] |= hasLiteral;
    everScrubbed[depth] |= hasLiteral;
    if (wasBare && lastEnd != NONE) {
      end[depth] = lastEnd;
    }
  }

  private void touch() {
    if (start[depth] == NONE) {
      start[depth] = size;
    }
  }

  /** Drops the element that ends here when it is the same as the one before it. */
  private void finishElement() {
    if (!folds[depth] || start[depth] == NONE || tooDeep > 0) {
      return;
    }
    if (!scrubbed[depth]) {
      previousStart[depth] = NONE;
      previousEnd[depth] = NONE;
    } else if (equalsPrevious()) {
      int tail = size - end[depth];
      System.arraycopy(out, end[depth], out, previousEnd[depth], tail);
      size = previousEnd[depth] + tail;
      end[depth] = previousEnd[depth];
    } else {
      previousStart[depth] = start[depth];
      previousEnd[depth] = end[depth];
    }
    start[depth] = NONE;
  }

  private boolean equalsPrevious() {
    int length = end[depth] - start[depth];
    if (previousStart[depth] == NONE || previousEnd[depth] - previousStart[depth] != length) {
      return false;
    }
    compared += length;
    return Arrays.equals(
        out, start[depth], end[depth], out, previousStart[depth], previousEnd[depth]);
  }

  private void copy(Text text, int from, int to) {
    int length = to - from;
    reserve(length);
    System.arraycopy(text.array(), from, out, size, length);
    size += length;
  }

  private void put(int b) {
    reserve(1);
    out[size++] = (byte) b;
  }

  private void reserve(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, size + more));
    }
  }
}
