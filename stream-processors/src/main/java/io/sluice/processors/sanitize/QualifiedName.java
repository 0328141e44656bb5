package io.sluice.processors.sanitize;

/**
 * Names of which a part looks like a credential with its value: {@code
 * arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db}, {@code
 * pam_unix(passwd:chauthtok)}. What stands behind the sign says which one is meant.
 */
final class QualifiedName {

  private static final int MAX_LENGTH = 256;
  private static final int SHORTEST_ARN = "arn:aws:".length();

  private QualifiedName() {}

  /** Whether this name of a credential, with the sign behind it, is a part of one. */
  static boolean isPart(byte[] buf, int from, int nameStart, int nameEnd, int to) {
    if (nameStart <= from) {
      return false;
    }
    return switch (buf[nameStart - 1]) {
      case ':', '%' -> isInArn(buf, from, nameStart);
      case '(' -> isOfPam(buf, from, nameStart, nameEnd, to);
      default -> false;
    };
  }

  /** Whether an Amazon Resource Name begins before and goes on to here, also percent-encoded. */
  private static boolean isInArn(byte[] buf, int from, int at) {
    int limit = Math.max(from, at - MAX_LENGTH);
    int start = at;
    while (start > limit && isArnByte(buf[start - 1])) {
      start--;
    }
    for (int i = start; i + SHORTEST_ARN <= at; i++) {
      boolean word = i == start || !Ascii.isAlphanumeric(buf[i - 1]);
      if (word && (Ascii.hasWordAt(buf, i, at, "arn:aws") || isEncoded(buf, i, at))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEncoded(byte[] buf, int at, int to) {
    return Ascii.hasWordAt(buf, at, to, "arn%3aaws");
  }

  private static boolean isArnByte(byte b) {
    return AssignmentDetector.isNameByte(b) || b == ':' || b == '/' || b == '%';
  }

  /** Service and type behind a module of PAM: {@code pam_unix(gdm-password:session)}. */
  private static boolean isOfPam(byte[] buf, int from, int nameStart, int nameEnd, int to) {
    int limit = Math.max(from, nameStart - 1 - MAX_LENGTH);
    int module = AssignmentDetector.startOfWord(buf, limit, nameStart - 1);
    if (!Ascii.hasWordAt(buf, module, nameStart, "pam_") || nameEnd >= to || buf[nameEnd] != ':') {
      return false;
    }
    int i = nameEnd + 1;
    while (i < to && Ascii.isLower(buf[i])) {
      i++;
    }
    return i > nameEnd + 1 && i < to && buf[i] == ')';
  }
}
