package io.sluice.app.sanitize;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Lines that are one text because a private key in PEM may stand in them: a secret that is broken
 * over lines is none in any single one of them.
 */
final class KeyBlock {

  /** Four times what the longest RSA key takes that is in use. */
  private static final int MAX_BYTES = 64 << 10;

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final Pattern KEY = Pattern.compile("[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----");

  /** Base64, one of the headers of an encrypted key, or nothing. */
  private static final Pattern INSIDE =
      Pattern.compile("\\s*+(?:[A-Za-z0-9+/=]*+|[A-Za-z][A-Za-z-]{1,30}: .{0,200}+)\\s*+");

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private boolean open;

  /** Whether a key begins in this line and does not end in it. */
  static boolean begins(byte[] line) {
    if (!mayBegin(line)) {
      return false;
    }
    String read = latin(line);
    int begin = read.lastIndexOf(BEGIN);
    return begin >= 0
        && KEY.matcher(read).region(begin + BEGIN.length(), read.length()).lookingAt()
        && read.indexOf(END, begin) < 0;
  }

  /** Whether the line is the key's next. */
  boolean takes(byte[] line) {
    if (!open || text.size() + line.length > MAX_BYTES) {
      return false;
    }
    String read = latin(line);
    return read.contains(END) || INSIDE.matcher(read).matches();
  }

  void add(byte[] line, String ending) {
    open = text.size() == 0 || !latin(line).contains(END);
    text.writeBytes(line);
    text.writeBytes(ending.getBytes(StandardCharsets.US_ASCII));
  }

  byte[] text() {
    return text.toByteArray();
  }

  /** Most lines have no five hyphens. */
  private static boolean mayBegin(byte[] line) {
    for (int i = 4; i < line.length; i += 5) {
      if (line[i] == '-') {
        return true;
      }
    }
    return false;
  }

  private static String latin(byte[] line) {
    return new String(line, StandardCharsets.ISO_8859_1);
  }
}
