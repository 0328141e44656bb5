package io.sluice.schemas.definitions;

import io.sluice.schemas.PlainText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A value that names a group: one short line, whatever a sender writes, since it becomes part of an
 * id, of labels and of addresses. A value that cannot stand as it is gets a digest behind it, so
 * that different ones stay different.
 */
final class GroupValue {

  private static final int MAX_LENGTH = 80;
  private static final int DIGEST_BYTES = 6;

  private GroupValue() {}

  /**
   * @param value null for none
   * @param comma whether it may have one
   */
  static String of(@Nullable String value, boolean comma) {
    if (value == null || value.isEmpty()) {
      return GroupBy.NONE;
    }
    return stands(value, comma) ? value : changed(value, comma);
  }

  /** A value as plain text, with a digest where that is not the value itself. */
  static String label(String value) {
    String plain = PlainText.of(value);
    // Of routes: braces are markup nowhere that shows labels.
    boolean same = plain.equals(value.replace('{', '(').replace('}', ')'));
    return same || value.equals(GroupBy.NONE) || value.equals(GroupBy.OTHER)
        ? value
        : plain + "~" + digest(value);
  }

  private static boolean stands(String value, boolean comma) {
    if (value.length() > MAX_LENGTH
        || value.equals(GroupBy.NONE)
        || value.equals(GroupBy.OTHER)
        || value.isBlank()) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      if (!stands(value.charAt(i), comma)) {
        return false;
      }
    }
    return true;
  }

  private static boolean stands(char c, boolean comma) {
    if (c < 0x7F) {
      return c >= ' ' && (comma || c != ',');
    }
    return switch (Character.getType(c)) {
      // What breaks a line, is not seen, or is half a character; pairs go too: few names have them.
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  private static String changed(String value, boolean comma) {
    int length = Math.min(value.length(), MAX_LENGTH);
    StringBuilder text = new StringBuilder(length + 2 * DIGEST_BYTES + 1);
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      text.append(stands(c, comma) ? c : '_');
    }
    return text.append('~').append(digest(value)).toString();
  }

  private static String digest(String value) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
