package io.sluice.sinks.search;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The place in a list, newest first, after which its next page begins.
 *
 * @param id of the document that stands there, with its time
 */
record PageCursor(long timeUnixNano, String id) {

  /** As callers get it and give it back: what is in it is not theirs to know. */
  String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((timeUnixNano + " " + id).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @throws InvalidQueryException when it is not of {@link #text}
   */
  static PageCursor parse(String text) {
    try {
      String decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      int space = decoded.indexOf(' ');
      long time = Long.parseLong(decoded.substring(0, Math.max(0, space)));
      return new PageCursor(time, decoded.substring(space + 1));
    } catch (IllegalArgumentException e) {
      throw new InvalidQueryException("cursor: expected nextCursor of the page before");
    }
  }
}
