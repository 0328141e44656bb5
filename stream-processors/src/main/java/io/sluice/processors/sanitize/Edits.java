package io.sluice.processors.sanitize;

import java.util.Arrays;

/**
 * Where the pieces of a text went when some were replaced: finds the place in the text before for a
 * place in the text after, and back. Not safe for use by several threads.
 */
final class Edits {

  private static final int FIELDS = 4;

  /** Of each piece: start and end after, start and end before; in order. */
  private int[] pieces = new int[FIELDS * 4];

  private final int first;
  private int count;

  /**
   * @param first where the text before begins; that after begins at 0
   */
  Edits(int first) {
    this.first = first;
  }

  void add(int startBefore, int endBefore, int startAfter, int endAfter) {
    if ((count + 1) * FIELDS > pieces.length) {
      pieces = Arrays.copyOf(pieces, pieces.length * 2);
    }
    int at = count++ * FIELDS;
    pieces[at] = startAfter;
    pieces[at + 1] = endAfter;
    pieces[at + 2] = startBefore;
    pieces[at + 3] = endBefore;
  }

  /** Where a range that begins here began; within a piece, where the piece began. */
  int startBefore(int start) {
    int at = lastStartingAtOrBefore(start);
    return at < 0 ? first + start : start < pieces[at + 1] ? pieces[at + 2] : behind(at, start);
  }

  /** Where a range that ends here ended; within a piece, where the piece ended. */
  int endBefore(int end) {
    int at = lastStartingAtOrBefore(end - 1);
    return at < 0 ? first + end : end <= pieces[at + 1] ? pieces[at + 3] : behind(at, end);
  }

  /** Where a place went; one within a piece to where the piece begins. */
  int after(int before) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pieces[middle * FIELDS + 2] < before) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low == 0) {
      return before - first;
    }
    int at = (low - 1) * FIELDS;
    return before < pieces[at + 3] ? pieces[at] : before - pieces[at + 3] + pieces[at + 1];
  }

  private int behind(int at, int place) {
    return place - pieces[at + 1] + pieces[at + 3];
  }

  /** The place of the piece in the array; negative when all come later. */
  private int lastStartingAtOrBefore(int place) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pieces[middle * FIELDS] <= place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return (low - 1) * FIELDS;
  }
}
