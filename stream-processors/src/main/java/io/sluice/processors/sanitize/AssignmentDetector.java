package io.sluice.processors.sanitize;

import static io.sluice.processors.sanitize.AssignmentSeparator.isPassword;

import io.sluice.schemas.definitions.RedactionRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A credential's name with its value in text, in the notations that logs mix: {@code name=value},
 * {@code name: value}, {@code name => 'value'}, JSON (also inside a JSON string, with its
 * backslashes), query and connection strings, {@code --name value}, elements of XML, {@code
 * name("value")}, {@code key="name" value="value"}, any of them percent-encoded or with HTML's
 * quotes, and {@code the password is value}. The value is found.
 */
final class AssignmentDetector implements Detector {

  private static final int MAX_NAME = 128;
  private static final int MAX_WORDS = 4;

  private final KeyNames names;
  private final AssignmentValue value;
  private final List<Anchor> anchors;
  private final boolean openEnded;

  AssignmentDetector(RedactionRule rule) {
    this(rule.keys(), rule.conditions().except(), Conditions.check(rule.conditions()));
  }

  /**
   * @param keys names as redaction rules write them
   * @param except names that are none
   * @param check what values must meet
   */
  AssignmentDetector(List<String> keys, List<String> except, @Nullable Check check) {
    names = KeyNames.of(keys, except);
    value = new AssignmentValue(check);
    anchors = keys.stream().map(KeyNames.Builder::anchor).distinct().map(Anchor::loose).toList();
    // Then a name may go on behind its anchor.
    openEnded = keys.stream().anyMatch(key -> key.indexOf('*', 1) > 0);
  }

  @Override
  public List<Anchor> anchors() {
    return anchors;
  }

  @Override
  public int look(byte[] buf, int from, int to, int anchor, Found found) {
    // The end first: prose names credentials often and seldom gives them.
    int nameEnd = endOfName(buf, anchor, to);
    int plainEnd = withoutNumber(buf, anchor, nameEnd);
    if (plainEnd > anchor && !openEnded) {
      return anchor;
    }
    int nameStart = startOfName(buf, Math.max(from, anchor - MAX_NAME), anchor, plainEnd);
    int content = XmlElement.content(buf, from, nameStart, nameEnd, to);
    if (content == XmlElement.NONE) {
      content = XmlElement.contentBeside(buf, from, nameStart, nameEnd, to);
    }
    if (content != XmlElement.NONE) {
      return isName(buf, from, nameStart, plainEnd)
          ? value.findContent(buf, content, to, NameKind.of(buf, nameStart, nameEnd), found)
          : anchor;
    }
    if (nameStart > from && buf[nameStart - 1] == '<') {
      return anchor;
    }
    int start = AssignmentSeparator.after(buf, from, nameStart, nameEnd, to);
    if (start != AssignmentSeparator.NONE) {
      return isName(buf, from, nameStart, plainEnd)
              && !WorkingDirectory.isOne(buf, nameStart, nameEnd, start, to)
              && !QualifiedName.isPart(buf, from, nameStart, nameEnd, to)
          ? value.find(buf, start, to, NameKind.of(buf, nameStart, nameEnd), found)
          : anchor;
    }
    start = EncodedText.afterSeparator(buf, nameEnd, to);
    if (start != EncodedText.NONE) {
      return isName(buf, from, EncodedText.startOfName(buf, nameStart, nameEnd), plainEnd)
              && !QualifiedName.isPart(buf, from, nameStart, nameEnd, to)
          ? value.findEncoded(buf, start, to, NameKind.of(buf, nameStart, nameEnd), found)
          : anchor;
    }
    return lookApart(buf, from, to, nameStart, nameEnd, plainEnd, anchor, found);
  }

  /** No sign stands between name and value. Mostly it is prose, which a look at the value tells. */
  private int lookApart(
      byte[] buf,
      int from,
      int to,
      int nameStart,
      int nameEnd,
      int plainEnd,
      int anchor,
      Found found) {
    int start = AssignmentSeparator.afterUnquotedPair(buf, nameEnd, to);
    if (start != AssignmentSeparator.NONE) {
      return isName(buf, from, nameStart, plainEnd)
          ? value.find(buf, start, to, NameKind.of(buf, nameStart, nameEnd), found)
          : anchor;
    }
    start = AssignmentSeparator.afterIs(buf, nameEnd, to);
    if (start != AssignmentSeparator.NONE && isPassword(buf, nameStart, nameEnd)) {
      return isName(buf, from, nameStart, plainEnd)
          ? value.findSpoken(buf, start, to, found)
          : anchor;
    }
    if (start == AssignmentSeparator.NONE) {
      start = AssignmentSeparator.afterBlanks(buf, nameEnd, to);
    }
    return start != AssignmentSeparator.NONE
            && AssignmentValue.mayBeRandom(buf, start, to)
            && isName(buf, from, nameStart, plainEnd)
        ? Math.max(anchor, value.findRandom(buf, start, to, found))
        : anchor;
  }

  private static int endOfName(byte[] buf, int anchor, int to) {
    int limit = Math.min(to, anchor + MAX_NAME);
    int i = anchor;
    while (i < limit && isNameByte(buf[i])) {
      i++;
    }
    return i;
  }

  /** Of {@code password2} and {@code token_1}, where {@code password} and {@code token} end. */
  static int withoutNumber(byte[] buf, int anchor, int nameEnd) {
    int i = nameEnd;
    while (i > anchor && Ascii.isDigit(buf[i - 1])) {
      i--;
    }
    if (i < nameEnd && i > anchor && (buf[i - 1] == '_' || buf[i - 1] == '-')) {
      i--;
    }
    return i;
  }

  /** A name may have letters of other scripts, which touch it by chance where none has spaces. */
  private int startOfName(byte[] buf, int limit, int anchor, int nameEnd) {
    int word = startOfWord(buf, limit, anchor);
    if (word == limit || buf[word - 1] >= 0) {
      return word;
    }
    int start = word;
    while (start > limit && (buf[start - 1] < 0 || isNameByte(buf[start - 1]))) {
      start--;
    }
    boolean longer =
        names.rule(buf, word, nameEnd) == KeyNames.NONE
            && names.rule(buf, start, nameEnd) == KeyNames.NAME;
    return longer ? start : word;
  }

  /** Where the word begins that ends here, no earlier than the limit. */
  static int startOfWord(byte[] buf, int limit, int end) {
    int i = end;
    while (i > limit && isNameByte(buf[i - 1])) {
      i--;
    }
    return i;
  }

  /** Whether the last word is a credential's name, or the last few together: {@code api key}. */
  private boolean isName(byte[] buf, int from, int lastWord, int nameEnd) {
    if (lastWord >= nameEnd) {
      return false;
    }
    int limit = Math.max(from, nameEnd - MAX_NAME);
    int start = lastWord;
    boolean name = false;
    for (int words = 1; words <= MAX_WORDS; words++) {
      int kind = names.rule(buf, start, nameEnd);
      if (kind == KeyNames.EXCEPTION) {
        return false;
      }
      name |= kind == KeyNames.NAME;
      if (start <= limit || buf[start - 1] != ' ') {
        break;
      }
      start = startOfWord(buf, limit, start - 1);
    }
    return name;
  }

  static boolean isNameByte(byte b) {
    return Ascii.isAlphanumeric(b) || b == '_' || b == '-' || b == '.';
  }
}
