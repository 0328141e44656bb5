package io.sluice.processors.sanitize;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of an assignment, in each notation. Each method returns where the search for names goes
 * on. Immutable.
 */
final class AssignmentValue {

  private static final int MAX_SPACE = 32;
  private static final int MAX_BACKSLASHES = 15;

  /** Schemes that come before the credentials of an {@code authorization}. */
  private static final List<String> SCHEMES = List.of("bearer", "basic");

  private static final int MAX_CHECKED = 512;
  private static final int MIN_SPOKEN = 6;

  private final @Nullable Check check;

  /**
   * @param check what a value must meet; null when its name is enough
   */
  AssignmentValue(@Nullable Check check) {
    this.check = check;
  }

  /** A value behind a separator. */
  int find(byte[] buf, int separated, int limit, Detector.Found found) {
    // What has to pass a check is short; so looking at many values in vain costs little.
    int to = check == null ? limit : Math.min(limit, separated + MAX_CHECKED);
    int start = afterScheme(buf, separated, to);
    int quote = start;
    while (quote < to && buf[quote] == '\\' && quote - start < MAX_BACKSLASHES) {
      quote++;
    }
    if (quote < to && Ascii.isQuote(buf[quote])) {
      int end = ValueEnd.ofQuoted(buf, quote + 1, to, buf[quote], quote - start);
      return add(buf, quote + 1, end, true, found);
    }
    boolean structure = start < to && (buf[start] == '{' || buf[start] == '[');
    if (structure && check == null) {
      return add(buf, start, ValueEnd.ofStructure(buf, start, to), false, found);
    }
    return add(buf, start, ValueEnd.ofPlain(buf, start, to, check != null), false, found);
  }

  /** The content of an XML element. */
  int findContent(byte[] buf, int start, int limit, Detector.Found found) {
    int to = check == null ? limit : Math.min(limit, start + MAX_CHECKED);
    int end = start;
    while (end < to && buf[end] != '<') {
      end++;
    }
    return add(buf, start, end, true, found);
  }

  /** A value whose quotes are encoded, or that is inside encoded text. */
  int findEncoded(byte[] buf, int separated, int limit, Detector.Found found) {
    int to = check == null ? limit : Math.min(limit, separated + MAX_CHECKED);
    int start = separated + EncodedText.quote(buf, separated, to);
    int end = start;
    while (end < to && !EncodedText.ends(buf, end, to)) {
      end++;
    }
    return add(buf, start, end, start > separated, found);
  }

  /** A value in a sentence: between quotes, or what is no word. */
  int findSpoken(byte[] buf, int start, int to, Detector.Found found) {
    if (start < to && Ascii.isQuote(buf[start])) {
      return find(buf, start, to, found);
    }
    int end = start;
    boolean digit = false;
    boolean letter = false;
    while (end < to && !Ascii.isSpaceOrControl(buf[end])) {
      digit |= Ascii.isDigit(buf[end]);
      letter |= Ascii.isLetter(buf[end]);
      end++;
    }
    while (end > start && !Ascii.isAlphanumeric(buf[end - 1]) && isSentenceEnd(buf[end - 1])) {
      end--;
    }
    return digit && letter && end - start >= MIN_SPOKEN
        ? add(buf, start, end, false, found)
        : start;
  }

  private static boolean isSentenceEnd(byte b) {
    return b == '.' || b == ',' || b == ';' || b == ':' || b == ')' || b == '"';
  }

  private int add(byte[] buf, int start, int end, boolean quoted, Detector.Found found) {
    if (end <= start) {
      return start;
    }
    if (!NoSecret.isOne(buf, start, end, quoted)
        && (check == null || check.accepts(buf, start, end))) {
      found.add(start, end);
      return end;
    }
    // In what is no value there may be names.
    return check == null ? end : start;
  }

  private static int afterScheme(byte[] buf, int separated, int to) {
    for (String scheme : SCHEMES) {
      int end = separated + scheme.length();
      if (Ascii.hasWordAt(buf, separated, to, scheme) && end < to && Ascii.isBlank(buf[end])) {
        return Ascii.skipBlanks(buf, end, to, MAX_SPACE);
      }
    }
    return separated;
  }
}
