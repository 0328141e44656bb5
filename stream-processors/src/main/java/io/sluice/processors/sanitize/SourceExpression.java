package io.sluice.processors.sanitize;

import java.util.List;

/**
 * What source code and objects as code prints them put in a value's place: {@code getPassword()},
 * {@code self.password}, {@code os.environ["X"]}, {@code Token{kind=…}}, {@code
 * BinderProxy@2bd79ce}. Passwords hold the same signs; in doubt it is none.
 */
final class SourceExpression {

  private static final int LONGEST = 64;
  private static final int MIN_IDENTITY = 6;
  private static final int MAX_IDENTITY = 8;

  /** How expressions begin that get a value. */
  private static final List<String> GETTERS =
      List.of(
          "self.",
          "this.",
          "config.",
          "cfg.",
          "conf.",
          "settings.",
          "process.",
          "os.",
          "env.",
          "environ.",
          "request.",
          "req.",
          "args.",
          "opts.",
          "options.",
          "props.",
          "params.",
          "system.",
          "context.",
          "ctx.",
          "session.",
          "app.",
          "credentials.",
          "secrets.",
          "vault.",
          "var.",
          "local.",
          "module.",
          "data.",
          "form.",
          "user.",
          "event.",
          "payload.",
          "body.");

  private SourceExpression() {}

  /**
   * Whether this is one. The bracket that closes it may be missing, as it often ends the value.
   *
   * @param password whether the value is a password's: such a one with a digit behind a sign is
   *     taken for what it says
   */
  static boolean isOne(byte[] buf, int start, int end, boolean password) {
    if (end - start > LONGEST || (password && hasDigitBehindSign(buf, start, end))) {
      return false;
    }
    for (int i = 0; i < GETTERS.size(); i++) {
      if (Ascii.hasWordAt(buf, start, end, GETTERS.get(i))) {
        return isPath(buf, start + GETTERS.get(i).length(), end);
      }
    }
    int i = start;
    boolean qualified = false;
    while (i < end && (Ascii.isLetter(buf[i]) || buf[i] == '_' || buf[i] == '.')) {
      boolean capital = i > start && Ascii.isLower(buf[i - 1]) && Ascii.isUpper(buf[i]);
      qualified |= capital || buf[i] == '.';
      i++;
    }
    if (i <= start + 1 || i == end) {
      return false;
    }
    return switch (buf[i]) {
      case '(' -> isArgument(buf, i + 1, end, (byte) ')');
      case '{' -> Ascii.isUpper(buf[start]) && isFields(buf, i + 1, end);
      case '@' -> qualified && isIdentity(buf, i + 1, end);
      default -> false;
    };
  }

  private static boolean hasDigitBehindSign(byte[] buf, int start, int end) {
    boolean sign = false;
    for (int i = start; i < end; i++) {
      if (sign && Ascii.isDigit(buf[i])) {
        return true;
      }
      sign |= !Ascii.isAlphanumeric(buf[i]) && buf[i] != '_';
    }
    return false;
  }

  /** Names with dots between them, and in the end perhaps a call or an index. */
  private static boolean isPath(byte[] buf, int start, int end) {
    int i = start;
    while (true) {
      int name = i;
      i = endOfName(buf, name, end);
      if (!isName(buf, name, i)) {
        return false;
      }
      if (i == end) {
        return true;
      }
      if (buf[i] == '(') {
        return isArgument(buf, i + 1, end, (byte) ')');
      }
      if (buf[i] == '[') {
        return isArgument(buf, i + 1, end, (byte) ']');
      }
      if (buf[i] != '.') {
        return false;
      }
      i++;
    }
  }

  /** Nothing, a number of an index, a name, or text between quotes; then the end. */
  private static boolean isArgument(byte[] buf, int start, int end, byte close) {
    int last = end > start && buf[end - 1] == close ? end - 1 : end;
    if (last == start) {
      return true;
    }
    if (Ascii.isQuote(buf[start])) {
      // Where the closing quote ended the value it is missing.
      int quote = start + 1;
      while (quote < last && buf[quote] != buf[start]) {
        quote++;
      }
      return quote >= last - 1;
    }
    boolean index = close == ']' && last - start == 1 && Ascii.isDigit(buf[start]);
    return index || isPath(buf, start, last);
  }

  /** {@code kind=Identifier}: the name of the first field, or nothing. */
  private static boolean isFields(byte[] buf, int start, int end) {
    int i = endOfName(buf, start, end);
    boolean closed = i == end || (buf[i] == '}' && i + 1 == end);
    boolean first = i < end && (buf[i] == '=' || buf[i] == ':');
    return (i == start || isName(buf, start, i)) && (closed || (first && i > start));
  }

  private static int endOfName(byte[] buf, int start, int end) {
    int i = start;
    while (i < end && (Ascii.isAlphanumeric(buf[i]) || buf[i] == '_' || buf[i] == '-')) {
      i++;
    }
    return i;
  }

  /** Whether it begins as a name and has not the many digits of what is made by chance. */
  private static boolean isName(byte[] buf, int start, int end) {
    if (start == end || Ascii.isDigit(buf[start])) {
      return false;
    }
    int digits = 0;
    for (int i = start; i < end; i++) {
      digits += Ascii.isDigit(buf[i]) ? 1 : 0;
    }
    return digits * 4 <= end - start && !Entropy.looksRandom(buf, start, end);
  }

  /** The hexadecimal digits behind {@code @} in Java's default for {@code toString()}. */
  private static boolean isIdentity(byte[] buf, int start, int end) {
    boolean letter = false;
    for (int i = start; i < end; i++) {
      if (!Ascii.isDigit(buf[i]) && !(Ascii.isHex(buf[i]) && Ascii.isLower(buf[i]))) {
        return false;
      }
      letter |= Ascii.isLower(buf[i]);
    }
    return letter && end - start >= MIN_IDENTITY && end - start <= MAX_IDENTITY;
  }
}
