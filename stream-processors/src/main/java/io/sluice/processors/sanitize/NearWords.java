package io.sluice.processors.sanitize;

import java.util.List;

/**
 * Whether one of some words stands close to a value. A word is one when no letter of the same word
 * touches it: {@code tel} is found in {@code customer_tel} and {@code homeTel}, not in {@code
 * hotel}. What a rule has written announces nothing, and words beyond it announced what was there:
 * so that sanitizing twice changes nothing more. Immutable.
 */
final class NearWords {

  /** How long a word is at most, with the separators in it. */
  static final int MAX_WORD = 64;

  private final LiteralAutomaton words;
  private final int[] lengths;
  private final int within;
  private final Placeholders placeholders;
  private final Link link;

  /** Whether a word that stands near a value is about it. */
  @FunctionalInterface
  interface Link {

    boolean holds(
        byte[] buf, int from, int to, int wordStart, int wordEnd, int valueStart, int valueEnd);
  }

  NearWords(List<String> words, int within, Placeholders placeholders) {
    this(words, within, placeholders, (buf, from, to, start, end, valueStart, valueEnd) -> true);
  }

  NearWords(List<String> words, int within, Placeholders placeholders, Link link) {
    LiteralAutomaton.Builder builder = new LiteralAutomaton.Builder();
    lengths = new int[words.size()];
    for (int i = 0; i < lengths.length; i++) {
      int[] symbols = LiteralAutomaton.Builder.symbols(words.get(i), true);
      builder.add(symbols, true, i);
      lengths[i] = symbols.length;
    }
    this.words = builder.build();
    this.within = within;
    this.placeholders = placeholders;
    this.link = link;
  }

  boolean stand(byte[] buf, int from, int to, int start, int end) {
    return isIn(buf, from, to, start, end, false) || isIn(buf, from, to, start, end, true);
  }

  /** Whether a word ends no earlier before a value, or begins no later behind it, than is close. */
  private boolean isIn(byte[] buf, int from, int to, int valueStart, int valueEnd, boolean behind) {
    int start = behind ? valueEnd : Math.max(from, valueStart - within - MAX_WORD);
    int end = behind ? (int) Math.min(to, (long) valueEnd + within + MAX_WORD) : valueStart;
    int earliestEnd = behind ? from : valueStart - within;
    int latestStart = behind ? valueEnd + within : to;
    long hit = words.find(buf, start, end, words.start());
    while (hit != LiteralAutomaton.NONE) {
      int wordEnd = LiteralAutomaton.position(hit);
      int state = LiteralAutomaton.state(hit);
      for (int word : words.found(state)) {
        int wordStart = startOf(buf, start, wordEnd, lengths[word]);
        // Behind a value names belong to what follows.
        if (wordEnd >= earliestEnd
            && wordStart <= latestStart
            && startsWord(buf, from, wordStart)
            && (behind ? endsName(buf, wordEnd, to) : endsWord(buf, wordEnd, to))
            && announces(buf, from, to, wordStart, wordEnd, behind ? start : end)
            && link.holds(buf, from, to, wordStart, wordEnd, valueStart, valueEnd)) {
          return true;
        }
      }
      hit = words.find(buf, wordEnd, end, state);
    }
    return false;
  }

  /** Whether no placeholder stands around a word or between it and the value. */
  private boolean announces(byte[] buf, int from, int to, int start, int end, int value) {
    return !placeholders.standIn(buf, from, to, Math.min(start, value), Math.max(end, value))
        && !TokenKeys.isInToken(buf, from, to, start, end);
  }

  /** Where a word begins that ends here. */
  static int startOf(byte[] buf, int from, int end, int symbols) {
    int i = end;
    int left = symbols;
    while (left > 0 && i > from) {
      i--;
      left -= LiteralAutomaton.isSeparator(buf[i]) ? 0 : 1;
    }
    return i;
  }

  static boolean startsWord(byte[] buf, int from, int at) {
    return at <= from
        || !Ascii.isLetter(buf[at - 1])
        || (Ascii.isLower(buf[at - 1]) && Ascii.isUpper(buf[at]));
  }

  private static boolean endsName(byte[] buf, int at, int to) {
    return at >= to || (!Ascii.isAlphanumeric(buf[at]) && buf[at] != '_');
  }

  static boolean endsWord(byte[] buf, int at, int to) {
    return at >= to
        || !Ascii.isLetter(buf[at])
        || (Ascii.isUpper(buf[at]) && Ascii.isLower(buf[at - 1]));
  }
}
