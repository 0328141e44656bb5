package io.sluice.processors.sanitize;

import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The notation of a text from which findings are taken, so that it stays one: what takes the place
 * of a bare value of JSON is a string, and a URL gets no blank.
 */
final class Notation {

  private static final int MAX_URL = 1024;
  private static final int MAX_BACKSLASHES = 16;
  private static final int MAX_SPACE = 32;

  private final byte[] buf;
  private final int from;
  private final int to;
  private final @Nullable JsonDocument document;

  Notation(byte[] buf, int from, int to, @Nullable JsonDocument document) {
    this.buf = buf;
    this.from = from;
    this.to = to;
    this.document = document;
  }

  /** Text as it may stand in a URL. */
  static String inUrl(String text) {
    return text.replace(" ", "%20");
  }

  /** What is written in the place of a range. */
  Slice fit(Slice replacement, int start, int end) {
    if (isInUrl(start)) {
      return Slice.of(inUrl(replacement.utf8()).getBytes(StandardCharsets.UTF_8));
    }
    String quote = quoteOfValue(start, end);
    return quote.isEmpty() ? replacement : quoted(replacement, quote);
  }

  /** Whether a URL, or part of one, runs up to here. */
  private boolean isInUrl(int start) {
    int limit = Math.max(from, start - MAX_URL);
    for (int i = start - 1; i >= limit; i--) {
      byte b = buf[i];
      if (Ascii.isSpaceOrControl(b) || Ascii.isQuote(b) || b == '<') {
        return false;
      }
      boolean scheme =
          b == ':'
              && (Ascii.hasWordAt(buf, i + 1, start, "//")
                  || Ascii.hasWordAt(buf, i + 1, start, "\\/\\/"));
      if (b == '?' || scheme || (b == '%' && Hex.value(buf, i + 1, i + 3, to) >= 0)) {
        return true;
      }
    }
    return false;
  }

  /** How a quote is written around this when it is a bare value of JSON; empty when it is none. */
  private String quoteOfValue(int start, int end) {
    if (!endsValue(end)) {
      return "";
    }
    int i = skipSpaceBack(start);
    if (i > from && buf[i - 1] == ':') {
      i = skipSpaceBack(i - 1);
      boolean behindKey = i > from && buf[i - 1] == '"';
      return !behindKey ? "" : isBare(start) ? "\"" : quoteBefore(i - 1);
    }
    boolean element = i > from && (buf[i - 1] == '[' || buf[i - 1] == ',') && isBare(start);
    return element ? "\"" : "";
  }

  private boolean isBare(int start) {
    return document != null && !document.isInString(start);
  }

  private String quoteBefore(int quote) {
    int limit = Math.max(from, quote - MAX_BACKSLASHES);
    int first = quote;
    while (first > limit && buf[first - 1] == '\\') {
      first--;
    }
    boolean doubled = first == quote && first > from && buf[first - 1] == '"';
    return "\\".repeat(quote - first) + (doubled ? "\"\"" : "\"");
  }

  private boolean endsValue(int end) {
    int i = ValueEnd.skipSpace(buf, end, to);
    return i == to || buf[i] == ',' || buf[i] == '}' || buf[i] == ']';
  }

  private int skipSpaceBack(int place) {
    int i = place;
    int limit = Math.max(from, place - MAX_SPACE);
    while (i > limit && Ascii.isSpaceOrControl(buf[i - 1])) {
      i--;
    }
    return i;
  }

  private static Slice quoted(Slice text, String quote) {
    return Slice.of((quote + text.utf8() + quote).getBytes(StandardCharsets.UTF_8));
  }
}
