package io.sluice.processors.sanitize;

import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.ValueConditions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds numbers of given shapes ({@code 000-00-0000}), all rules in one pass. A number stands
 * alone: no letter or digit touches it, and no sign joins it to one. Of two shapes that begin at
 * the same digit the longer is tried first. Immutable.
 *
 * <p>Most rules ask for a word near the number, and most texts have none: the first pass over a
 * text says whether one of these words stands there ({@link #anchors}).
 */
final class NumberShapes {

  /** Takes what is found. */
  @FunctionalInterface
  interface Found {
    void add(int rule, int start, int end);
  }

  private record Reading(int rule, Conditions conditions) {}

  private static final int MAX_DIGITS = 19;
  private static final String SEPARATORS = " -./";
  private static final BitSet BYTES = new BitSet();

  static {
    (SEPARATORS + "0123456789").chars().forEach(BYTES::set);
  }

  /** Of each node, for each length of a group of digits, the place behind the group; 0 for none. */
  private final int[] groups;

  /** Of each place, for each separator, the node behind it; 0 for none. */
  private final int[] joints;

  /** Whose shapes end at each place, if there are words; and if there are none. */
  private final Reading[][] announced;

  private final Reading[][] alone;
  private final int shortest;

  private NumberShapes(
      int[] groups, int[] joints, Reading[][] announced, Reading[][] alone, int shortest) {
    this.groups = groups;
    this.joints = joints;
    this.announced = announced;
    this.alone = alone;
    this.shortest = shortest;
  }

  /** The words that must stand near the numbers of a rule, where such a number may be. */
  static List<Detector.Anchor> anchors(RedactionRule rule) {
    int shortest = shapes(rule).mapToInt(String::length).min().orElseThrow();
    ValueConditions conditions = rule.conditions();
    return conditions.near().stream()
        .map(
            text -> {
              int[] word = LiteralAutomaton.Builder.symbols(text, true);
              return new Detector.Anchor(
                  word, true, new WordNearMatch(word, conditions.within(), BYTES, shortest));
            })
        .toList();
  }

  private static Stream<String> shapes(RedactionRule rule) {
    return Arrays.stream(rule.pattern().split("\\|", -1));
  }

  /** How long the shortest shape is; more than any text when there is none. */
  int shortest() {
    return shortest;
  }

  /**
   * Tries each group of digits in a run of digits and separators as the first of a number.
   *
   * @param words whether the text has any of the {@link #anchors}
   */
  void findInRun(byte[] buf, int from, int to, int start, int end, boolean words, Found found) {
    Reading[][] readings = words ? announced : alone;
    int i = start;
    while (i < end) {
      if (!Ascii.isDigit(buf[i])) {
        i++;
        continue;
      }
      int after = startsAlone(buf, from, i) ? numberAt(buf, from, to, i, end, readings, found) : i;
      if (after == i) {
        while (after < end && Ascii.isDigit(buf[after])) {
          after++;
        }
      }
      i = after;
    }
  }

  /** The end of the number that begins here, or its beginning when there is none. */
  private int numberAt(
      byte[] buf, int from, int to, int start, int runEnd, Reading[][] readings, Found found) {
    int best = start;
    int node = 0;
    int at = start;
    while (true) {
      int group = at;
      int limit = Math.min(runEnd, at + MAX_DIGITS + 1);
      while (at < limit && Ascii.isDigit(buf[at])) {
        at++;
      }
      int place = at - group > MAX_DIGITS ? 0 : groups[node * (MAX_DIGITS + 1) + at - group];
      if (place == 0) {
        return best;
      }
      if (readings[place].length > 0
          && endsAlone(buf, at, to)
          && add(readings[place], buf, from, to, start, at, found)) {
        best = at;
      }
      node = at == runEnd ? 0 : joints[place * SEPARATORS.length() + separator(buf[at])];
      if (node == 0) {
        return best;
      }
      at++;
    }
  }

  private static int separator(byte b) {
    return switch (b) {
      case ' ' -> 0;
      case '-' -> 1;
      case '.' -> 2;
      default -> 3;
    };
  }

  private static boolean add(
      Reading[] readings, byte[] buf, int from, int to, int start, int end, Found found) {
    boolean added = false;
    for (Reading reading : readings) {
      if (reading.conditions().hold(buf, from, to, start, end)) {
        found.add(reading.rule(), start, end);
        added = true;
      }
    }
    return added;
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

    private final List<int[]> groups = new ArrayList<>(List.of(new int[MAX_DIGITS + 1]));
    private final List<int[]> joints = new ArrayList<>(List.of(new int[SEPARATORS.length()]));
    private final List<List<Reading>> readings = new ArrayList<>(List.of(List.of()));
    private int shortest = Integer.MAX_VALUE;

    Builder add(RedactionRule rule, int number, Placeholders placeholders) {
      Conditions conditions = new Conditions(rule.conditions(), placeholders);
      shapes(rule)
          .forEach(
              shape -> {
                readings.get(place(shape)).add(new Reading(number, conditions));
                shortest = Math.min(shortest, shape.length());
              });
      return this;
    }

    /** The place at the end of a shape. */
    private int place(String shape) {
      int node = 0;
      int digits = 0;
      for (int i = 0; i < shape.length(); i++) {
        char c = shape.charAt(i);
        if (c == '0') {
          digits++;
        } else {
          node = behindJoint(behindGroup(node, digits), SEPARATORS.indexOf(c));
          digits = 0;
        }
      }
      return behindGroup(node, digits);
    }

    private int behindGroup(int node, int digits) {
      int[] ways = groups.get(node);
      if (ways[digits] == 0) {
        ways[digits] = joints.size();
        joints.add(new int[SEPARATORS.length()]);
        readings.add(new ArrayList<>());
      }
      return ways[digits];
    }

    private int behindJoint(int place, int separator) {
      int[] ways = joints.get(place);
      if (ways[separator] == 0) {
        ways[separator] = groups.size();
        groups.add(new int[MAX_DIGITS + 1]);
      }
      return ways[separator];
    }

    NumberShapes build() {
      return new NumberShapes(
          groups.stream().flatMapToInt(Arrays::stream).toArray(),
          joints.stream().flatMapToInt(Arrays::stream).toArray(),
          readings(reading -> true),
          readings(reading -> !reading.conditions().askForWord()),
          shortest);
    }

    private Reading[][] readings(Predicate<Reading> which) {
      return readings.stream()
          .map(list -> list.stream().filter(which).toArray(Reading[]::new))
          .toArray(Reading[][]::new);
    }
  }
}
