package io.sluice.schemas.otlp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Changes to a byte array, kept in the order of their places: each replaces a range. The length of
 * a message stands before what changes inside it, so its place is reserved before and filled after.
 */
final class Patches {

  private int[] starts = new int[32];
  private int[] ends = new int[32];
  private @Nullable Slice[] replacements = new @Nullable Slice[32];
  private int size;

  void clear() {
    Arrays.fill(replacements, 0, size, null);
    size = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** How many bytes longer the array becomes by this change. */
  int replace(int start, int end, Slice replacement) {
    set(reserve(), start, end, replacement);
    return replacement.length() - (end - start);
  }

  /** Keeps a place for {@link #mendLength}. */
  int reserve() {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, size * 2);
      ends = Arrays.copyOf(ends, size * 2);
      replacements = Arrays.copyOf(replacements, size * 2);
    }
    return size++;
  }

  /** Forgets this change, or reserved place, and all after it. */
  void cutBack(int place) {
    Arrays.fill(replacements, place, size, null);
    size = place;
  }

  /**
   * Writes the new length of a message into its reserved place, or gives the place back when
   * nothing was changed since.
   *
   * @param lengthStart where the old length begins
   * @param payloadStart where it ends and the message begins
   * @param length the new length
   * @return how many bytes longer the length itself became
   */
  int mendLength(int place, int lengthStart, int payloadStart, int length) {
    if (size == place + 1) {
      size = place;
      return 0;
    }
    ProtoWriter varint = new ProtoWriter(5);
    varint.rawVarint(length);
    set(place, lengthStart, payloadStart, varint.slice());
    return varint.size() - (payloadStart - lengthStart);
  }

  /** The array with all changes. */
  byte[] applyTo(byte[] original, int newLength) {
    byte[] result = new byte[newLength];
    int from = 0;
    int to = 0;
    for (int i = 0; i < size; i++) {
      Slice replacement = replacements[i];
      if (replacement == null) {
        throw new IllegalStateException("a reserved place was not filled");
      }
      int unchanged = starts[i] - from;
      System.arraycopy(original, from, result, to, unchanged);
      to += unchanged;
      System.arraycopy(replacement.array(), replacement.start(), result, to, replacement.length());
      to += replacement.length();
      from = ends[i];
    }
    System.arraycopy(original, from, result, to, original.length - from);
    return result;
  }

  private void set(int place, int start, int end, Slice replacement) {
    starts[place] = start;
    ends[place] = end;
    replacements[place] = replacement;
  }
}
