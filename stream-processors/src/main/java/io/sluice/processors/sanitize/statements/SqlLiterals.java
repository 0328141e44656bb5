package io.sluice.processors.sanitize.statements;

import io.sluice.processors.sanitize.statements.SqlSyntax.Feature;

/**
 * Where literals and comments of a dialect end. {@link Text#END} when they do not, or when it is
 * uncertain: then nothing behind may stay.
 */
final class SqlLiterals {

  static final int UUID_LENGTH = 36;

  private static final int MAX_TAG = 64;
  private static final int MAX_POSITION_DIGITS = 5;

  /** Words that, right before a quote, are part of the string. */
  private static final Words<Boolean> PREFIXES =
      new Words<Boolean>().put(true, "n x b r br rb e q nq");

  private Text in = new Text();
  private SqlSyntax syntax = SqlSyntax.UNKNOWN;

  void over(Text text, SqlSyntax dialect) {
    in = text;
    syntax = dialect;
  }

  /** The end of a comment that begins here; the same place when none does. */
  int endOfComment(int i) {
    return switch (in.at(i)) {
      case '/' -> {
        if (in.at(i + 1) == '*') {
          yield endOfBlockComment(i);
        }
        boolean comment = in.at(i + 1) == '/' && syntax.has(Feature.SLASH_COMMENTS);
        yield comment ? endOfLine(i) : i;
      }
      case '-' -> {
        boolean comment = in.at(i + 1) == '-' && areDashesComment(i + 2);
        yield comment ? endOfLine(i) : i;
      }
      case '#' -> syntax.has(Feature.HASH_COMMENTS) ? endOfLine(i) : i;
      default -> i;
    };
  }

  private boolean areDashesComment(int behind) {
    boolean space = in.at(behind) == Text.END || Text.isSpace(in.at(behind));
    return !syntax.has(Feature.NO_DASH_COMMENTS)
        && (space || !syntax.has(Feature.DASHES_NEED_SPACE));
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

  private int endOfLine(int i) {
    int end = i;
    while (in.at(end) != Text.END && in.at(end) != '\n' && in.at(end) != '\r') {
      end++;
    }
    return syntax.has(Feature.UNCERTAIN) && in.hasQuote(i, end) ? Text.END : end;
  }

  /** The end of a string in single or double quotes. */
  int endOfString(int open) {
    int quote = in.at(open);
    boolean triple = in.at(open + 1) == quote && in.at(open + 2) == quote;
    if (triple && syntax.has(Feature.TRIPLE_QUOTES)) {
      return endOfTriple(open);
    }
    int end = in.endOfString(open, syntax.has(Feature.BACKSLASH_ESCAPES));
    boolean uncertain =
        syntax.has(Feature.UNCERTAIN) && end != Text.END && (triple || hasEscapedQuote(open, end));
    return uncertain ? Text.END : end;
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

  /** Whether a quote has a backslash before it, so that it may not be the end. */
  boolean hasEscapedQuote(int open, int end) {
    for (int i = open + 1; i < end; i++) {
      if (in.at(i) == in.at(open) && in.at(i - 1) == '\\') {
        return true;
      }
    }
    return false;
  }

  /**
   * The end of a string that a word opens, as in {@code N'...'}, {@code E'...'} or {@code
   * _utf8'...'}; the word's start when it opens none.
   */
  int endOfPrefixed(int start, int end) {
    int quote = in.at(end);
    if (quote == '&' && in.at(end + 1) == '\'' && in.isWord(start, end, "u")) {
      return endOfString(end + 1);
    }
    boolean opens = quote == '\'' || (quote == '"' && syntax.has(Feature.DOUBLE_QUOTED_STRINGS));
    if (!opens || (in.at(start) != '_' && PREFIXES.get(in, start, end) == null)) {
      return start;
    }
    if (in.isWord(start, end, "e")) {
      return in.endOfString(end, true);
    }
    int last = Text.lower(in.at(end - 1));
    if (quote == '\'' && last == 'q') {
      return endOfQ(end);
    }
    int endOfString = endOfString(end);
    // Whether a backslash at the end of r'...' escapes the quote is read differently.
    boolean raw = last == 'r' || Text.lower(in.at(start)) == 'r';
    return raw && endOfString != Text.END && hasEscapedQuote(end, endOfString)
        ? Text.END
        : endOfString;
  }

  /** The end of {@code q'[...]'}, where the byte after the quote says what ends it. */
  private int endOfQ(int open) {
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
    if (!syntax.has(Feature.DOLLAR_QUOTES)) {
      return Text.END;
    }
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

  /** Whether a number begins here that no digit announces, as {@code .5}. */
  boolean isFraction(int i) {
    return in.at(i) == '.' && Text.isDigit(in.at(i + 1));
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

  /** The end of {@code $1}, {@code :1} or {@code ?1}; END when that is none. */
  int endOfPosition(int i) {
    int end = in.skipDigits(i + 1);
    int digits = end - i - 1;
    boolean position =
        digits > 0 && digits <= MAX_POSITION_DIGITS && !Text.isWord(in.at(end)) && !isFraction(end);
    return position ? end : Text.END;
  }

  /** Whether a UUID stands here without quotes. */
  boolean isUuid(int i) {
    if (in.at(i + 8) != '-' || !Text.isHex(in.at(i))) {
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
