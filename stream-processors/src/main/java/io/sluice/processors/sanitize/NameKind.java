package io.sluice.processors.sanitize;

import io.sluice.schemas.otlp.Slice;
import java.util.List;

/**
 * What a name says of its value. What only names a secret, or says that there is one, is none, and
 * looks otherwise for each.
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
  /** What is presented, or the rule by which it was. */
  CREDENTIAL,
  /** A password in another language, whose words of state nobody lists. */
  FOREIGN,
  /** No name of a credential. */
  OTHER;

  private static final int LARGEST_COUNT = 3;
  private static final List<String> KEYS =
      List.of(
          "api",
          "access",
          "private",
          "secret",
          "encryption",
          "signing",
          "master",
          "hmac",
          "account",
          "session");

  /** Words that nobody takes for a password. */
  private static final List<String> STATES =
      List.of("set", "present", "absent", "provided", "unchanged");

  private static final List<String> MORE_STATES =
      List.of(
          "supplied",
          "loaded",
          "cached",
          "mounted",
          "granted",
          "allowed",
          "skipped",
          "optional",
          "configured",
          "rotated",
          "fresh",
          "include",
          "omit",
          "same-origin");

  /** Words of messages that are passwords too. */
  private static final List<String> WEAK = List.of("secret", "user");

  /** How names of passwords end in other languages. */
  private static final List<String> FOREIGN_NAMES =
      List.of(
          "passwort",
          "kennwort",
          "passe",
          "senha",
          "contrasena",
          "wachtwoord",
          "haslo",
          "losenord",
          "adgangskode",
          "salasana");

  static NameKind of(byte[] buf, int nameStart, int nameEnd) {
    if (isForeign(buf, nameStart, nameEnd)) {
      return FOREIGN;
    }
    if (AssignmentSeparator.isPassword(buf, nameStart, nameEnd)) {
      return PASSWORD;
    }
    if (Ascii.endsWith(buf, nameStart, nameEnd, "secret")) {
      return SECRET;
    }
    if (Ascii.endsWith(buf, nameStart, nameEnd, "key")) {
      return isSecretKey(buf, nameStart, nameEnd - "key".length()) ? KEY : OTHER;
    }
    if (Ascii.endsWith(buf, nameStart, nameEnd, "token")) {
      return TOKEN;
    }
    return Ascii.endsWith(buf, nameStart, nameEnd, "authorization")
            || Ascii.endsWith(buf, nameStart, nameEnd, "credential")
            || Ascii.endsWith(buf, nameStart, nameEnd, "credentials")
        ? CREDENTIAL
        : OTHER;
  }

  private static boolean isForeign(byte[] buf, int nameStart, int nameEnd) {
    for (int i = nameStart; i < nameEnd; i++) {
      if (buf[i] < 0) {
        return true;
      }
    }
    for (int i = 0; i < FOREIGN_NAMES.size(); i++) {
      if (Ascii.endsWith(buf, nameStart, nameEnd, FOREIGN_NAMES.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** {@code private_key}, not {@code object_key}. */
  private static boolean isSecretKey(byte[] buf, int start, int key) {
    int end = key;
    if (end > start && (buf[end - 1] == '.' || LiteralAutomaton.isSeparator(buf[end - 1]))) {
      end--;
    }
    for (int i = 0; i < KEYS.size(); i++) {
      if (Ascii.endsWith(buf, start, end, KEYS.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the value of this key is none, of an attribute or map entry. */
  static boolean isNoValue(Slice key, Slice value) {
    int end = KeyNames.withoutNumber(key.array(), key.start(), key.end());
    return of(key.array(), key.start(), end).isNoValue(value.array(), value.start(), value.end())
        || WorkingDirectory.isOne(key, value);
  }

  /** Whether a value says where the secret is, how many there are, or how it stands with it. */
  boolean isNoValue(byte[] buf, int start, int end) {
    boolean none =
        switch (this) {
          case SECRET -> isQualified(buf, start, end) && !Entropy.looksRandom(buf, start, end);
          case KEY -> isPath(buf, start, end) && !Entropy.looksRandom(buf, start, end);
          case TOKEN -> isCount(buf, start, end);
          case PASSWORD -> isModule(buf, start, end);
          case CREDENTIAL, FOREIGN, OTHER -> false;
        };
    return none
        || (this != OTHER
            && (isOneOf(STATES, buf, start, end)
                || (this != PASSWORD && isOneOf(MORE_STATES, buf, start, end))
                || isReference(buf, start, end)));
  }

  /** Whether a value that says nothing elsewhere may be the secret behind such a name. */
  boolean mayBeWord(byte[] buf, int start, int end) {
    return this == PASSWORD && isOneOf(WEAK, buf, start, end);
  }

  private static boolean isOneOf(List<String> words, byte[] buf, int start, int end) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.length() == end - start && Ascii.hasWordAt(buf, start, end, word)) {
        return true;
      }
    }
    return false;
  }

  /** What programs that are named so say first: {@code passwd: pam_unix(passwd:chauthtok): …}. */
  private static boolean isModule(byte[] buf, int start, int end) {
    return Ascii.hasWordAt(buf, start, end, "pam_") && buf[end - 1] == ':' && buf[end - 2] == ')';
  }

  /** A name in a cloud: {@code arn:aws:kms:…}, {@code projects/17/secrets/db/versions/2}. */
  private static boolean isReference(byte[] buf, int start, int end) {
    boolean google = Ascii.hasWordAt(buf, start, end, "projects/");
    if (!google && !Ascii.hasWordAt(buf, start, end, "arn:aws")) {
      return false;
    }
    boolean secrets = !google;
    for (int i = start; i < end; i++) {
      byte b = buf[i];
      if (!AssignmentDetector.isNameByte(b) && b != ':' && b != '/' && b != '+' && b != '@') {
        return false;
      }
      secrets |= b == '/' && Ascii.hasWordAt(buf, i, end, "/secrets/");
    }
    return secrets;
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

  /** Small, or below 0 as places on a ring are. */
  private static boolean isCount(byte[] buf, int start, int end) {
    boolean negative = start < end && buf[start] == '-';
    return negative
        ? areDigits(buf, start + 1, end)
        : end - start <= LARGEST_COUNT && areDigits(buf, start, end);
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
