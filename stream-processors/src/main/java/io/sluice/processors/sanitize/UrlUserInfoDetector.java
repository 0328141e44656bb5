package io.sluice.processors.sanitize;

import java.util.List;

/**
 * User and password of a URL: what stands between {@code ://} and the last {@code @} before the
 * path.
 */
final class UrlUserInfoDetector implements Detector {

  private static final int MAX_USER = 128;
  private static final int MAX_PASSWORD = 256;

  @Override
  public List<Anchor> anchors() {
    // The second is how JSON may write the first.
    return List.of(Anchor.exact("://"), Anchor.exact(":\\/\\/"));
  }

  @Override
  public int look(byte[] buf, int from, int to, int anchor, Found found) {
    int at = -1;
    int colon = -1;
    int i = anchor;
    for (; i < to && !endsAuthority(buf[i]); i++) {
      if (buf[i] == '@') {
        at = i;
      } else if (buf[i] == ':') {
        colon = colon < 0 ? i : colon;
      } else if (buf[i] == ',' && colon < 0) {
        break; // a list, and no password yet
      }
    }
    if (at < 0 && colon >= 0 && i < to && isPasswordSign(buf[i])) {
      at = behindRawPassword(buf, from, anchor, colon, i, to);
    }
    int secret = colon < 0 || colon > at ? anchor : colon + 1;
    if (at > secret
        && !NoSecret.isVariable(buf, secret, at)
        && (secret > anchor || isSecretAlone(buf, from, anchor, at))) {
      found.add(anchor, at);
    }
    return Math.max(i, at);
  }

  private static boolean isPasswordSign(byte b) {
    return b == '/' || b == '?' || b == '#';
  }

  /**
   * Where the host of a URL begins whose password has signs that it should have encoded ({@code
   * redis://:Zk3/9x@cache}), so that it seems to end before; -1 when what stands behind the colon
   * is a port. Not on the web, where an {@code @} is in many paths.
   */
  private static int behindRawPassword(
      byte[] buf, int from, int anchor, int colon, int stop, int to) {
    boolean path = colon > anchor && (isPort(buf, colon + 1, stop) || buf[anchor] == '[');
    if (path || isWeb(buf, from, anchor)) {
      return -1;
    }
    int limit = Math.min(to, stop + MAX_PASSWORD);
    int at = -1;
    for (int i = stop; i < limit && !endsUrl(buf[i]) && !(at >= 0 && buf[i] == '?'); i++) {
      at = buf[i] == '@' && i + 1 < to && Ascii.isAlphanumeric(buf[i + 1]) ? i : at;
    }
    return at;
  }

  /** Digits, of a list the first ones; or nothing, as behind the drive in {@code file://C:/}. */
  private static boolean isPort(byte[] buf, int start, int end) {
    int i = start;
    while (i < end && Ascii.isDigit(buf[i])) {
      i++;
    }
    return i == end || (i > start && !Ascii.isAlphanumeric(buf[i]));
  }

  /**
   * A user without password: on the web somebody's name or a token, elsewhere a part of the address
   * ({@code ssh://git@…}, {@code akka://system@…}), unless it looks random.
   */
  private static boolean isSecretAlone(byte[] buf, int from, int start, int end) {
    return isHttp(buf, from, endOfScheme(buf, from, start)) || Entropy.looksRandom(buf, start, end);
  }

  private static int endOfScheme(byte[] buf, int from, int anchor) {
    int scheme = anchor;
    while (scheme > from && !Ascii.isAlphanumeric(buf[scheme - 1])) {
      scheme--;
    }
    return scheme;
  }

  private static boolean isHttp(byte[] buf, int from, int scheme) {
    return Ascii.hasWordAt(buf, Math.max(from, scheme - 4), scheme, "http")
        || Ascii.hasWordAt(buf, Math.max(from, scheme - 5), scheme, "https");
  }

  private static boolean isWeb(byte[] buf, int from, int anchor) {
    int scheme = endOfScheme(buf, from, anchor);
    return isHttp(buf, from, scheme)
        || Ascii.hasWordAt(buf, Math.max(from, scheme - 2), scheme, "ws")
        || Ascii.hasWordAt(buf, Math.max(from, scheme - 3), scheme, "wss");
  }

  /** Whether a URL's user and password reach to this place, so that a host follows and no mail. */
  static boolean isUserInfo(byte[] buf, int from, int at) {
    int limit = Math.max(from, at - MAX_USER);
    int i = at;
    while (i > limit && buf[i - 1] != '/' && !endsAuthority(buf[i - 1])) {
      i--;
    }
    return i - 3 >= from && buf[i - 1] == '/' && buf[i - 2] == '/' && buf[i - 3] == ':';
  }

  private static boolean endsAuthority(byte b) {
    return isPasswordSign(b) || endsUrl(b);
  }

  private static boolean endsUrl(byte b) {
    return switch (b) {
      case '"', '\'', '`', '<', '>', '\\' -> true;
      default -> Ascii.isSpaceOrControl(b);
    };
  }
}
