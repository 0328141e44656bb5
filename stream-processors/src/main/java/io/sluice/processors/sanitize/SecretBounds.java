package io.sluice.processors.sanitize;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the first group of an expression begins and ends in a match, told from the bytes at the
 * match's ends. The engine tells it for any expression, but by following all ways through the match
 * at once, which takes a hundred times as long as finding the match; and it takes a place right
 * behind the match for the text's end then, where a group before {@code $} would come out too long
 * (see {@link PatternSyntax#inside}). Immutable.
 */
final class SecretBounds {

  /** What is around the group allows more than one place. */
  static final int UNKNOWN = -1;

  /** What stands around a secret is short. */
  private static final int MAX_STEPS = 96;

  private static final BitSet[] BYTES = new BitSet[256];

  static {
    for (int i = 0; i < BYTES.length; i++) {
      BYTES[i] = new BitSet();
      BYTES[i].set(i);
    }
  }

  /** What stands before the group and behind it, where the match touches the text's ends. */
  private final ByteSteps before;

  private final ByteSteps after;

  /** The same where text goes on. */
  private final ByteSteps beforeInside;

  private final ByteSteps afterInside;

  /** The bytes with which the group begins and ends. */
  private final BitSet first;

  private final BitSet last;

  private SecretBounds(List<ByteSteps> atEnds, List<ByteSteps> inside, ByteSteps secret) {
    before = atEnds.get(0);
    after = atEnds.get(1);
    beforeInside = inside.get(0);
    afterInside = inside.get(1);
    first = secret.bytesAfter(secret.atStart());
    last = secret.between(secret.everywhere(), secret.atEnd());
  }

  /**
   * Of an expression what stands before its group and behind it, and the group.
   *
   * @return null when the group may be empty
   */
  static @Nullable SecretBounds of(
      List<ByteSteps> atEnds, List<ByteSteps> inside, ByteSteps secret) {
    return secret.shortest() == 0 ? null : new SecretBounds(atEnds, inside, secret);
  }

  /**
   * Where the group begins in this match, or {@link #UNKNOWN}.
   *
   * @param from where the text starts
   */
  int start(byte[] buf, int from, int matchStart, int matchEnd) {
    ByteSteps steps = matchStart == from ? before : beforeInside;
    BitSet places = steps.atStart();
    int limit = matchStart + MAX_STEPS;
    int only = UNKNOWN;
    for (int i = matchStart; i < matchEnd && !places.isEmpty(); i++) {
      if (i == limit) {
        return UNKNOWN;
      }
      if (steps.mayEnd(places) && first.get(buf[i] & 0xff)) {
        if (only != UNKNOWN) {
          return UNKNOWN;
        }
        only = i;
      }
      places = steps.after(places, BYTES[buf[i] & 0xff]);
    }
    return only;
  }

  /**
   * Where the group ends in this match, or {@link #UNKNOWN}.
   *
   * @param to where the text ends
   */
  int end(byte[] buf, int to, int matchStart, int matchEnd) {
    ByteSteps steps = matchEnd == to ? after : afterInside;
    BitSet places = steps.atEnd();
    int limit = matchEnd - MAX_STEPS;
    int only = UNKNOWN;
    for (int i = matchEnd; i > matchStart && !places.isEmpty(); i--) {
      if (i == limit) {
        return UNKNOWN;
      }
      if (steps.mayStart(places) && last.get(buf[i - 1] & 0xff)) {
        if (only != UNKNOWN) {
          return UNKNOWN;
        }
        only = i;
      }
      places = steps.before(places, BYTES[buf[i - 1] & 0xff]);
    }
    return only;
  }
}
