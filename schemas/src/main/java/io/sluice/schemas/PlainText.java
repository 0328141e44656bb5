package io.sluice.schemas;

/**
 * Text that senders chose, made harmless in messages to people: whatever a receiver makes of a
 * message (HTML, Markdown, a chat's own markup), it finds neither markup nor an address to link to
 * nor a name to call. The record keeps the text itself.
 */
public final class PlainText {

  private static final int MAX_LENGTH = 80;

  /** Looks like a dot, and no receiver takes it for a part of an address. */
  private static final char DOT = '\u2024';

  private static final String HARMLESS = " /-:,;=+%$";

  private PlainText() {}

  /** The text as it can stand in any message. */
  public static String of(String text) {
    StringBuilder plain = new StringBuilder();
    int length = Math.min(text.length(), MAX_LENGTH);
    for (int i = 0; i < length; i++) {
      plain.append(plain(text, i));
    }
    if (text.length() > MAX_LENGTH) {
      plain.append('…');
    }
    return plain.toString().replace("//", "/ /").replace(":/", ": /");
  }

  private static char plain(String text, int at) {
    char c = text.charAt(at);
    if (c == '.') {
      // A number's dot stays as it is: 1.4.2 is no address that has a name.
      return isDigit(text, at - 1) && isDigit(text, at + 1) ? c : DOT;
    }
    if (c == '_') {
      return isLetterOrDigit(text, at - 1) && isLetterOrDigit(text, at + 1) ? c : ' ';
    }
    if (c == '{') {
      return '(';
    }
    if (c == '}') {
      return ')';
    }
    boolean harmless = Character.isLetterOrDigit(c) || HARMLESS.indexOf(c) >= 0;
    return harmless ? c : ' ';
  }

  private static boolean isDigit(String text, int at) {
    return at >= 0 && at < text.length() && Character.isDigit(text.charAt(at));
  }

  private static boolean isLetterOrDigit(String text, int at) {
    return at >= 0 && at < text.length() && Character.isLetterOrDigit(text.charAt(at));
  }
}
