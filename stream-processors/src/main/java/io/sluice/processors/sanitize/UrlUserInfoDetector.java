package io.sluice.processors.sanitize;

import java.util.List;

/**
 * User and password of a URL: what stands between {@code ://} and the last {@code @} before the
 * path.
 */
final class UrlUserInfoDetector implements Detector {

  @Override
  public List<Anchor> anchors() {
    // The second is how JSON may write the first.
    return List.of(Anchor.exact("://"), Anchor.exact(":\\/\\/"));
  }

  @Override
  public int look(byte[] buf, int from, int to, int anchor, Found found) {
    int at = -1;
    boolean colon = false;
    int i = anchor;
    for (; i < to && !endsAuthority(buf[i]); i++) {
      if (buf[i] == '@') {
        at = i;
      } else if (buf[i] == ':') {
        colon = true;
      } else if (buf[i] == ',' && !colon) {
        break; // a list, and no password yet
      }
    }
    if (at > anchor) {
      found.add(anchor, at);
    }
    return i;
  }

  private static boolean endsAuthority(byte b) {
    return switch (b) {
      case '/', '?', '#', '"', '\'', '`', '<', '>', '\\' -> true;
      default -> Ascii.isSpaceOrControl(b);
    };
  }
}
