package io.sluice.sinks.search;

import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * Writes JSON as UTF-8 into a buffer that grows. Knows no structure: who writes sets the commas.
 * Not safe for use by several threads.
 */
final class JsonBytes {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final long SECOND = 1_000_000_000L;

  private byte[] buf;
  private int size;
  private long cachedSecond = Long.MIN_VALUE;
  private byte[] cachedText = new byte[0];

  JsonBytes(int capacity) {
    buf = new byte[capacity];
  }

  int size() {
    return size;
  }

  /** What was written, not copied. */
  byte[] array() {
    return buf;
  }

  void truncate(int newSize) {
    size = newSize;
  }

  byte[] toBytes() {
    return Arrays.copyOf(buf, size);
  }

  /** What was written, all of it ASCII, as text. */
  String ascii() {
    return new String(buf, 0, size, StandardCharsets.ISO_8859_1);
  }

  JsonBytes raw(char ascii) {
    reserve(1);
    buf[size++] = (byte) ascii;
    return this;
  }

  /** Text that needs no escape. */
  @SuppressWarnings("deprecation") // the copy of the low bytes is what is wanted: it is ASCII
  JsonBytes raw(String ascii) {
    int length = ascii.length();
    reserve(length);
    ascii.getBytes(0, length, buf, size);
    size += length;
    return this;
  }

  JsonBytes raw(byte[] bytes, int start, int end) {
    reserve(end - start);
    System.arraycopy(bytes, start, buf, size, end - start);
    size += end - start;
    return this;
  }

  /** A member's name that needs no escape, with what separates it from the member before. */
  JsonBytes member(String ascii) {
    if (size > 0 && buf[size - 1] != '{') {
      raw(',');
    }
    return raw('"').raw(ascii).raw("\":");
  }

  JsonBytes number(long value) {
    if (value < 0) {
      return raw(Long.toString(value));
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    reserve(digits);
    long rest = value;
    for (int at = size + digits - 1; at >= size; at--) {
      buf[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
    return this;
  }

  /** Text in quotes. Half a surrogate pair becomes U+FFFD. */
  JsonBytes string(String text) {
    raw('"');
    content(text);
    return raw('"');
  }

  /** The same without quotes: a part of a string. */
  void content(String text) {
    int length = text.length();
    reserve(length);
    int clean = 0;
    while (clean < length && isClean(text.charAt(clean))) {
      buf[size + clean] = (byte) text.charAt(clean);
      clean++;
    }
    size += clean;
    for (int i = clean; i < length; i++) {
      char c = text.charAt(i);
      if (isClean(c)) {
        raw(c);
      } else if (c < 0x80) {
        escape((byte) c);
      } else if (c < 0x800) {
        reserve(2);
        buf[size++] = (byte) (0xc0 | c >> 6);
        buf[size++] = (byte) (0x80 | (c & 0x3f));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        reserve(4);
        buf[size++] = (byte) (0xf0 | point >> 18);
        buf[size++] = (byte) (0x80 | (point >> 12 & 0x3f));
        buf[size++] = (byte) (0x80 | (point >> 6 & 0x3f));
        buf[size++] = (byte) (0x80 | (point & 0x3f));
      } else {
        int point = Character.isSurrogate(c) ? 0xfffd : c;
        reserve(3);
        buf[size++] = (byte) (0xe0 | point >> 12);
        buf[size++] = (byte) (0x80 | (point >> 6 & 0x3f));
        buf[size++] = (byte) (0x80 | (point & 0x3f));
      }
    }
  }

  private static boolean isClean(char c) {
    return c < 0x80 && c >= 0x20 && c != '"' && c != '\\';
  }

  /** UTF-8 in quotes, copied where it needs no look at its characters. */
  JsonBytes string(Slice utf8) {
    byte[] from = utf8.array();
    for (int i = utf8.start(); i < utf8.end(); i++) {
      byte b = from[i];
      if (b < 0x20 || b == '"' || b == '\\') { // what is not ASCII is negative
        return string(utf8.utf8());
      }
    }
    return raw('"').raw(from, utf8.start(), utf8.end()).raw('"');
  }

  JsonBytes hex(Slice bytes) {
    return raw('"').hexDigits(bytes).raw('"');
  }

  /** The same without quotes. */
  JsonBytes hexDigits(Slice bytes) {
    reserve(2 * bytes.length());
    for (int i = bytes.start(); i < bytes.end(); i++) {
      buf[size++] = HEX[bytes.array()[i] >> 4 & 0xf];
      buf[size++] = HEX[bytes.array()[i] & 0xf];
    }
    return this;
  }

  JsonBytes base64(byte[] bytes) {
    byte[] encoded = Base64.getEncoder().encode(bytes);
    return raw('"').raw(encoded, 0, encoded.length).raw('"');
  }

  /** A time in ISO 8601 with nanoseconds; before 1970, which OpenSearch does not know, 1970. */
  JsonBytes time(long unixNano) {
    long time = Math.max(0, unixNano);
    long second = time / SECOND;
    if (second != cachedSecond) {
      String text = Instant.ofEpochSecond(second).toString();
      cachedText = ('"' + text.substring(0, text.length() - 1)).getBytes(StandardCharsets.US_ASCII);
      cachedSecond = second;
    }
    raw(cachedText, 0, cachedText.length).raw('.');
    reserve(9);
    int nanos = (int) (time % SECOND);
    for (int at = size + 8; at >= size; at--) {
      buf[at] = (byte) ('0' + nanos % 10);
      nanos /= 10;
    }
    size += 9;
    return raw("Z\"");
  }

  private void escape(byte c) {
    switch (c) {
      case '"', '\\' -> raw('\\').raw((char) c);
      case '\n' -> raw("\\n");
      case '\r' -> raw("\\r");
      case '\t' -> raw("\\t");
      default -> {
        raw("\\u00");
        raw((char) HEX[c >> 4 & 0xf]);
        raw((char) HEX[c & 0xf]);
      }
    }
  }

  private void reserve(int more) {
    if (buf.length - size < more) {
      long doubled = Math.min(2L * buf.length, Integer.MAX_VALUE - 8);
      buf = Arrays.copyOf(buf, Math.max((int) doubled, Math.addExact(size, more)));
    }
  }
}
