package io.sluice.processors.sanitize;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes names as redaction rules write them: without case, {@code -}, {@code _} and blanks;
 * {@code *} for any characters, {@code *} and a blank for any words before; the whole key or what
 * follows a dot or bracket in it, without the number at its end ({@code password_2}, {@code
 * user[otp]}). One table look-up for each byte of the key, nothing allocated. Immutable.
 */
final class KeyNames {

  /** No name fits. */
  static final int NONE = -1;

  static final int NAME = 0;
  static final int EXCEPTION = 1;

  /** Keys longer than this are not tried against names with a {@code *} inside. */
  private static final int MAX_INNER_STAR_KEY = 512;

  /**
   * @param word how many bytes it has, of which the first must begin a word; 0 when it need not
   */
  private record Name(
      String glob, int rule, boolean innerStar, int word, @Nullable KeyNames except, long rank) {

    /** One without star before one with, then the one that says more, then the rules' order. */
    static Name of(
        String glob, int rule, int order, boolean innerStar, int word, @Nullable KeyNames except) {
      long rank = order;
      rank = rank << 1 | (glob.indexOf('*') >= 0 ? 1 : 0);
      rank = rank << 16 | (MAX_LENGTH - Math.min(MAX_LENGTH, glob.length()));
      return new Name(glob, rule, innerStar, word, except, rank << 32 | rule);
    }
  }

  private static final int MAX_LENGTH = 0xffff;

  private final LiteralAutomaton automaton;
  private final Name[] names;

  private KeyNames(LiteralAutomaton automaton, Name[] names) {
    this.automaton = automaton;
    this.names = names;
  }

  /** Names of one rule. */
  static KeyNames of(List<String> names) {
    Builder builder = new Builder();
    names.forEach(name -> builder.add(name, 0));
    return builder.build();
  }

  /** Names of one rule and exceptions: {@link #rule} is {@link #NAME} or {@link #EXCEPTION}. */
  static KeyNames of(List<String> names, List<String> except) {
    Builder builder = new Builder();
    except.forEach(name -> builder.add(name, EXCEPTION, 0, null));
    names.forEach(name -> builder.add(name, NAME, 1, null));
    return builder.build();
  }

  /** The number of the rule that has the best name for this key, or {@link #NONE}. */
  int rule(byte[] buf, int from, int to) {
    return rule(buf, from, to, rule -> true);
  }

  /**
   * The number of the rule that has the best name for this key, or {@link #NONE}.
   *
   * @param applies asked about rules that have a name for it: whether they count here
   */
  int rule(byte[] buf, int from, int to, IntPredicate applies) {
    Name best = null;
    int plainEnd = withoutNumber(buf, from, to);
    int state = automaton.step(automaton.start(), '.');
    for (int i = from; i < to; i++) {
      state = automaton.step(state, buf[i] == '[' ? '.' : buf[i] & 0xff);
      best = best(state, best, buf, from, i + 1, to, applies);
      if (i + 1 == plainEnd && plainEnd < to) {
        int ended = automaton.step(state, LiteralAutomaton.END);
        best = best(ended, best, buf, from, plainEnd, plainEnd, applies);
      }
    }
    state = automaton.step(state, LiteralAutomaton.END);
    best = best(state, best, buf, from, to, to, applies);
    return best == null ? NONE : best.rule();
  }

  private @Nullable Name best(
      int state,
      @Nullable Name bestSoFar,
      byte[] buf,
      int from,
      int at,
      int to,
      IntPredicate applies) {
    if (!automaton.finds(state)) {
      return bestSoFar;
    }
    Name best = bestSoFar;
    for (int found : automaton.found(state)) {
      Name name = names[found];
      if ((best == null || name.rank() < best.rank())
          && (name.word() == 0 || startsWord(buf, from, at, name.word()))
          && (!name.innerStar() || matches(name.glob(), buf, from, to))
          && (name.except() == null || name.except().rule(buf, from, to) == NONE)
          && applies.test(name.rule())) {
        best = name;
      }
    }
    return best;
  }

  private static boolean startsWord(byte[] buf, int from, int end, int bytes) {
    return NearWords.startsWord(buf, from, NearWords.startOf(buf, from, end, bytes));
  }

  /**
   * Where a key ends without the number or place in a list behind it: {@code password2}, {@code
   * token_1}, {@code cookies.0}, {@code headers[authorization][0]}; and without brackets that only
   * close.
   */
  static int withoutNumber(byte[] buf, int from, int to) {
    int end = to;
    while (true) {
      int inside = end > from && buf[end - 1] == ']' ? end - 1 : end;
      int start = inside;
      while (start > from && Ascii.isDigit(buf[start - 1])) {
        start--;
      }
      boolean joint = start > from && isJoint(buf[start - 1]);
      boolean opened = inside < end && start > from && buf[start - 1] == '[';
      start -= opened || (joint && start < inside) ? 1 : 0;
      if (start == end || start == from) {
        return end;
      }
      end = start;
    }
  }

  private static boolean isJoint(byte b) {
    return b == '.' || LiteralAutomaton.isSeparator(b);
  }

  private static boolean matches(String glob, byte[] buf, int from, int to) {
    if (to - from > MAX_INNER_STAR_KEY) {
      return false;
    }
    return Glob.matches(
        "*." + glob,
        "." + plain(new String(buf, from, to - from, StandardCharsets.UTF_8)).replace('[', '.'));
  }

  /** A name without what counts for nothing. */
  static String plain(String name) {
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
      return add(name, rule, 0, null);
    }

    /**
     * @param order names of rules with a lower one go before
     * @param except names that are none although this one fits them
     */
    Builder add(String name, int rule, int order, @Nullable KeyNames except) {
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
      boolean word = name.length() > 1 && openStart && LiteralAutomaton.isSeparator(name.charAt(1));
      int bytes = word && !innerStar ? LiteralAutomaton.Builder.symbols(longest, true).length : 0;
      names.add(Name.of(glob, rule, order, innerStar, bytes, except));
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
