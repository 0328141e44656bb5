package io.sluice.processors.sanitize;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the strings of a text are that is one JSON document, so that what rules find in it can be
 * brought to its bounds: a secret ends with the string in which it stands, is a whole number or a
 * whole structure, and cuts no escape in two. Made for texts with findings only, in linear time.
 */
final class JsonDocument {

  static final long NONE = -1;

  private static final int MAX_ESCAPES = 1 << 10;
  private static final int UNICODE = 6;
  private static final int MAX_NUMBER = 64;

  /** How far the end of a structure is looked for. */
  private static final int MAX_STRUCTURE = 1 << 16;

  private final byte[] buf;
  private final int to;

  /** Places of opening and closing quotes by turns. */
  private int[] quotes = new int[16];

  private int size;

  private JsonDocument(byte[] buf, int to) {
    this.buf = buf;
    this.to = to;
  }

  /** The document that a text is; null when it is none, as far as its strings show. */
  static @Nullable JsonDocument of(byte[] buf, int from, int to) {
    int first = from;
    while (first < to && Ascii.isSpaceOrControl(buf[first])) {
      first++;
    }
    int last = to;
    while (last > first && Ascii.isSpaceOrControl(buf[last - 1])) {
      last--;
    }
    boolean document =
        last - first > 1
            && ((buf[first] == '{' && buf[last - 1] == '}')
                || (buf[first] == '[' && buf[last - 1] == ']'));
    JsonDocument strings = new JsonDocument(buf, last);
    return document && strings.read(first) ? strings : null;
  }

  private boolean read(int first) {
    byte before = ',';
    int depth = 0;
    for (int i = first; i < to; i++) {
      byte b = buf[i];
      if (Ascii.isSpaceOrControl(b)) {
        continue;
      }
      boolean opens = before == '{' || before == '[' || before == ',' || before == ':';
      if (b == '"') {
        int end = opens ? closingQuote(i + 1) : to;
        if (end == to) {
          return false;
        }
        add(i, end);
        i = end;
      } else if (b == '{' || b == '[') {
        depth++;
        if (!opens) {
          return false;
        }
      } else if (b == '}' || b == ']') {
        depth--;
        if (depth == 0 && i + 1 < to) {
          return false;
        }
      } else if (opens && beginsBare(b)) {
        i = endOfBare(i) - 1;
      } else if (b != ',' && b != ':') {
        return false;
      }
      before = b;
    }
    return depth == 0;
  }

  private static boolean beginsBare(byte b) {
    return Ascii.isDigit(b) || b == '-' || b == 't' || b == 'f' || b == 'n';
  }

  private int endOfBare(int start) {
    int i = start;
    while (i < to && isBare(buf[i])) {
      i++;
    }
    return i;
  }

  private int closingQuote(int start) {
    int i = start;
    while (i < to && buf[i] != '"') {
      i += buf[i] == '\\' ? 2 : 1;
    }
    return Math.min(i, to);
  }

  private void add(int open, int close) {
    if (size == quotes.length) {
      quotes = Arrays.copyOf(quotes, size * 2);
    }
    quotes[size++] = open;
    quotes[size++] = close;
  }

  boolean isInString(int at) {
    return quotesBefore(at) % 2 == 1;
  }

  private int quotesBefore(int at) {
    int place = Arrays.binarySearch(quotes, 0, size, at);
    return place < 0 ? -place - 1 : place;
  }

  /**
   * Brings a finding to the bounds of what it stands in.
   *
   * @return its {@link #start} and {@link #end}, or {@link #NONE} when it is none: it begins with
   *     what stands between values
   */
  long bounds(int start, int end) {
    int before = quotesBefore(start);
    if (before % 2 == 0) {
      return outside(start, end, before);
    }
    int close = quotes[before];
    int open = quotes[before - 1] + 1;
    int first = start;
    int escape = startOfEscape(open, start);
    if (escape < start) {
      boolean blank = start == escape + 1 && isBlank(buf[start]);
      first = blank ? start + 1 : escape;
    }
    int last = Math.min(end, close);
    escape = startOfEscape(open, last);
    if (escape < last) {
      last = Math.min(close, escape + length(escape));
    }
    return last > first ? pack(first, last) : NONE;
  }

  private long outside(int start, int end, int before) {
    byte b = buf[start];
    if (b == '"') {
      return pack(start, quotes[before + 1] + 1);
    }
    if (b == '{' || b == '[') {
      return pack(start, endOfStructure(start, end, before));
    }
    int first = start;
    int limit = Math.max(0, start - MAX_NUMBER);
    while (first > limit && isBare(buf[first - 1])) {
      first--;
    }
    int last = start;
    limit = Math.min(to, Math.max(end, start + MAX_NUMBER));
    while (last < limit && isBare(buf[last])) {
      last++;
    }
    return last > start ? pack(first, last) : NONE;
  }

  private int endOfStructure(int start, int end, int before) {
    int limit = Math.min(to, start + MAX_STRUCTURE);
    int depth = 0;
    int quote = before;
    for (int i = start; i < limit; i++) {
      byte b = buf[i];
      if (b == '"') {
        i = quotes[quote + 1];
        quote += 2;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
        if (depth == 0) {
          return i + 1;
        }
      }
    }
    return end;
  }

  /** Where the escape begins in whose middle this place is; the place itself when it is in none. */
  private int startOfEscape(int open, int place) {
    int limit = Math.max(open, place - UNICODE + 1);
    for (int i = place - 1; i >= limit; i--) {
      if (buf[i] == '\\' && isEscape(open, i) && i + length(i) > place) {
        return i;
      }
    }
    return place;
  }

  /** Whether a backslash begins an escape, and is not escaped itself. */
  private boolean isEscape(int open, int backslash) {
    int limit = Math.max(open, backslash - MAX_ESCAPES);
    int i = backslash;
    while (i > limit && buf[i - 1] == '\\') {
      i--;
    }
    return (backslash - i) % 2 == 0;
  }

  private int length(int escape) {
    return escape + 1 < to && buf[escape + 1] == 'u' ? UNICODE : 2;
  }

  private static boolean isBlank(byte escaped) {
    return escaped == 'n' || escaped == 'r' || escaped == 't' || escaped == 'b' || escaped == 'f';
  }

  private static boolean isBare(byte b) {
    return Ascii.isAlphanumeric(b) || b == '-' || b == '+' || b == '.';
  }

  private static long pack(int start, int end) {
    return (long) start << 32 | end;
  }

  static int start(long bounds) {
    return (int) (bounds >>> 32);
  }

  static int end(long bounds) {
    return (int) bounds;
  }
}
