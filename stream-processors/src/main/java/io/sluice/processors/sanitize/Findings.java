package io.sluice.processors.sanitize;

import java.util.Arrays;

/**
 * What rules found in one text: ranges with the rule's number. Reused from text to text, so that
 * text without findings costs nothing. Not safe for use by several threads.
 */
final class Findings {

  private long[] ranges = new long[8];
  private int[] rules = new int[8];
  private int[] layers = new int[8];
  private int size;

  void clear() {
    size = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /**
   * Adds a finding.
   *
   * @param layer how often the text was decoded before it was found
   */
  void add(int start, int end, int rule, int layer) {
    if (size == rules.length) {
      ranges = Arrays.copyOf(ranges, size * 2);
      rules = Arrays.copyOf(rules, size * 2);
      layers = Arrays.copyOf(layers, size * 2);
    }
    ranges[size] = (long) start << 32 | end;
    layers[size] = layer;
    rules[size++] = rule;
  }

  int start(int i) {
    return (int) (ranges[i] >>> 32);
  }

  int end(int i) {
    return (int) ranges[i];
  }

  int rule(int i) {
    return rules[i];
  }

  int layer(int i) {
    return layers[i];
  }

  /**
   * Joins findings of one rule that overlap: what stands in a text is also found once it is
   * decoded.
   */
  void joinAlike() {
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        (a, b) ->
            rules[a] == rules[b]
                ? Long.compare(ranges[a], ranges[b])
                : Integer.compare(rules[a], rules[b]));
    Findings joined = new Findings();
    for (int i : order) {
      int last = joined.size - 1;
      if (last >= 0 && joined.rules[last] == rules[i] && start(i) < joined.end(last)) {
        int end = Math.max(joined.end(last), end(i));
        joined.ranges[last] = (long) joined.start(last) << 32 | end;
      } else {
        joined.add(start(i), end(i), rules[i], layers[i]);
      }
    }
    take(joined);
  }

  /**
   * Puts findings in order and joins those that overlap: all that any of them covers goes, under
   * the rule with the longest range, or the first of the rule set when they are as long.
   */
  void join() {
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compare(ranges[a], ranges[b]));
    Findings joined = new Findings();
    int longest = 0;
    for (int i : order) {
      int last = joined.size - 1;
      int length = end(i) - start(i);
      if (last < 0 || start(i) >= joined.end(last)) {
        joined.add(start(i), end(i), rules[i], layers[i]);
        longest = length;
        continue;
      }
      if (length > longest || (length == longest && rules[i] < joined.rules[last])) {
        joined.rules[last] = rules[i];
        joined.layers[last] = layers[i];
        longest = length;
      }
      int end = Math.max(joined.end(last), end(i));
      joined.ranges[last] = (long) joined.start(last) << 32 | end;
    }
    take(joined);
  }

  private void take(Findings other) {
    ranges = other.ranges;
    rules = other.rules;
    layers = other.layers;
    size = other.size;
  }
}
