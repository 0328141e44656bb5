package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.KeyExpressions.Memo;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.ValueCheck;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a rule for keys where text holds structure: JSON, logfmt, queries and forms. The
 * value is found, as it would be under a key of its own. In prose, where a name is only a word, no
 * key is seen: {@code pin: 1234} is left, {@code "pin": 1234} and {@code pin=1234} are not.
 */
final class KeyedTextDetector implements Detector {

  private static final int MAX_NAME = 128;
  private static final int MAX_BLANKS = 32;
  private static final int MAX_BACKSLASHES = 16;
  private static final int NONE = -1;

  private final KeyNames names;
  private final @Nullable Memo expressions;
  private final AssignmentValue value;
  private final List<Anchor> anchors;
  private final boolean openEnded;

  KeyedTextDetector(RedactionRule rule) {
    names = KeyNames.of(rule.keys(), rule.conditions().except());
    // What is only no number may be as long as any, and hold all signs.
    ValueCheck check = rule.conditions().check();
    value =
        new AssignmentValue(check == ValueCheck.TEXT ? null : Conditions.check(rule.conditions()));
    List<Anchor> all =
        new ArrayList<>(
            rule.keys().stream()
                .map(KeyNames.Builder::anchor)
                .distinct()
                .map(Anchor::loose)
                .toList());
    expressions =
        rule.keyPatterns().isEmpty() ? null : new Memo(new KeyExpressions(List.of(rule)), 0);
    if (expressions != null) {
      // An expression has no word to look for, so each key is looked at.
      all.add(Anchor.loose("\":"));
      all.add(Anchor.exact("="));
    }
    anchors = List.copyOf(all);
    openEnded = rule.keys().stream().anyMatch(key -> key.indexOf('*', 1) > 0);
  }

  @Override
  public List<Anchor> anchors() {
    return anchors;
  }

  @Override
  public int look(byte[] buf, int from, int to, int anchor, Found found) {
    byte last = buf[anchor - 1];
    if (last == ':' || last == '=') {
      return assigned(buf, from, to, beforeSign(buf, from, anchor - 1), anchor, found);
    }
    int nameEnd = anchor;
    int limit = Math.min(to, anchor + MAX_NAME);
    while (nameEnd < limit && AssignmentDetector.isNameByte(buf[nameEnd])) {
      nameEnd++;
    }
    return AssignmentDetector.withoutNumber(buf, anchor, nameEnd) > anchor && !openEnded
        ? anchor
        : assigned(buf, from, to, nameEnd, anchor, found);
  }

  private int assigned(byte[] buf, int from, int to, int wordEnd, int anchor, Found found) {
    int nameEnd = AssignmentSeparator.afterBracket(buf, wordEnd, to);
    int quote = afterBackslashes(buf, nameEnd, to);
    boolean quoted = quote < to && Ascii.isQuote(buf[quote]);
    int start =
        quoted
            ? afterSign(buf, AssignmentSeparator.afterQuote(buf, nameEnd, to), to)
            : afterEquals(buf, from, nameEnd, to);
    if (start == NONE) {
      return anchor;
    }
    int nameStart =
        quoted ? afterQuote(buf, from, nameEnd, buf[quote]) : startOfWord(buf, from, wordEnd);
    return nameStart != NONE
            && isKey(buf, nameStart, nameEnd)
            && !WorkingDirectory.isOne(buf, nameStart, nameEnd, start, to)
        ? value.find(buf, start, to, NameKind.of(buf, nameStart, nameEnd), found)
        : anchor;
  }

  private boolean isKey(byte[] buf, int start, int end) {
    return names.rule(buf, start, end) == KeyNames.NAME
        || (expressions != null && expressions.of(buf, start, end).rules().length > 0);
  }

  /** Where the name ends that stands before a sign, without blanks, quote and backslashes. */
  private static int beforeSign(byte[] buf, int from, int sign) {
    int i = Ascii.skipBlanksBefore(buf, from, sign, MAX_BLANKS);
    if (i > from && Ascii.isQuote(buf[i - 1])) {
      i--;
      int limit = Math.max(from, i - MAX_BACKSLASHES);
      while (i > limit && buf[i - 1] == '\\') {
        i--;
      }
    }
    return i;
  }

  private static int afterBackslashes(byte[] buf, int at, int to) {
    int i = at;
    int limit = Math.min(to, at + MAX_BACKSLASHES);
    while (i < limit && buf[i] == '\\') {
      i++;
    }
    return i;
  }

  /** Behind {@code :} or {@code =} after a quoted name; JSON may put the value on another line. */
  private static int afterSign(byte[] buf, int at, int to) {
    int sign = Ascii.skipBlanks(buf, at, to, MAX_BLANKS);
    if (sign >= to || (buf[sign] != ':' && buf[sign] != '=')) {
      return NONE;
    }
    boolean arrow = buf[sign] == '=' && sign + 1 < to && buf[sign + 1] == '>';
    int value = ValueEnd.skipSpace(buf, sign + (arrow ? 2 : 1), to);
    return AssignmentSeparator.afterLength(buf, value, to);
  }

  /**
   * Behind {@code =} between a name and a value that touch it, and behind the colon of a field as
   * programs print objects: {@code {User:"ann", Pass:"…"}}.
   */
  private static int afterEquals(byte[] buf, int from, int at, int to) {
    if (at + 1 >= to) {
      return NONE;
    }
    if (buf[at] == ':') {
      int value = Ascii.skipBlanks(buf, at + 1, to, 1);
      return value < to && Ascii.isQuote(buf[value]) && isField(buf, from, at) ? value : NONE;
    }
    boolean touches = buf[at] == '=' && buf[at + 1] != '=' && !Ascii.isSpaceOrControl(buf[at + 1]);
    return touches ? at + 1 : NONE;
  }

  /** Whether a brace or comma stands before a name. */
  private static boolean isField(byte[] buf, int from, int nameEnd) {
    int limit = Math.max(from, nameEnd - MAX_NAME);
    int start = AssignmentDetector.startOfWord(buf, limit, nameEnd);
    int i = Ascii.skipBlanksBefore(buf, limit, start, MAX_NAME);
    return i > from && (buf[i - 1] == '{' || buf[i - 1] == ',');
  }

  /** Where the name begins whose closing quote stands behind it. */
  private static int afterQuote(byte[] buf, int from, int nameEnd, byte quote) {
    int limit = Math.max(from, nameEnd - MAX_NAME);
    int i = nameEnd;
    while (i > limit && buf[i - 1] != quote && (buf[i - 1] < 0 || buf[i - 1] >= ' ')) {
      i--;
    }
    return i > from && i < nameEnd && buf[i - 1] == quote ? i : NONE;
  }

  /** Where the name begins, if nothing comes before it that makes it part of a sentence or code. */
  private static int startOfWord(byte[] buf, int from, int nameEnd) {
    int limit = Math.max(from, nameEnd - MAX_NAME);
    int i = AssignmentDetector.startOfWord(buf, limit, nameEnd);
    boolean alone = i == from || Ascii.isSpaceOrControl(buf[i - 1]) || opens(buf[i - 1]);
    return alone && i < nameEnd ? i : NONE;
  }

  private static boolean opens(byte b) {
    return switch (b) {
      case '?', '&', ';', ',', '#', '{', '[', '(', '|', '"', '\'', '`' -> true;
      default -> false;
    };
  }
}
