package io.sluice.processors.sanitize;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds many literals in one pass over bytes, without case (ASCII). One table look-up for each
 * byte, however many literals there are. Immutable.
 *
 * <p>The table is made by following all literals at once: a state is the set of places in literals
 * that the bytes so far may have reached. Places in a <em>loose</em> literal also survive {@code
 * -}, {@code _} and blanks between its characters.
 */
final class LiteralAutomaton {

  /** A symbol after the last byte: a literal that ends with it stands at the end of the text. */
  static final int END = 256;

  private static final int SYMBOLS = 257;
  private static final int ROOTS = 2;

  /** Finds nothing more. */
  static final long NONE = -1;

  private final int[] classes;

  /** Of each state a row: where each class leads, and last which literals end. */
  private final int[] next;

  private final int[][] found;
  private final int firstFound;
  private final int width;
  private final int start;

  private LiteralAutomaton(
      int[] classes, int[] next, int[][] found, int firstFound, int width, int start) {
    this.classes = classes;
    this.next = next;
    this.found = found;
    this.firstFound = firstFound;
    this.width = width;
    this.start = start;
  }

  static boolean isSeparator(int symbol) {
    return symbol == '-' || symbol == '_' || symbol == ' ';
  }

  int start() {
    return start;
  }

  int step(int state, int symbol) {
    return next[state + classes[symbol]];
  }

  /** Whether a literal ends in this state. */
  boolean finds(int state) {
    return state >= firstFound;
  }

  /** Numbers of the literals that end in this state. */
  int[] found(int state) {
    return finds(state) ? found[next[state + width]] : found[0];
  }

  /**
   * Reads on to the next end of a literal.
   *
   * @param state {@link #start}, or the state of the last result
   * @return {@link #NONE}, or the {@link #position} after the literal and the {@link #state}
   */
  long find(byte[] buf, int from, int to, int state) {
    int[] table = next;
    int[] classOf = classes;
    int limit = firstFound;
    int at = state;
    for (int i = from; i < to; i++) {
      at = table[at + classOf[buf[i] & 0xff]];
      if (at >= limit) {
        return (long) at << 32 | (i + 1);
      }
    }
    return NONE;
  }

  /**
   * Reads some bytes as {@link #find} does, up to all ends of literals, in a little more than half
   * the time: each step waits for the one before, so two halves are read side by side. The second
   * is read from the start, and from where it agrees with what the first leads to it is right;
   * mostly that takes a few bytes.
   *
   * @param state {@link #start}, or what this returned for the bytes before
   * @param hits gets the ends of literals, in order
   * @return the state behind the last byte
   */
  int findAll(byte[] buf, int from, int to, int state, Hits hits) {
    int half = (to - from) / 2;
    int middle = from + half;
    int[] table = next;
    int[] classOf = classes;
    int limit = firstFound;
    int first = state;
    int second = start;
    hits.begin(to - from);
    for (int i = from; i < middle; i++) {
      first = table[first + classOf[buf[i] & 0xff]];
      second = table[second + classOf[buf[i + half] & 0xff]];
      if (first >= limit) {
        hits.add(i + 1, first);
      }
      if (second >= limit) {
        hits.addLater(i + 1 + half, second);
      }
    }
    int i = middle;
    int again = start;
    while (i < middle + half && first != again) {
      int symbol = classOf[buf[i] & 0xff];
      first = table[first + symbol];
      again = table[again + symbol];
      i++;
      if (first >= limit) {
        hits.add(i, first);
      }
    }
    if (first == again) {
      hits.addLaterOnes(i);
      first = second;
    }
    if (middle + half < to) {
      first = table[first + classOf[buf[to - 1] & 0xff]];
      if (first >= limit) {
        hits.add(to, first);
      }
    }
    return first;
  }

  static int position(long result) {
    return (int) result;
  }

  static int state(long result) {
    return (int) (result >>> 32);
  }

  /** Collects literals; the same number may be given to several. */
  static final class Builder {

    private final List<Map<Integer, Integer>> children = new ArrayList<>();
    private final List<TreeSet<Integer>> ends = new ArrayList<>();
    private final List<Boolean> loose = new ArrayList<>();

    Builder() {
      addNode(false);
      addNode(true);
    }

    /** The bytes of a text in lower case; without its separators when it is loose. */
    static int[] symbols(String text, boolean isLoose) {
      byte[] bytes = text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
      int[] symbols = new int[bytes.length];
      int size = 0;
      for (byte b : bytes) {
        if (!isLoose || !isSeparator(b)) {
          symbols[size++] = b & 0xff;
        }
      }
      return Arrays.copyOf(symbols, size);
    }

    /** Adds a literal, in lower case; between the symbols of a loose one separators may stand. */
    Builder add(int[] symbols, boolean isLoose, int number) {
      if (symbols.length == 0) {
        throw new IllegalArgumentException("a literal needs a character");
      }
      int node = isLoose ? 1 : 0;
      for (int symbol : symbols) {
        Map<Integer, Integer> bySymbolOfNode = children.get(node);
        Integer child = bySymbolOfNode.get(symbol);
        if (child == null) {
          child = addNode(isLoose);
          bySymbolOfNode.put(symbol, child);
        }
        node = child;
      }
      ends.get(node).add(number);
      return this;
    }

    private int addNode(boolean isLoose) {
      children.add(new HashMap<>());
      ends.add(new TreeSet<>());
      loose.add(isLoose);
      return children.size() - 1;
    }

    LiteralAutomaton build() {
      int[] classes = classes();
      int width = Arrays.stream(classes).max().orElse(0) + 1;
      int[] symbolOfClass = new int[width];
      for (int symbol = SYMBOLS - 1; symbol >= 0; symbol--) {
        symbolOfClass[classes[symbol]] = symbol;
      }

      Map<List<Integer>, Integer> numbers = new LinkedHashMap<>();
      List<List<Integer>> states = new ArrayList<>();
      List<int[]> rows = new ArrayList<>();
      number(List.of(), numbers, states);
      for (int i = 0; i < states.size(); i++) {
        int[] row = new int[width];
        for (int c = 0; c < width; c++) {
          // Class 0 is every symbol that no literal has.
          int symbol = c == 0 ? -1 : lower(symbolOfClass[c]);
          row[c] = number(step(states.get(i), symbol), numbers, states);
        }
        rows.add(row);
      }
      return table(classes, width, states, rows);
    }

    /** States in which a literal ends come last, so that one comparison tells them. */
    private LiteralAutomaton table(
        int[] classes, int width, List<List<Integer>> states, List<int[]> rows) {
      List<int[]> found = new ArrayList<>();
      found.add(new int[0]);
      int[] place = new int[states.size()];
      int row = width + 1;
      int size = 0;
      List<Integer> finding = new ArrayList<>();
      for (int i = 0; i < place.length; i++) {
        if (found(states.get(i)).length == 0) {
          place[i] = size++ * row;
        } else {
          finding.add(i);
        }
      }
      final int firstFound = size * row;
      int[] next = new int[place.length * row];
      for (int i : finding) {
        place[i] = size++ * row;
        next[place[i] + width] = found.size();
        found.add(found(states.get(i)));
      }
      for (int i = 0; i < place.length; i++) {
        for (int c = 0; c < width; c++) {
          next[place[i] + c] = place[rows.get(i)[c]];
        }
      }
      return new LiteralAutomaton(
          classes, next, found.toArray(int[][]::new), firstFound, width, place[0]);
    }

    /** Symbols that no literal tells apart share a class. */
    private int[] classes() {
      Map<Integer, List<Object>> uses = uses();
      if (!children.get(1).isEmpty()) {
        for (int separator : new int[] {'-', '_', ' '}) {
          uses.put(separator, List.of(separator));
        }
      }
      int[] classes = new int[SYMBOLS];
      Map<List<Object>, Integer> numbers = new HashMap<>();
      uses.forEach(
          (symbol, use) -> {
            numbers.putIfAbsent(use, numbers.size() + 1);
            classes[symbol] = numbers.get(use);
          });
      for (int c = 'A'; c <= 'Z'; c++) {
        classes[c] = classes[lower(c)];
      }
      return classes;
    }

    /** For each symbol where it stands: alike for those that only end the same literals. */
    private Map<Integer, List<Object>> uses() {
      Map<Integer, List<Object>> uses = new TreeMap<>();
      for (int node = 0; node < children.size(); node++) {
        for (Map.Entry<Integer, Integer> child : children.get(node).entrySet()) {
          int to = child.getValue();
          List<Object> use = uses.computeIfAbsent(child.getKey(), symbol -> new ArrayList<>());
          use.add(node);
          use.add(children.get(to).isEmpty() ? ends.get(to) : List.of(to));
        }
      }
      return uses;
    }

    private static int lower(int symbol) {
      return symbol >= 'A' && symbol <= 'Z' ? symbol + ('a' - 'A') : symbol;
    }

    private static int number(
        List<Integer> state, Map<List<Integer>, Integer> numbers, List<List<Integer>> states) {
      Integer known = numbers.putIfAbsent(state, states.size());
      if (known != null) {
        return known;
      }
      states.add(state);
      return states.size() - 1;
    }

    /**
     * Where the places of a state are after a symbol. A place is a node, or {@code -node} when a
     * separator came after it: literals that end there were found before.
     */
    private List<Integer> step(List<Integer> state, int symbol) {
      TreeSet<Integer> after = new TreeSet<>();
      for (int root = 0; root < ROOTS; root++) {
        follow(root, symbol, after);
      }
      for (int place : state) {
        int node = Math.abs(place);
        follow(node, symbol, after);
        if (loose.get(node) && isSeparator(symbol) && !children.get(node).isEmpty()) {
          after.add(-node);
        }
      }
      return List.copyOf(after);
    }

    private void follow(int node, int symbol, Set<Integer> after) {
      Integer child = children.get(node).get(symbol);
      if (child != null) {
        after.add(child);
      }
    }

    private int[] found(List<Integer> state) {
      TreeSet<Integer> all = new TreeSet<>();
      for (int place : state) {
        if (place > 0) {
          all.addAll(ends.get(place));
        }
      }
      return all.stream().mapToInt(Integer::intValue).toArray();
    }
  }
}
