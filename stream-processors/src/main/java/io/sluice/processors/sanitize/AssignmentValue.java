package io.sluice.processors.sanitize;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of an assignment, in each notation. Each method returns where the search for names goes
 * on. Immutable.
 */
final class AssignmentValue {

  private static final int NONE = -1;
  private static final int MAX_SPACE = 32;
  private static final int MAX_HEADER = 64;
  private static final int MAX_BACKSLASHES = 15;

  /** Schemes that come before the credentials of an {@code authorization}. */
  private static final List<String> SCHEMES =
      List.of(
          "bearer", "basic", "token", "apikey", "negotiate", "ntlm", "jwt", "sharedkey", "ssws");

  private static final int MAX_CHECKED = 512;
  private static final int MIN_SPOKEN = 6;
  private static final int MIN_RANDOM = 12;
  private static final int MAX_SECOND_LOOK = 64;

  private final @Nullable Check check;

  /**
   * @param check what a value must meet; null when its name is enough
   */
  AssignmentValue(@Nullable Check check) {
    this.check = check;
  }

  /**
   * A value behind a separator.
   *
   * @param kind what the name says
   */
  int find(byte[] buf, int separated, int limit, NameKind kind, Detector.Found found) {
    // What has to pass a check is short; so looking at many values in vain costs little.
    int to = check == null ? limit : Math.min(limit, separated + MAX_CHECKED);
    // Header maps: authorization=[Bearer …].
    boolean listed = separated < to && buf[separated] == '[';
    int inside = listed ? separated + 1 : separated;
    int scheme = afterScheme(buf, inside, to);
    int start = scheme > inside ? scheme : separated;
    int quote = start;
    while (quote < to && buf[quote] == '\\' && quote - start < MAX_BACKSLASHES) {
      quote++;
    }
    if (quote < to && Ascii.isQuote(buf[quote])) {
      int doubled = quote == start ? DoubledQuote.width(buf, quote, to) : 0;
      if (doubled > 0) {
        int end = DoubledQuote.end(buf, quote + doubled, to, buf[quote], doubled);
        return add(buf, afterScheme(buf, quote + doubled, end), end, kind, found);
      }
      int end = ValueEnd.ofQuoted(buf, quote + 1, to, buf[quote], quote - start);
      return add(buf, afterScheme(buf, quote + 1, end), end, kind, found);
    }
    int block = BrokenValue.startOfBlock(buf, start, to);
    if (block != BrokenValue.NONE && check == null) {
      return add(buf, block, BrokenValue.endOfBlock(buf, block, to), kind, found);
    }
    int parameters = endOfParameters(buf, separated, start, to);
    if (parameters != NONE) {
      return add(buf, start, parameters, kind, found);
    }
    if (NoSecret.endOfRemark(buf, start, to) > start) {
      return start;
    }
    boolean structure = start < to && (buf[start] == '{' || buf[start] == '[');
    if (structure && check == null) {
      return addStructure(buf, start, ValueEnd.ofStructure(buf, start, to), found);
    }
    int end = ValueEnd.ofPlain(buf, start, to, check != null);
    boolean prose =
        isProse(buf, separated, start, end, to)
            && (kind != NameKind.PASSWORD || NoSecret.isOne(buf, start, end));
    boolean word = kind == NameKind.FOREIGN && isSpoken(buf, separated, start, end);
    if (prose || word || kind.isNoValue(buf, start, end)) {
      return start;
    }
    return addPlain(buf, start, BrokenValue.endOfWrapped(buf, start, end, to), kind, found);
  }

  /**
   * Of an {@code authorization} with parameters behind a scheme, also one that is not known, where
   * they end; {@link #NONE} when there are none.
   */
  private int endOfParameters(byte[] buf, int separated, int start, int to) {
    if (check != null
        || !HttpCredentialsDetector.isAuthorization(
            buf, Math.max(0, separated - MAX_HEADER), separated)) {
      return NONE;
    }
    int first = start;
    if (start == separated) {
      while (first < to && (Ascii.isAlphanumeric(buf[first]) || buf[first] == '-')) {
        first++;
      }
      int behind = Ascii.skipBlanks(buf, first, to, MAX_SPACE);
      if (behind == first || NameKind.CREDENTIAL.isNoValue(buf, start, first)) {
        return NONE;
      }
      first = behind;
    }
    int end = HttpParameters.end(buf, first, to);
    return end > first ? end : NONE;
  }

  /** A word behind a colon, and more words behind it: {@code token: unexpected end of input}. */
  private static boolean isProse(byte[] buf, int separated, int start, int end, int to) {
    boolean colon = separated > 1 && buf[separated - 1] == ' ' && buf[separated - 2] == ':';
    boolean object = end + 1 < to && buf[end] == ' ' && buf[end + 1] == '{';
    if (object && end > start && Ascii.isUpper(buf[start]) && isWord(buf, start + 1, end)) {
      return Entropy.isWordy(buf, start, end); // Token { kind: …
    }
    if (!colon || !isWord(buf, start, end) || end + 1 >= to || buf[end] != ' ') {
      return false;
    }
    int next = end + 1;
    int nextEnd = next;
    while (nextEnd < to && Ascii.isLower(buf[nextEnd])) {
      nextEnd++;
    }
    boolean named = nextEnd < to && (buf[nextEnd] == '=' || buf[nextEnd] == ':');
    return nextEnd > next && !named && Entropy.isWordy(buf, start, end);
  }

  /** Letters alone behind a colon: {@code Passwort: falsch}. */
  private static boolean isSpoken(byte[] buf, int separated, int start, int end) {
    if (separated < 2 || buf[separated - 1] != ' ' || buf[separated - 2] != ':') {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (!Ascii.isLetter(buf[i]) && buf[i] >= 0) {
        return false;
      }
    }
    return end > start;
  }

  private static boolean isWord(byte[] buf, int start, int end) {
    for (int i = start; i < end; i++) {
      if (!Ascii.isLower(buf[i])) {
        return false;
      }
    }
    return end > start;
  }

  /** The content of an XML element, also in a CDATA section. */
  int findContent(byte[] buf, int start, int limit, NameKind kind, Detector.Found found) {
    int to = check == null ? limit : Math.min(limit, start + MAX_CHECKED);
    int text = ValueEnd.skipSpace(buf, start, to);
    int first = XmlElement.insideCdata(buf, text, to);
    int last = XmlElement.endOfContent(buf, first, to, first > text);
    while (last > first && Ascii.isSpaceOrControl(buf[last - 1])) {
      last--;
    }
    return add(buf, first, last, kind, found);
  }

  /** A value whose quotes are encoded, or that is inside encoded text. */
  int findEncoded(byte[] buf, int separated, int limit, NameKind kind, Detector.Found found) {
    int to = check == null ? limit : Math.min(limit, separated + MAX_CHECKED);
    int start = separated + EncodedText.quote(buf, separated, to);
    int end = start;
    while (end < to && !EncodedText.ends(buf, end, to)) {
      end++;
    }
    return start > separated
        ? add(buf, start, end, kind, found)
        : addPlain(buf, start, end, kind, found);
  }

  /** A password in a sentence: between quotes, or what is no word. */
  int findSpoken(byte[] buf, int start, int to, Detector.Found found) {
    if (start < to && Ascii.isQuote(buf[start])) {
      return find(buf, start, to, NameKind.PASSWORD, found);
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
        ? addPlain(buf, start, end, NameKind.PASSWORD, found)
        : start;
  }

  /** What stands behind a name without any sign, and is one only because it looks random. */
  int findRandom(byte[] buf, int start, int limit, Detector.Found found) {
    int to = Math.min(limit, start + MAX_CHECKED);
    int first = start < to && Ascii.isQuote(buf[start]) ? start + 1 : start;
    int end = first;
    while (end < to && !Ascii.isSpaceOrControl(buf[end]) && !Ascii.isQuote(buf[end])) {
      end++;
    }
    while (end > first && isSentenceEnd(buf[end - 1])) {
      end--;
    }
    if (end - first < MIN_RANDOM
        || NoSecret.isOne(buf, first, end)
        || !Entropy.looksRandom(buf, first, end)) {
      return start;
    }
    found.add(first, end);
    return end;
  }

  /** Whether a word begins here that is as long as what {@link #findRandom} takes. */
  static boolean mayBeRandom(byte[] buf, int start, int to) {
    int first = start < to && Ascii.isQuote(buf[start]) ? start + 1 : start;
    int end = first + MIN_RANDOM;
    for (int i = first; i < end; i++) {
      if (i >= to || Ascii.isSpaceOrControl(buf[i]) || Ascii.isQuote(buf[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSentenceEnd(byte b) {
    return b == '.' || b == ',' || b == ';' || b == ':' || b == ')' || b == '"';
  }

  /** Without quotes, so that it may be code. */
  private int addPlain(byte[] buf, int start, int end, NameKind kind, Detector.Found found) {
    return SourceExpression.isOne(buf, start, end, kind == NameKind.PASSWORD)
        ? start
        : add(buf, start, end, kind, found);
  }

  /** A structure: what single values say does not count, as it may hold others beside them. */
  private static int addStructure(byte[] buf, int start, int end, Detector.Found found) {
    if (NoSecret.isEmptyStructure(buf, start, end)) {
      return start;
    }
    found.add(start, end);
    return end;
  }

  private int add(byte[] buf, int start, int end, NameKind kind, Detector.Found found) {
    if (end <= start) {
      return start;
    }
    boolean none =
        kind.isNoValue(buf, start, end)
            || (NoSecret.isOne(buf, start, end) && !kind.mayBeWord(buf, start, end));
    if (!none && (check == null || check.accepts(buf, start, end))) {
      found.add(start, end);
      return end;
    }
    // In what is no value there may be names; in a long one a second look at each would cost.
    return check != null || end - start <= MAX_SECOND_LOOK ? start : end;
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
