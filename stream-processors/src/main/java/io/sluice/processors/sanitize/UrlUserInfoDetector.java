package io.sluice.processors.sanitize;

import java.util.List;

/**
 * User and password of a URL: what stands between {@code ://} and the last {@code @} before the
 * path.
 */
final class UrlUserInfoDetector implements Detector {

  private static final int MAX_USER = 128;

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
    int secret = colon < 0 || colon > at ? anchor : colon + 1;
    if (at > secret
        && !NoSecret.isVariable(buf, secret, at)
        && (secret > anchor || isSecretAlone(buf, from, anchor, at))) {
      found.add(anchor, at);
    }
    return i;
  }

  /**
   * A user without password: on the web somebody's name or a token, elsewhere a part of the address
   * ({@code ssh://git@…}, {@code akka://system@…}), unless it looks random.
   */
  private static boolean isSecretAlone(byte[] buf, int from, int start, int end) {
    int scheme = start;
    while (scheme > from && !Ascii.isAlphanumeric(buf[scheme - 1])) {
      scheme--;
    }
    boolean web =
        Ascii.hasWordAt(buf, Math.max(from, scheme - 4), scheme, "http")
            || Ascii.hasWordAt(buf, Math.max(from, scheme - 5), scheme, "https");
    return web || Entropy.looksRandom(buf, start, end);
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
    return switch (b) {
      case '/', '?', '#', '"', '\'', '`', '<', '>', '\\' -> true;
      default -> Ascii.isSpaceOrControl(b);
    };
  }
}
