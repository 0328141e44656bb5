package io.sluice.processors.sanitize;

import java.util.List;

/**
 * Credentials of the HTTP schemes Bearer and Basic. Behind {@code authorization} whatever follows
 * the scheme is taken for credentials; elsewhere it must look like some, since both are words of
 * prose too.
 */
final class HttpCredentialsDetector implements Detector {

  private static final int MAX_BLANKS = 8;
  private static final int LONG_TOKEN = 20;
  private static final int SHORT_TOKEN = 8;
  private static final int MAX_CONTEXT = 16;
  private static final String BEARER = "bearer";
  private static final String BASIC = "basic";

  @Override
  public List<Anchor> anchors() {
    return List.of(Anchor.exact(BEARER), Anchor.exact(BASIC));
  }

  @Override
  public int look(byte[] buf, int from, int to, int anchor, Found found) {
    boolean basic = Ascii.hasWordAt(buf, anchor - BASIC.length(), to, BASIC);
    int scheme = anchor - (basic ? BASIC.length() : BEARER.length());
    int start = Ascii.skipBlanks(buf, anchor, to, MAX_BLANKS);
    if (start == anchor || (scheme > from && Ascii.isAlphanumeric(buf[scheme - 1]))) {
      return anchor;
    }
    int end = start;
    while (end < to && isTokenByte(buf[end])) {
      end++;
    }
    int padded = end;
    while (padded < to && buf[padded] == '=') {
      padded++;
    }
    if (end == start
        || (padded > end && isParameterValue(buf, padded, to))
        || NoSecret.isOne(buf, start, end)) {
      return anchor;
    }
    boolean announced = isAuthorization(buf, from, scheme);
    if (announced
        || (basic ? BasicCredentials.decode(buf, start, end) : looksRandom(buf, start, end))) {
      found.add(start, padded);
      return padded;
    }
    return anchor;
  }

  private static boolean isTokenByte(byte b) {
    return Ascii.isAlphanumeric(b)
        || b == '-'
        || b == '.'
        || b == '_'
        || b == '~'
        || b == '+'
        || b == '/';
  }

  /** What follows {@code =} in a challenge: {@code Bearer realm="shop"}. */
  private static boolean isParameterValue(byte[] buf, int i, int to) {
    int start = i < to && buf[i] == '"' ? i + 1 : i;
    return start < to && Ascii.isAlphanumeric(buf[start]);
  }

  /** Whether {@code authorization} stands before, with its separator. */
  static boolean isAuthorization(byte[] buf, int from, int scheme) {
    String name = "authorization";
    int i = scheme;
    int limit = Math.max(from, scheme - MAX_CONTEXT);
    boolean separated = false;
    while (i > limit && !Ascii.isAlphanumeric(buf[i - 1])) {
      i--;
      separated |= buf[i] == ':' || buf[i] == '=';
    }
    return separated
        && i - name.length() >= from
        && Ascii.hasWordAt(buf, i - name.length(), i, name);
  }

  /** A digit, or capitals among small letters, in what is no short word. */
  private static boolean looksRandom(byte[] buf, int start, int end) {
    int length = end - start;
    if (length >= LONG_TOKEN) {
      return true;
    }
    if (length < SHORT_TOKEN) {
      return false;
    }
    for (int i = start; i < end; i++) {
      boolean capitalInside = i > start && Ascii.isUpper(buf[i]) && Ascii.isLower(buf[i - 1]);
      if (Ascii.isDigit(buf[i]) || capitalInside) {
        return true;
      }
    }
    return false;
  }
}
