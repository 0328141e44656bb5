package io.sluice.processors.sanitize.logs;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Trace and span ids as logs write them. 64-bit trace ids are filled up with zeros on the left, as
 * W3C Trace Context recommends. An id of zeros is none.
 */
final class TraceIds {

  private static final HexFormat HEX = HexFormat.of();
  private static final String TRACES = "/traces/";
  private static final int MAX_DECIMAL = 20;

  private TraceIds() {}

  /** 16 bytes of 32 or 16 hex digits, which Google Cloud writes behind {@code …/traces/}. */
  static byte @Nullable [] trace(String text) {
    int name = text.lastIndexOf(TRACES);
    String digits = name < 0 ? text : text.substring(name + TRACES.length());
    return digits.length() == 16 || digits.length() == 32 ? hex(digits, 16) : null;
  }

  /** 8 bytes of 16 hex digits. */
  static byte @Nullable [] span(String text) {
    return text.length() == 16 ? hex(text, 8) : null;
  }

  /** 16 bytes of what Datadog writes: 32 hex digits, or 64 bits as a decimal number. */
  static byte @Nullable [] datadogTrace(String text) {
    return text.length() == 32 ? trace(text) : decimal(text, 16);
  }

  /** 8 bytes of a decimal number. */
  static byte @Nullable [] datadogSpan(String text) {
    return decimal(text, 8);
  }

  /** Whether the bytes are an id of this length. */
  static boolean isId(byte[] buf, int start, int end, int length) {
    return end - start == length && isSet(buf, start, end);
  }

  private static byte @Nullable [] hex(String digits, int length) {
    for (int i = 0; i < digits.length(); i++) {
      if (!HexFormat.isHexDigit(digits.charAt(i))) {
        return null;
      }
    }
    byte[] id = new byte[length];
    byte[] given = HEX.parseHex(digits);
    System.arraycopy(given, 0, id, length - given.length, given.length);
    return isSet(id, 0, length) ? id : null;
  }

  private static byte @Nullable [] decimal(String text, int length) {
    if (text.isEmpty() || text.length() > MAX_DECIMAL || !isDigits(text)) {
      return null;
    }
    try {
      long value = Long.parseUnsignedLong(text);
      byte[] id = ByteBuffer.allocate(length).putLong(length - Long.BYTES, value).array();
      return value == 0 ? null : id;
    } catch (NumberFormatException e) {
      return null; // more than 64 bits
    }
  }

  private static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static boolean isSet(byte[] buf, int start, int end) {
    int bits = 0;
    for (int i = start; i < end; i++) {
      bits |= buf[i];
    }
    return bits != 0;
  }
}
