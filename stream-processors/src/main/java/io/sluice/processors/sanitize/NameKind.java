package io.sluice.processors.sanitize;

/**
 * What a name says of its value. What only names a secret is none, and looks otherwise for each.
 */
enum NameKind {
  /** May be any word. */
  PASSWORD,
  /** Of Kubernetes, namespace and name are often given in its place. */
  SECRET,
  /** Of one in a file, the path is often given in its place. */
  KEY,
  /** Tokens of tests, models and limits are counted. */
  TOKEN,
  OTHER;

  private static final int LARGEST_COUNT = 3;

  static NameKind of(byte[] buf, int nameStart, int nameEnd) {
    if (AssignmentSeparator.isPassword(buf, nameStart, nameEnd)) {
      return PASSWORD;
    }
    if (endsWith(buf, nameStart, nameEnd, "secret")) {
      return SECRET;
    }
    if (endsWith(buf, nameStart, nameEnd, "key")) {
      return KEY;
    }
    return endsWith(buf, nameStart, nameEnd, "token") ? TOKEN : OTHER;
  }

  private static boolean endsWith(byte[] buf, int start, int end, String word) {
    int at = end - word.length();
    return at >= start && Ascii.hasWordAt(buf, at, end, word);
  }

  /** Whether a value says where the secret is, or how many there are. */
  boolean isNoValue(byte[] buf, int start, int end) {
    return switch (this) {
      case SECRET -> isQualified(buf, start, end) && !Entropy.looksRandom(buf, start, end);
      case KEY -> isPath(buf, start, end) && !Entropy.looksRandom(buf, start, end);
      case TOKEN -> end - start <= LARGEST_COUNT && areDigits(buf, start, end);
      case PASSWORD, OTHER -> false;
    };
  }

  /** {@code default/db-credentials}. */
  private static boolean isQualified(byte[] buf, int start, int end) {
    int slashes = 0;
    for (int i = start; i < end; i++) {
      boolean slash = buf[i] == '/' && i > start && i + 1 < end;
      boolean joint = (buf[i] == '-' || buf[i] == '.') && i > start && buf[i - 1] != '/';
      if (!slash && !joint && !Ascii.isLower(buf[i]) && !(Ascii.isDigit(buf[i]) && i > start)) {
        return false;
      }
      slashes += slash ? 1 : 0;
    }
    return slashes == 1;
  }

  /** {@code /etc/ssl/key.pem}: two names at least, or one with a dot in it. */
  private static boolean isPath(byte[] buf, int start, int end) {
    int first = start;
    if (first < end && (buf[first] == '~' || buf[first] == '.')) {
      first++;
    }
    if (first >= end || buf[first] != '/') {
      return false;
    }
    int joints = 0;
    for (int i = first + 1; i < end; i++) {
      boolean joint = (buf[i] == '/' || buf[i] == '.') && i + 1 < end && buf[i - 1] != '/';
      if (!joint && !AssignmentDetector.isNameByte(buf[i])) {
        return false;
      }
      joints += joint ? 1 : 0;
    }
    return joints > 0;
  }

  private static boolean areDigits(byte[] buf, int start, int end) {
    for (int i = start; i < end; i++) {
      if (!Ascii.isDigit(buf[i])) {
        return false;
      }
    }
    return end > start;
  }
}
