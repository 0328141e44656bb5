package io.sluice.processors.sanitize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a regular expression (RE2) as {@link ByteSteps}: what it asks of the bytes of a match, and
 * in doubt less. Assertions ask nothing, a character outside ASCII is some bytes above 127.
 */
final class PatternSyntax {

  private static final int ASCII = 128;
  private static final int MAX_CHARACTER = 4;
  private static final int UNBOUNDED = -1;

  private final String pattern;
  private int at;
  private boolean anyCase;
  private boolean dotAll;
  private boolean manyLines;
  private boolean inside;
  private int groups;
  private ByteSteps.@Nullable Part firstGroup;

  /** The expression again, but for ends of the text. */
  private final StringBuilder endless = new StringBuilder();

  private int copied;

  private PatternSyntax(String pattern) {
    this.pattern = pattern;
  }

  /** The steps; null when the expression has something that this does not know. */
  static @Nullable ByteSteps steps(String pattern) {
    try {
      PatternSyntax syntax = new PatternSyntax(pattern);
      ByteSteps.Part part = syntax.alternatives();
      return syntax.at == pattern.length() ? ByteSteps.of(part) : null;
    } catch (UnknownSyntax e) {
      return null;
    }
  }

  /** The same for what the first group holds; without a group, for all of it. */
  static @Nullable ByteSteps stepsOfSecret(String pattern) {
    try {
      PatternSyntax syntax = new PatternSyntax(pattern);
      ByteSteps.Part whole = syntax.alternatives();
      ByteSteps.Part secret = syntax.firstGroup == null ? whole : syntax.firstGroup;
      return syntax.at == pattern.length() ? ByteSteps.of(secret) : null;
    } catch (UnknownSyntax e) {
      return null;
    }
  }

  /** The bounds of the first group; null where other parts stand beside it and not around it. */
  static @Nullable SecretBounds boundsOfSecret(String pattern) {
    List<@Nullable ByteSteps> atEnds = aroundSecret(pattern, false);
    List<@Nullable ByteSteps> inside = aroundSecret(pattern, true);
    ByteSteps secret = stepsOfSecret(pattern);
    return atEnds.contains(null) || inside.contains(null) || secret == null
        ? null
        : SecretBounds.of(atEnds, inside, secret);
  }

  /**
   * The expression for a match behind which text goes on: where it asks for the text's end, it
   * matches nothing.
   */
  static String inside(String pattern) {
    try {
      PatternSyntax syntax = new PatternSyntax(pattern);
      syntax.alternatives();
      return syntax.at == pattern.length()
          ? syntax.endless.append(pattern, syntax.copied, syntax.at).toString()
          : pattern;
    } catch (UnknownSyntax e) {
      return pattern;
    }
  }

  /**
   * What stands before the first group and behind it.
   *
   * @param inside whether text goes on before the match and behind it
   */
  private static List<@Nullable ByteSteps> aroundSecret(String pattern, boolean inside) {
    try {
      PatternSyntax syntax = new PatternSyntax(pattern);
      syntax.inside = inside;
      ByteSteps.Part whole = syntax.alternatives();
      if (syntax.at == pattern.length() && whole instanceof ByteSteps.InTurn inTurn) {
        List<ByteSteps.Part> parts = inTurn.parts();
        for (int i = 0; i < parts.size(); i++) {
          if (parts.get(i) == syntax.firstGroup) {
            return Arrays.asList(
                ByteSteps.of(new ByteSteps.InTurn(parts.subList(0, i))),
                ByteSteps.of(new ByteSteps.InTurn(parts.subList(i + 1, parts.size()))));
          }
        }
      }
    } catch (UnknownSyntax e) {
      // as below
    }
    return Arrays.asList(null, null);
  }

  private ByteSteps.Part alternatives() throws UnknownSyntax {
    List<ByteSteps.Part> alternatives = new ArrayList<>();
    alternatives.add(sequence());
    while (is('|')) {
      at++;
      alternatives.add(sequence());
    }
    return alternatives.size() == 1
        ? alternatives.get(0)
        : new ByteSteps.OneOf(List.copyOf(alternatives));
  }

  private ByteSteps.Part sequence() throws UnknownSyntax {
    List<ByteSteps.Part> parts = new ArrayList<>();
    while (at < pattern.length() && !is('|') && !is(')')) {
      ByteSteps.Part part = single();
      while (at < pattern.length() && "*+?{".indexOf(pattern.charAt(at)) >= 0) {
        part = repeated(part);
      }
      parts.add(part);
    }
    return new ByteSteps.InTurn(List.copyOf(parts));
  }

  private ByteSteps.Part single() throws UnknownSyntax {
    char c = pattern.charAt(at++);
    return switch (c) {
      case '(' -> group();
      case '[' -> characterClass();
      case '.' -> dot();
      case '^' -> endOfText();
      case '$' -> {
        if (!manyLines) {
          leaveOut(1);
        }
        yield endOfText();
      }
      case '\\' -> escape();
      case '*', '+', '?', '{' -> throw new UnknownSyntax();
      default -> literal(c);
    };
  }

  /** In place of what was just read the expression without ends asks for what cannot be. */
  private void leaveOut(int length) {
    endless.append(pattern, copied, at - length).append("(?:\\z.)");
    copied = at;
  }

  private ByteSteps.Part group() throws UnknownSyntax {
    boolean anyCaseBefore = anyCase;
    boolean dotAllBefore = dotAll;
    boolean manyLinesBefore = manyLines;
    int number = is('?') ? 0 : ++groups;
    if (is('?')) {
      int flags = at + 1;
      at++;
      while (at < pattern.length() && !is(':') && !is(')')) {
        at++;
      }
      setFlags(pattern.substring(flags, Math.min(at, pattern.length())));
      if (is(')')) { // holds for the rest of the group around
        at++;
        return nothing();
      }
      at++;
    }
    ByteSteps.Part inside = alternatives();
    if (!is(')')) {
      throw new UnknownSyntax();
    }
    at++;
    anyCase = anyCaseBefore;
    dotAll = dotAllBefore;
    manyLines = manyLinesBefore;
    firstGroup = number == 1 ? inside : firstGroup;
    return inside;
  }

  private void setFlags(String flags) throws UnknownSyntax {
    boolean on = true;
    for (int i = 0; i < flags.length(); i++) {
      switch (flags.charAt(i)) {
        case '-' -> on = false;
        case 'i' -> anyCase = on;
        case 's' -> dotAll = on;
        case 'm' -> manyLines = on;
        case 'U' -> {} // which match is preferred
        default -> throw new UnknownSyntax();
      }
    }
  }

  private ByteSteps.Part repeated(ByteSteps.Part part) throws UnknownSyntax {
    char c = pattern.charAt(at++);
    int least = c == '+' ? 1 : 0;
    int most = c == '?' ? 1 : UNBOUNDED;
    if (c == '{') {
      least = number();
      most = least;
      if (is(',')) {
        at++;
        most = is('}') ? UNBOUNDED : number();
      }
      if (!is('}')) {
        throw new UnknownSyntax();
      }
      at++;
    }
    if (is('?')) { // the shortest first
      at++;
    }
    return new ByteSteps.Repeat(part, least, most);
  }

  private int number() throws UnknownSyntax {
    int start = at;
    while (at < pattern.length() && Character.isDigit(pattern.charAt(at))) {
      at++;
    }
    if (at == start || at - start > 4) {
      throw new UnknownSyntax(); // a brace that stands for itself
    }
    return Integer.parseInt(pattern, start, at, 10);
  }

  private ByteSteps.Part dot() {
    BitSet all = range(0, ASCII - 1);
    if (!dotAll) {
      all.clear('\n');
    }
    return characters(all, true);
  }

  private ByteSteps.Part escape() throws UnknownSyntax {
    char c = next();
    return switch (c) {
      case 'b', 'B' -> nothing();
      case 'A' -> endOfText();
      case 'z' -> {
        leaveOut(2);
        yield endOfText();
      }
      case 'd', 'D', 's', 'S', 'w', 'W' -> {
        BitSet set = new BitSet();
        boolean more = addClass(c, set);
        yield characters(set, more);
      }
      default -> literal(escaped(c));
    };
  }

  /** The character that a backslash and this one, and what follows, stand for. */
  private char escaped(char c) throws UnknownSyntax {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'f' -> '\f';
      case 'v' -> '\u000b';
      case 'a' -> '\u0007';
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw new UnknownSyntax();
        }
        yield c;
      }
    };
  }

  private ByteSteps.Part characterClass() throws UnknownSyntax {
    boolean negated = is('^');
    at += negated ? 1 : 0;
    BitSet set = new BitSet();
    boolean more = false;
    for (boolean first = true; first || !is(']'); first = false) {
      char c = next();
      if (c == '[' && is(':')) {
        throw new UnknownSyntax();
      }
      if (c == '\\') {
        c = next();
        if ("dDsSwW".indexOf(c) >= 0) {
          more |= addClass(c, set);
          continue;
        }
        c = escaped(c);
      }
      char last = c;
      if (is('-') && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']') {
        at++;
        last = next();
        last = last == '\\' ? escaped(next()) : last;
      }
      checkCase(last);
      more |= last >= ASCII;
      for (char each = c; each <= last && each < ASCII; each++) {
        set.set(each);
      }
    }
    at++;
    if (anyCase) {
      more |= addOtherCase(set);
    }
    if (!negated) {
      return characters(set, more);
    }
    set.flip(0, ASCII);
    return characters(set, true);
  }

  /** Adds a class of Perl's; returns whether it has characters outside ASCII. */
  private static boolean addClass(char name, BitSet set) {
    BitSet named =
        switch (Character.toLowerCase(name)) {
          case 'd' -> range('0', '9');
          case 's' -> {
            BitSet spaces = new BitSet();
            "\t\n\f\r ".chars().forEach(spaces::set);
            yield spaces;
          }
          default -> {
            BitSet word = range('a', 'z');
            word.or(range('A', 'Z'));
            word.or(range('0', '9'));
            word.set('_');
            yield word;
          }
        };
    boolean negated = Character.isUpperCase(name);
    if (negated) {
      named.flip(0, ASCII);
    }
    set.or(named);
    return negated;
  }

  private ByteSteps.Part literal(char c) throws UnknownSyntax {
    BitSet set = new BitSet();
    if (c >= ASCII) {
      checkCase(c);
      return characters(set, true);
    }
    set.set(c);
    boolean more = anyCase && addOtherCase(set);
    return characters(set, more);
  }

  /** Another case of a character outside ASCII may be one of ASCII. */
  private void checkCase(char c) throws UnknownSyntax {
    if (anyCase && c >= ASCII) {
      throw new UnknownSyntax();
    }
  }

  /** Returns whether a character outside ASCII counts as another case too: of k and s. */
  private static boolean addOtherCase(BitSet set) {
    for (int upper = 'A'; upper <= 'Z'; upper++) {
      int lower = upper + ('a' - 'A');
      if (set.get(upper) || set.get(lower)) {
        set.set(upper);
        set.set(lower);
      }
    }
    return set.get('k') || set.get('s');
  }

  private static ByteSteps.Part characters(BitSet ascii, boolean more) {
    ByteSteps.Part one = new ByteSteps.OneByte(ascii);
    if (!more) {
      return one;
    }
    ByteSteps.Part first = new ByteSteps.OneByte(range(ASCII, 255));
    ByteSteps.Part others = new ByteSteps.Repeat(first, 0, MAX_CHARACTER - 1);
    return new ByteSteps.OneOf(List.of(one, new ByteSteps.InTurn(List.of(first, others))));
  }

  private ByteSteps.Part endOfText() {
    return inside && !manyLines ? new ByteSteps.OneOf(List.of()) : nothing();
  }

  private static ByteSteps.Part nothing() {
    return new ByteSteps.InTurn(List.of());
  }

  private static BitSet range(int first, int last) {
    BitSet set = new BitSet();
    set.set(first, last + 1);
    return set;
  }

  private boolean is(char c) {
    return at < pattern.length() && pattern.charAt(at) == c;
  }

  private char next() throws UnknownSyntax {
    if (at == pattern.length()) {
      throw new UnknownSyntax();
    }
    return pattern.charAt(at++);
  }

  /** Something that this does not know; the pattern may be right all the same. */
  private static final class UnknownSyntax extends Exception {
    private static final long serialVersionUID = 1;
  }
}
