package io.sluice.processors.sanitize.statements;

import io.sluice.schemas.otlp.Slice;
import java.util.Arrays;

/**
 * What becomes of a statement. In a list, of equal neighbours one is written, so that {@code IN (?,
 * ?, ?)} and {@code VALUES (?, ?), (?, ?)} do not tell how many values they held. Each byte is
 * compared at most once for each of the few lists around it.
 */
final class Output {

  /** In brackets that are open deeper nothing is compared. */
  private static final int MAX_DEPTH = 16;

  private static final int NONE = -1;

  private final boolean looksOnly;

  private byte[] out = new byte[256];
  private int size;
  private boolean changed;

  /** The brackets that are open. */
  private int depth;

  // For each of them: whether all its elements are compared, or only those in brackets; where the
  // element begins in which the statement stands, and where its last token ended; the element
  // before.
  private final boolean[] list = new boolean[MAX_DEPTH + 1];
  private final int[] start = new int[MAX_DEPTH + 1];
  private final int[] end = new int[MAX_DEPTH + 1];
  private final int[] previousStart = new int[MAX_DEPTH + 1];
  private final int[] previousEnd = new int[MAX_DEPTH + 1];

  /**
   * @param looksOnly whether nothing is written: to see if anything changes
   */
  Output(boolean looksOnly) {
    this.looksOnly = looksOnly;
  }

  void clear() {
    size = 0;
    changed = false;
    depth = 0;
    begin(false);
  }

  /** Whether a literal or a comment went. */
  boolean changed() {
    return changed;
  }

  /** Whether no more need be read. */
  boolean isDecided() {
    return looksOnly && changed;
  }

  /** What was written; valid until the next statement. */
  Slice slice() {
    return new Slice(out, 0, size);
  }

  void space(Text text, int from, int to) {
    copy(text, from, to);
  }

  /** A part of the statement that stays. */
  void token(Text text, int from, int to) {
    if (looksOnly) {
      return;
    }
    single();
    copy(text, from, to);
    endToken();
  }

  /** A placeholder: the statement's own, or what takes a literal's place. */
  void placeholder(String text) {
    if (looksOnly) {
      return;
    }
    single();
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
    endToken();
  }

  /** What takes a literal's place. */
  void literal(String text) {
    changed = true;
    placeholder(text);
  }

  /** A comment that goes. Words beside it stay apart. */
  void comment() {
    changed = true;
    if (!endsInSpace()) {
      put(' ');
    }
  }

  /**
   * An opening bracket.
   *
   * @param isList whether it holds a list of values
   */
  void open(int bracket, boolean isList) {
    element();
    put(bracket);
    endToken();
    depth++;
    if (isTracked()) {
      begin(isList);
    }
  }

  /** A closing bracket, also one that was never opened. */
  void close(int bracket) {
    if (inList()) {
      endElement();
    }
    depth = Math.max(0, depth - 1);
    put(bracket);
    endToken();
    if (isTracked() && !list[depth]) {
      endElement();
    }
  }

  /** A comma between elements. */
  void comma() {
    if (inList()) {
      endElement();
    }
    put(',');
  }

  /** Whether what stands here is an element of a list of values. */
  boolean inList() {
    return isTracked() && list[depth];
  }

  /** Whether nothing or white space was written last. */
  boolean endsInSpace() {
    return size == 0 || Text.isSpace(out[size - 1]);
  }

  void trimEnd() {
    while (size > 0 && Text.isSpace(out[size - 1])) {
      size--;
    }
  }

  private boolean isTracked() {
    return depth <= MAX_DEPTH;
  }

  /** Outside of lists only brackets are compared that follow each other. */
  private void single() {
    if (inList()) {
      element();
    } else if (isTracked()) {
      start[depth] = NONE;
      previousStart[depth] = NONE;
    }
  }

  private void begin(boolean isList) {
    list[depth] = isList;
    start[depth] = NONE;
    previousStart[depth] = NONE;
  }

  private void element() {
    if (isTracked() && start[depth] == NONE) {
      start[depth] = size;
    }
  }

  private void endToken() {
    if (isTracked()) {
      end[depth] = size;
    }
  }

  /** Takes back the element that ends here when it is equal to the one before it. */
  private void endElement() {
    if (looksOnly || start[depth] == NONE) {
      return;
    }
    if (equalsPrevious()) {
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
    return previousStart[depth] != NONE
        && Arrays.equals(
            out, start[depth], end[depth], out, previousStart[depth], previousEnd[depth]);
  }

  private void copy(Text text, int from, int to) {
    if (looksOnly) {
      return;
    }
    int length = to - from;
    reserve(length);
    System.arraycopy(text.array(), from, out, size, length);
    size += length;
  }

  private void put(int b) {
    if (looksOnly) {
      return;
    }
    reserve(1);
    out[size++] = (byte) b;
  }

  private void reserve(int more) {
    if (out.length - size < more) {
      long doubled = Math.min(2L * out.length, Integer.MAX_VALUE - 8);
      out = Arrays.copyOf(out, Math.max((int) doubled, Math.addExact(size, more)));
    }
  }
}
