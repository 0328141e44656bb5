package io.sluice.processors.sanitize;

import io.sluice.schemas.otlp.FieldPath;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;

/**
 * Writes the path of a field for the ledger. Keys come from outside, so they may be secrets, ids or
 * megabytes: each is sanitized itself, cut down to plain characters, and becomes {@code *} when it
 * is long or full of digits. So a path tells a secret's place, not the secret, and there are few of
 * them.
 */
final class PathText {

  private static final int MAX_KEY = 64;
  private static final int MAX_DIGITS = 5;
  private static final int MAX_PATH = 256;

  private final TextScanner scanner;

  PathText(Sanitizer sanitizer) {
    scanner = new TextScanner(sanitizer);
  }

  String of(FieldPath path) {
    return of(path, path.size());
  }

  /** The path without its last segment. */
  String around(FieldPath path) {
    return of(path, path.size() - 1);
  }

  private String of(FieldPath path, int size) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < size && text.length() < MAX_PATH; i++) {
      if (i > 0) {
        text.append('.');
      }
      String name = path.name(i);
      text.append(name == null ? key(path.key(i)) : name);
    }
    text.setLength(Math.min(text.length(), MAX_PATH));
    return text.toString();
  }

  /** The first segment only: a coarser path when there are too many. */
  static String root(FieldPath path) {
    String name = path.size() == 0 ? null : path.name(0);
    return name == null ? "" : name;
  }

  private String key(Slice key) {
    if (key.length() > MAX_KEY) {
      return "*";
    }
    Slice sanitized = scanner.sanitize(key.array(), key.start(), key.end());
    byte[] plain = (sanitized == null ? key : sanitized).toBytes();
    int digits = 0;
    for (int i = 0; i < plain.length; i++) {
      digits += Ascii.isDigit(plain[i]) ? 1 : 0;
      if (!AssignmentDetector.isNameByte(plain[i])) {
        plain[i] = '_';
      }
    }
    return digits > MAX_DIGITS ? "*" : new String(plain, StandardCharsets.US_ASCII);
  }
}
