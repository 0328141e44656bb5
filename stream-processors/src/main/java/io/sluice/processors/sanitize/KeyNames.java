package io.sluice.processors.sanitize;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Recognizes names as redaction rules write them: without case, {@code -}, {@code _} and blanks;
 * {@code *} for any characters; the whole key or what follows a dot in it. One table look-up for
 * each byte of the key, nothing allocated. Immutable.
 */
final class KeyNames {

  /** No name fits. */
  static final int NONE = -1;

  /** Keys longer than this are not tried against names with a {@code *} inside. */
  private static final int MAX_INNER_STAR_KEY = 512;

  private record Name(String glob, int rule, boolean innerStar) {}

  private final LiteralAutomaton automaton;
  private final Name[] names;

  private KeyNames(LiteralAutomaton automaton, Name[] names) {
    this.automaton = automaton;
    this.names = names;
  }

  /** The number of the first rule that has a name for this key, or {@link #NONE}. */
  int rule(byte[] buf, int from, int to) {
    int best = Integer.MAX_VALUE;
    int state = automaton.step(automaton.start(), '.');
    for (int i = from; i < to; i++) {
      state = automaton.step(state, buf[i] & 0xff);
      best = best(state, best, buf, from, to);
    }
    state = automaton.step(state, LiteralAutomaton.END);
    best = best(state, best, buf, from, to);
    return best == Integer.MAX_VALUE ? NONE : best;
  }

  private int best(int state, int bestSoFar, byte[] buf, int from, int to) {
    int best = bestSoFar;
    for (int found : automaton.found(state)) {
      Name name = names[found];
      if (name.rule() < best && (!name.innerStar() || matches(name.glob(), buf, from, to))) {
        best = name.rule();
      }
    }
    return best;
  }

  private static boolean matches(String glob, byte[] buf, int from, int to) {
    if (to - from > MAX_INNER_STAR_KEY) {
      return false;
    }
    return Glob.matches(
        "*." + glob, "." + plain(new String(buf, from, to - from, StandardCharsets.UTF_8)));
  }

  /** A name without what counts for nothing. */
  private static String plain(String name) {
    StringBuilder plain = new StringBuilder();
    for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
      if (!LiteralAutomaton.isSeparator(c)) {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  /** Collects the names of rules. */
  static final class Builder {

    private final LiteralAutomaton.Builder automaton = new LiteralAutomaton.Builder();
    private final List<Name> names = new ArrayList<>();

    Builder add(String name, int rule) {
      String glob = plain(name);
      List<String> pieces = pieces(glob);
      if (pieces.isEmpty()) {
        throw new IllegalArgumentException("a name needs a letter or digit");
      }
      boolean innerStar = pieces.size() > 1;
      boolean openStart = glob.startsWith("*");
      boolean openEnd = glob.endsWith("*");
      String longest = longest(pieces);
      String literal = innerStar || openStart ? longest : "." + longest;
      int[] symbols = LiteralAutomaton.Builder.symbols(literal, true);
      if (!innerStar && !openEnd) {
        symbols = Arrays.copyOf(symbols, symbols.length + 1);
        symbols[symbols.length - 1] = LiteralAutomaton.END;
      }
      automaton.add(symbols, true, names.size());
      names.add(new Name(glob, rule, innerStar));
      return this;
    }

    KeyNames build() {
      return new KeyNames(automaton.build(), names.toArray(Name[]::new));
    }

    /** The longest part of a name that has no star: it stands in every key that fits. */
    static String anchor(String name) {
      return longest(pieces(plain(name)));
    }

    private static List<String> pieces(String glob) {
      return Arrays.stream(glob.split("\\*", -1)).filter(piece -> !piece.isEmpty()).toList();
    }

    private static String longest(List<String> pieces) {
      String longest = "";
      for (String piece : pieces) {
        longest = piece.length() > longest.length() ? piece : longest;
      }
      return longest;
    }
  }
}
