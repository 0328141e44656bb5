package io.sluice.processors.sanitize;

import io.airlift.slice.Slice;
import io.airlift.slice.Slices;

/**
 * Text as the engine for regular expressions takes it. Its automaton reads UTF-8 forwards and back,
 * and throws where the two do not meet, as they may not around bytes that are none.
 */
final class EngineText {

  /** One byte, no letter, no space, and what no expression means. */
  private static final byte SUBSTITUTE = 0x1a;

  private EngineText() {}

  /**
   * The bytes as they are; or a copy in which each that belongs to no character, or to one that the
   * ends cut, is a control character. Places are the same in both.
   */
  static Slice of(byte[] buf, int from, int to) {
    int bad = endOfValid(buf, from, to);
    if (bad == to) {
      return Slices.wrappedBuffer(buf, from, to - from);
    }
    byte[] valid = new byte[to - from];
    System.arraycopy(buf, from, valid, 0, valid.length);
    for (int i = bad; i < to; i = endOfValid(buf, i + 1, to)) {
      valid[i - from] = SUBSTITUTE;
    }
    return Slices.wrappedBuffer(valid);
  }

  /** The first byte that begins no character, or the end. */
  private static int endOfValid(byte[] buf, int from, int to) {
    int i = from;
    while (i < to) {
      int length = buf[i] >= 0 ? 1 : lengthAt(buf, i, to);
      if (length == 0) {
        return i;
      }
      i += length;
    }
    return to;
  }

  /** Bytes of the character of more than one that begins here; 0 when none does. */
  static int lengthAt(byte[] buf, int i, int to) {
    int first = buf[i] & 0xff;
    int length = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 0 || i + length > to) {
      return 0;
    }
    int second = buf[i + 1] & 0xff;
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) {
      return 0; // written longer than it needs, a surrogate, or no character's number
    }
    for (int k = i + 2; k < i + length; k++) {
      if ((buf[k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
