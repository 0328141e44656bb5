package io.sluice.processors.sanitize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds numbers of given shapes ({@code 000-00-0000}), all rules in one pass. A number stands
 * alone: no letter or digit touches it, and no sign joins it to one. Of two shapes that begin at
 * the same digit the longer is tried first. Immutable.
 *
 * <p>Text is read in jumps, as for cards: where no number can end, nothing before needs a look.
 */
final class NumberShapes {

  /** Takes what is found. */
  @FunctionalInterface
  interface Found {
    void add(int rule, int start, int end);
  }

  private record Reading(int rule, Conditions conditions) {}

  private static final int MAX_GROUPS = 7;
  private static final int MAX_DIGITS = 19;
  private static final int GROUP_BITS = 8;
  private static final int DIGIT_BITS = 5;
  private static final String SEPARATORS = " -./";

  private final long[] shapes;
  private final Reading[][] readings;
  private final int shortest;

  private NumberShapes(long[] shapes, Reading[][] readings, int shortest) {
    this.shapes = shapes;
    this.readings = readings;
    this.shortest = shortest;
  }

  void find(byte[] buf, int from, int to, Found found) {
    int start = from;
    while (shapes.length > 0 && to - start >= shortest) {
      int i = start + shortest - 1;
      while (i >= start && isPart(buf[i])) {
        i--;
      }
      if (i >= start) {
        start = i + 1;
        continue;
      }
      int end = start + shortest;
      while (end < to && isPart(buf[end])) {
        end++;
      }
      findInRun(buf, from, to, start, end, found);
      start = end + 1;
    }
  }

  /** How long the shortest shape is. */
  int shortest() {
    return shortest;
  }

  /** Tries each group of digits in a run of digits and separators as the first of a number. */
  void findInRun(byte[] buf, int from, int to, int start, int end, Found found) {
    int i = start;
    while (i < end) {
      if (!Ascii.isDigit(buf[i])) {
        i++;
        continue;
      }
      int after = startsAlone(buf, from, i) ? numberAt(buf, from, to, i, end, found) : i;
      if (after == i) {
        while (after < end && Ascii.isDigit(buf[after])) {
          after++;
        }
      }
      i = after;
    }
  }

  /** The end of the number that begins here, or its beginning when there is none. */
  private int numberAt(byte[] buf, int from, int to, int start, int runEnd, Found found) {
    long shape = 0;
    int at = start;
    int best = start;
    for (int group = 0; group < MAX_GROUPS; group++) {
      int digits = at;
      int limit = Math.min(runEnd, at + MAX_DIGITS + 1);
      while (at < limit && Ascii.isDigit(buf[at])) {
        at++;
      }
      if (at == digits || at - digits > MAX_DIGITS) {
        break;
      }
      shape = shape << DIGIT_BITS | (at - digits);
      int known = Arrays.binarySearch(shapes, shape);
      if (known >= 0 && endsAlone(buf, at, to) && add(known, buf, from, to, start, at, found)) {
        best = at;
      }
      if (at == runEnd) {
        break;
      }
      shape = shape << (GROUP_BITS - DIGIT_BITS) | (SEPARATORS.indexOf(buf[at]) + 1);
      at++;
    }
    return best;
  }

  private boolean add(int shape, byte[] buf, int from, int to, int start, int end, Found found) {
    boolean added = false;
    for (Reading reading : readings[shape]) {
      if (reading.conditions().hold(buf, from, to, start, end)) {
        found.add(reading.rule(), start, end);
        added = true;
      }
    }
    return added;
  }

  private static boolean isPart(byte b) {
    return Ascii.isDigit(b) || b == ' ' || isJoint(b);
  }

  private static boolean isJoint(byte b) {
    return b == '-' || b == '.' || b == '/';
  }

  private static boolean startsAlone(byte[] buf, int from, int at) {
    if (at == from) {
      return true;
    }
    if (Ascii.isAlphanumeric(buf[at - 1])) {
      return Ascii.isEscaped(buf, from, at - 1);
    }
    boolean joined = isJoint(buf[at - 1]) || buf[at - 1] == '+';
    return !joined || at - 1 == from || !Ascii.isAlphanumeric(buf[at - 2]);
  }

  private static boolean endsAlone(byte[] buf, int at, int to) {
    if (at == to) {
      return true;
    }
    boolean joined = isJoint(buf[at]) && at + 1 < to && Ascii.isAlphanumeric(buf[at + 1]);
    return !joined && !Ascii.isAlphanumeric(buf[at]) && buf[at] != '%';
  }

  /** Collects the shapes of rules. */
  static final class Builder {

    private final Map<Long, List<Reading>> readings = new TreeMap<>();
    private int shortest = Integer.MAX_VALUE;

    /**
     * Adds a rule.
     *
     * @param alternatives shapes with {@code |} between
     */
    Builder add(String alternatives, Conditions conditions, int rule) {
      for (String shape : alternatives.split("\\|", -1)) {
        readings
            .computeIfAbsent(encode(shape), key -> new ArrayList<>())
            .add(new Reading(rule, conditions));
        shortest = Math.min(shortest, shape.length());
      }
      return this;
    }

    private static long encode(String shape) {
      long encoded = 0;
      int digits = 0;
      for (int i = 0; i < shape.length(); i++) {
        char c = shape.charAt(i);
        if (c == '0') {
          digits++;
        } else {
          encoded = encoded << DIGIT_BITS | digits;
          encoded = encoded << (GROUP_BITS - DIGIT_BITS) | (SEPARATORS.indexOf(c) + 1);
          digits = 0;
        }
      }
      return encoded << DIGIT_BITS | digits;
    }

    NumberShapes build() {
      return new NumberShapes(
          readings.keySet().stream().mapToLong(Long::longValue).toArray(),
          readings.values().stream()
              .map(list -> list.toArray(Reading[]::new))
              .toArray(Reading[][]::new),
          shortest);
    }
  }
}
