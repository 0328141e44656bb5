package io.sluice.sinks.search;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of what people type to find logs: words and {@code "phrases"} in the body, {@code
 * field:value}, {@code -} for not, {@code *} at the end for a prefix. All terms must hold. Anything
 * else that a search engine's own syntax could do (ranges, regular expressions, boosts) is text
 * here: the input is not trusted.
 *
 * @param not whether it must not hold
 * @param field empty for the body
 * @param text what must stand there, without quotes
 * @param prefix whether more may follow it
 */
record LogTerm(boolean not, String field, String text, boolean prefix) {

  private static final int MAX_TERMS = 32;
  private static final int MAX_LENGTH = 2000;

  /**
   * @throws InvalidQueryException when it is too long, or a quote is left open
   */
  static List<LogTerm> parse(String input) {
    if (input.length() > MAX_LENGTH) {
      throw new InvalidQueryException("q: expected at most " + MAX_LENGTH + " characters");
    }
    List<LogTerm> terms = new ArrayList<>();
    int at = 0;
    while (at < input.length()) {
      if (Character.isWhitespace(input.charAt(at))) {
        at++;
        continue;
      }
      if (terms.size() == MAX_TERMS) {
        throw new InvalidQueryException("q: expected at most " + MAX_TERMS + " terms");
      }
      boolean not = input.charAt(at) == '-' && at + 1 < input.length();
      int start = not ? at + 1 : at;
      int end = endOfTerm(input, start);
      terms.add(of(not, input.substring(start, end)));
      at = end;
    }
    return terms;
  }

  private static int endOfTerm(String input, int start) {
    boolean quoted = false;
    for (int i = start; i < input.length(); i++) {
      char c = input.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (Character.isWhitespace(c) && !quoted) {
        return i;
      }
    }
    if (quoted) {
      throw new InvalidQueryException("q: a quote is left open; expected a closing \"");
    }
    return input.length();
  }

  private static LogTerm of(boolean not, String term) {
    int colon = term.startsWith("\"") ? -1 : term.indexOf(':');
    if (colon > 0 && colon < term.length() - 1) {
      return of(not, term.substring(0, colon), unquoted(term.substring(colon + 1)));
    }
    return term.startsWith("\"") ? new LogTerm(not, "", unquoted(term), false) : of(not, "", term);
  }

  private static LogTerm of(boolean not, String field, String text) {
    boolean prefix = text.endsWith("*") && (!field.isEmpty() || text.length() > 1);
    return new LogTerm(not, field, prefix ? text.substring(0, text.length() - 1) : text, prefix);
  }

  private static String unquoted(String text) {
    return text.replace("\"", "");
  }
}
