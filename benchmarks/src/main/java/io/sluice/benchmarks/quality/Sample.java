package io.sluice.benchmarks.quality;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text with what is secret in it.
 *
 * @param corpus what it belongs to in the report
 * @param note how it is written, to tell apart what is found from what is not
 * @param key the attribute's name when the text is an attribute's value
 * @param mayGo what is no secret, and no loss beside one: the user before a password
 */
record Sample(
    String corpus,
    String note,
    @Nullable String key,
    String text,
    List<Secret> secrets,
    List<Secret> mayGo) {

  Sample {
    secrets = List.copyOf(secrets);
    mayGo = List.copyOf(mayGo);
  }

  /**
   * A range of characters that must go.
   *
   * @param type what it is, e.g. {@code card}
   */
  record Secret(String type, int start, int end) {}

  /** The text with « » around its secrets. */
  String marked() {
    StringBuilder marked = new StringBuilder(text);
    for (int i = secrets.size() - 1; i >= 0; i--) {
      marked.insert(secrets.get(i).end(), '»').insert(secrets.get(i).start(), '«');
    }
    return key == null ? marked.toString() : key + " => " + marked;
  }

  /** Writes a text piece by piece. */
  static final class Writer {

    private final StringBuilder text = new StringBuilder();
    private final List<Secret> secrets = new ArrayList<>();
    private final List<Secret> mayGo = new ArrayList<>();

    Writer clear(String piece) {
      text.append(piece);
      return this;
    }

    Writer secret(String type, String piece) {
      secrets.add(new Secret(type, text.length(), text.length() + piece.length()));
      text.append(piece);
      return this;
    }

    /** A template: {@code @} stands for the secret, {@code ‹ ›} round what may go with it. */
    Writer template(String template, String type, String piece) {
      int at = template.indexOf('@');
      return optional(template.substring(0, at))
          .secret(type, piece)
          .optional(template.substring(at + 1));
    }

    private Writer optional(String piece) {
      int open = piece.indexOf('‹');
      if (open < 0) {
        return clear(piece);
      }
      int close = piece.indexOf('›');
      clear(piece.substring(0, open));
      mayGo.add(new Secret("", text.length(), text.length() + close - open - 1));
      return clear(piece.substring(open + 1, close)).clear(piece.substring(close + 1));
    }

    Sample in(String corpus, String note) {
      return new Sample(corpus, note, null, text.toString(), secrets, mayGo);
    }

    Sample inAttribute(String corpus, String note, String key) {
      return new Sample(corpus, note, key, text.toString(), secrets, mayGo);
    }
  }
}
