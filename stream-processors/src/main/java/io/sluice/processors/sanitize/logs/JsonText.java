package io.sluice.processors.sanitize.logs;

import io.sluice.schemas.otlp.ProtoWriter;

/** Reads JSON and its kin byte by byte: strings, numbers and blanks. */
final class JsonText {

  static final int BROKEN = -1;

  private JsonText() {}

  static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  static int skipBlanks(byte[] buf, int from, int to) {
    int i = from;
    while (i < to && isBlank(buf[i])) {
      i++;
    }
    return i;
  }

  /** Where a quoted string without its quotes ends; {@link #BROKEN} when it never does. */
  static int endOfString(byte[] buf, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = buf[i];
      if (b == '"') {
        return i;
      }
      if (b == '\\') {
        i++;
      } else if (b >= 0 && b < ' ') {
        return BROKEN;
      }
    }
    return BROKEN;
  }

  static boolean hasEscape(byte[] buf, int from, int to) {
    for (int i = from; i < to; i++) {
      if (buf[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  /**
   * Writes a string without its escapes.
   *
   * @return false for an escape that is none, or names no character
   */
  static boolean unescape(byte[] buf, int from, int to, ProtoWriter out) {
    int copied = from;
    int i = from;
    while (i < to) {
      if (buf[i] != '\\') {
        i++;
        continue;
      }
      out.raw(buf, copied, i);
      if (i + 1 == to) {
        return false;
      }
      int simple = simpleEscape(buf[i + 1]);
      if (simple >= 0) {
        out.raw(simple);
        i += 2;
      } else {
        int unit = unit(buf, i, to);
        boolean pair = unit >= 0xd800 && unit < 0xdc00;
        int low = pair ? unit(buf, i + 6, to) : 0;
        if (unit < 0 || (unit >= 0xdc00 && unit < 0xe000) || (pair && (low & 0xfc00) != 0xdc00)) {
          return false;
        }
        codePoint(pair ? 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff) : unit, out);
        i += pair ? 12 : 6;
      }
      copied = i;
    }
    out.raw(buf, copied, to);
    return true;
  }

  private static int simpleEscape(byte b) {
    return switch (b) {
      case '"', '\\', '/' -> b;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> BROKEN;
    };
  }

  /** The UTF-16 code unit of a {@code \}{@code uXXXX} here. */
  private static int unit(byte[] buf, int at, int to) {
    if (at + 6 > to || buf[at] != '\\' || buf[at + 1] != 'u') {
      return BROKEN;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = buf[i] < 0 ? BROKEN : Character.digit((char) buf[i], 16);
      if (digit < 0) {
        return BROKEN;
      }
      unit = (unit << 4) | digit;
    }
    return unit;
  }

  private static void codePoint(int c, ProtoWriter out) {
    if (c < 0x80) {
      out.raw(c);
    } else if (c < 0x800) {
      out.raw(0xc0 | (c >> 6));
      out.raw(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
      out.raw(0xe0 | (c >> 12));
      out.raw(0x80 | ((c >> 6) & 0x3f));
      out.raw(0x80 | (c & 0x3f));
    } else {
      out.raw(0xf0 | (c >> 18));
      out.raw(0x80 | ((c >> 12) & 0x3f));
      out.raw(0x80 | ((c >> 6) & 0x3f));
      out.raw(0x80 | (c & 0x3f));
    }
  }
}
