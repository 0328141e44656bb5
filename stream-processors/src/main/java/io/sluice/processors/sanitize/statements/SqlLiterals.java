package io.sluice.processors.sanitize.statements;

import io.sluice.processors.sanitize.statements.SqlSyntax.Feature;

/**
 * Where literals and comments of a dialect end. {@link Text#END} when they do not, or when it is
 * uncertain: then nothing behind may stay.
 */
final class SqlLiterals {

  static final int UUID_LENGTH = 36;

  private static final int MAX_TAG = 64;
  private static final int MAX_PLACEHOLDER_DIGITS = 5;

  private Text in = new Text();
  private SqlSyntax syntax = SqlSyntax.UNKNOWN;

  void over(Text text, SqlSyntax dialect) {
    in = text;
    syntax = dialect;
  }

  /** The end of a comment that begins here; the same place when none does. */
  int endOfComment(int i) {
    int c = in.at(i);
    int next = in.at(i + 1);
    boolean unknown = syntax == SqlSyntax.UNKNOWN;
    if (c == '/' && next == '*') {
      return endOfBlockComment(i);
    } else if (c == '-' && next == '-') {
      boolean space = in.at(i + 2) == Text.END || Text.isSpace(in.at(i + 2));
      if (space || !syntax.has(Feature.DASHES_NEED_SPACE)) {
        return endOfLine(i, unknown && !space);
      }
    } else if (c == '/' && next == '/') {
      if (unknown || syntax.has(Feature.SLASH_COMMENTS)) {
        return endOfLine(i, unknown);
      }
    } else if (c == '#') {
      if (syntax.has(Feature.HASH_COMMENTS) || (unknown && Text.isSpace(next))) {
        return endOfLine(i, unknown);
      }
    }
    return i;
  }

  /** The end of a comment that stretches over the whole input when it does not end. */
  private int endOfBlockComment(int i) {
    int depth = 1;
    int end = i + 2;
    while (depth > 0) {
      int c = in.at(end);
      if (c == Text.END) {
        return in.to();
      } else if (c == '*' && in.at(end + 1) == '/') {
        depth--;
        end += 2;
      } else if (c == '/' && in.at(end + 1) == '*' && syntax.has(Feature.NESTED_COMMENTS)) {
        depth++;
        end += 2;
      } else {
        end++;
      }
    }
    return end;
  }

  private int endOfLine(int i, boolean perhapsNoComment) {
    int end = i;
    while (in.at(end) != Text.END && in.at(end) != '\n' && in.at(end) != '\r') {
      if (perhapsNoComment && isQuote(in.at(end))) {
        return Text.END;
      }
      end++;
    }
    return end;
  }

  boolean hasQuote(int from, int to) {
    for (int i = from; i < to; i++) {
      if (isQuote(in.at(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isQuote(int c) {
    return c == '\'' || c == '"';
  }

  /** The end of a string in single or double quotes. */
  int endOfString(int open) {
    int quote = in.at(open);
    boolean triple = in.at(open + 1) == quote && in.at(open + 2) == quote;
    if (triple && syntax.has(Feature.TRIPLE_QUOTES)) {
      return endOfTriple(open);
    }
    if (triple && syntax.has(Feature.PERHAPS_TRIPLE_QUOTES)) {
      return Text.END;
    }
    if (!syntax.has(Feature.PERHAPS_BACKSLASH_ESCAPES)) {
      return in.endOfString(open, syntax.has(Feature.BACKSLASH_ESCAPES));
    }
    int plain = in.endOfString(open, false);
    return plain != Text.END && hasEscapedQuote(open, quote, plain) ? Text.END : plain;
  }

  private int endOfTriple(int open) {
    int quote = in.at(open);
    int i = open + 3;
    while (in.at(i) != Text.END) {
      if (in.at(i) == quote && in.at(i + 1) == quote && in.at(i + 2) == quote) {
        return i + 3;
      }
      i += in.at(i) == '\\' ? 2 : 1;
    }
    return Text.END;
  }

  /** Whether an odd number of backslashes stands before a quote, so that it may not be the end. */
  private boolean hasEscapedQuote(int open, int quote, int end) {
    int backslashes = 0;
    for (int i = open + 1; i < end; i++) {
      if (in.at(i) == quote && backslashes % 2 == 1) {
        return true;
      }
      backslashes = in.at(i) == '\\' ? backslashes + 1 : 0;
    }
    return false;
  }

  /**
   * The end of a string that a word opens, as in {@code N'...'}, {@code E'...'} or {@code
   * _utf8'...'}; the word's start when it opens none.
   */
  int endOfPrefixed(int start, int end) {
    int quote = in.at(end);
    if (end - start == 1 && quote == '&' && in.at(end + 1) == '\'' && in.isWord(start, end, "u")) {
      return endOfString(end + 1);
    }
    boolean opens = quote == '\'' || (quote == '"' && syntax.has(Feature.DOUBLE_QUOTED_STRINGS));
    if (!opens) {
      return start;
    }
    if (quote == '\'' && (in.isWord(start, end, "q") || in.isWord(start, end, "nq"))) {
      return endOfOracleQuote(end);
    }
    if (in.isWord(start, end, "e")) {
      return in.endOfString(end, true);
    }
    boolean prefix =
        in.at(start) == '_'
            || in.isWord(start, end, "n")
            || in.isWord(start, end, "x")
            || in.isWord(start, end, "b")
            || in.isWord(start, end, "r")
            || in.isWord(start, end, "br")
            || in.isWord(start, end, "rb");
    return prefix ? endOfString(end) : start;
  }

  /** The end of {@code q'[...]'}, where the byte after the quote says what ends it. */
  private int endOfOracleQuote(int open) {
    int first = in.at(open + 1);
    int last =
        switch (first) {
          case '[' -> ']';
          case '(' -> ')';
          case '{' -> '}';
          case '<' -> '>';
          default -> first;
        };
    for (int i = open + 2; in.at(i) != Text.END; i++) {
      if (in.at(i) == last && in.at(i + 1) == '\'') {
        return i + 2;
      }
    }
    return Text.END;
  }

  /** The end of the {@code $tag$} that opens a string here; END when none does. */
  int endOfDollarTag(int i) {
    int end = i + 1;
    while (end - i <= MAX_TAG && in.at(end) != '$' && Text.isWord(in.at(end))) {
      end++;
    }
    return in.at(end) == '$' ? end + 1 : Text.END;
  }

  /** The end of the string that this tag opens. */
  int endOfDollarQuoted(int tag, int body) {
    int length = body - tag;
    int i = body;
    while (in.at(i) != Text.END) {
      int same = 0;
      while (same < length && in.at(i + same) == in.at(tag + same)) {
        same++;
      }
      if (same == length) {
        return i + length;
      }
      // The tag has no dollar inside: none of the bytes that were the same can begin another.
      i += Math.max(1, same);
    }
    return Text.END;
  }

  /** The end of a number in any notation, with its unit or type. */
  int endOfNumber(int start) {
    boolean hex = in.at(start) == '0' && Text.lower(in.at(start + 1)) == 'x';
    int i = start;
    while (Text.isLetter(in.at(i)) || Text.isDigit(in.at(i)) || in.at(i) == '.') {
      boolean exponent = Text.lower(in.at(i)) == 'e' && !hex;
      int sign = in.at(i + 1);
      i += exponent && (sign == '-' || sign == '+') && Text.isDigit(in.at(i + 2)) ? 2 : 1;
    }
    return i;
  }

  /** The end of {@code $1}, {@code :1} or {@code ?1}; END when it is too long for a position. */
  int endOfPlaceholder(int i) {
    int end = in.skipDigits(i + 1);
    boolean position = end - i - 1 <= MAX_PLACEHOLDER_DIGITS && !Text.isWord(in.at(end));
    boolean fraction = in.at(end) == '.' && Text.isDigit(in.at(end + 1));
    return position && !fraction ? end : Text.END;
  }

  /** Whether a UUID stands here without quotes. */
  boolean isUuid(int i) {
    if (!Text.isHex(in.at(i)) || in.at(i + 8) != '-') {
      return false;
    }
    for (int k = 0; k < UUID_LENGTH; k++) {
      boolean hyphen = k == 8 || k == 13 || k == 18 || k == 23;
      if (hyphen ? in.at(i + k) != '-' : !Text.isHex(in.at(i + k))) {
        return false;
      }
    }
    return !Text.isWord(in.at(i + UUID_LENGTH));
  }
}
