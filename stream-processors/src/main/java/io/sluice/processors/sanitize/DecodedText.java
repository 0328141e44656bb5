package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.Detector.Anchor;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text as whoever reads it in the end will see it, one layer of encoding less: percent signs of
 * URLs, backslashes of JSON and of server logs ({@code \x22}), character references of HTML, the
 * base64 of JSON and of PEM; without characters that nobody sees (zero width, colors of terminals),
 * and with full-width digits as digits. It knows for each byte where it came from, so that what is
 * found in it can be taken out of the text itself.
 *
 * <p>What stands as it is stays; so a text in which several encodings are mixed is read too. Made
 * in linear time. Reused from text to text; not safe for use by several threads.
 */
final class DecodedText {

  /** How often a text is decoded: twice for what encodes what is encoded, once more for base64. */
  static final int MAX_LAYERS = 3;

  /** Longer buffers are not kept for the next text. */
  private static final int MAX_KEPT = 1 << 16;

  private static final int MIN_BASE64 = 16;
  private static final int MAX_SEQUENCE = 32;
  private static final byte ESC = 0x1b;

  /** How the base64 of a JSON object begins, and that of PEM. */
  private static final List<String> BASE64_STARTS =
      List.of("eyJ", "eyAi", "ewog", "ewoJ", "ew0K", "LS0tLS1CRUdJTi");

  private static final List<String> UNSEEN =
      List.of("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad");

  private byte[] bytes = {};
  private int[] starts = {};
  private int[] ends = {};
  private int size;

  /** Where a text may hold something to decode: nowhere else does it. */
  static List<Anchor> anchors() {
    List<String> signs = new ArrayList<>(List.of("\\u", "\\x", "\\/", "&#", "\u001b["));
    CharacterReferences.NAMES.forEach(name -> signs.add("&" + name));
    signs.addAll(UNSEEN);
    for (char digit = '\uff10'; digit <= '\uff19'; digit++) {
      signs.add(String.valueOf(digit));
    }
    List<Anchor> anchors = new ArrayList<>(signs.stream().map(Anchor::exact).toList());
    for (String sign : List.of("%2", "%3", "%4", "%5", "%6", "%7")) {
      anchors.add(
          Anchor.exact(sign, (buf, from, to, end) -> Hex.value(buf, end - 1, end + 1, to) >= 0));
    }
    for (String sign : BASE64_STARTS) {
      anchors.add(
          Anchor.exact(
              sign, (buf, from, to, end) -> mayBeBase64(buf, from, end - sign.length(), to)));
    }
    return anchors;
  }

  /** A text without any of its layers: equal for what its readers take for equal. */
  static Slice innermost(byte[] buf, int from, int to) {
    Slice inside = new Slice(buf, from, to);
    for (int layer = 0; layer < MAX_LAYERS; layer++) {
      DecodedText decoded = new DecodedText();
      if (!decoded.decode(inside.array(), inside.start(), inside.end())) {
        break;
      }
      inside = new Slice(decoded.bytes, 0, decoded.size);
    }
    return inside;
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** Where in the text a byte begins. */
  int startInText(int at) {
    return starts[at];
  }

  /** Where in the text a byte ends: what was decoded as a whole is taken whole. */
  int endInText(int at) {
    return ends[at];
  }

  /**
   * Decodes a text.
   *
   * @return whether it looks any different
   */
  boolean decode(byte[] buf, int from, int to) {
    open(to - from);
    boolean changed = false;
    int i = from;
    while (i < to) {
      int next =
          switch (buf[i]) {
            case '%' -> percent(buf, i, to);
            case '\\' -> backslash(buf, i, to);
            case '&' -> reference(buf, i, to);
            case ESC -> sequence(buf, i, to);
            case 'e', 'L' -> base64(buf, from, i, to);
            case (byte) 0xe2, (byte) 0xef, (byte) 0xc2 -> unseen(buf, i, to);
            default -> i;
          };
      if (next == i) {
        add(buf[i], i, i + 1);
        next++;
      } else {
        changed = true;
      }
      i = next;
    }
    return changed;
  }

  /** The same for a text that was decoded itself: places are those in the first text. */
  boolean decode(DecodedText outer) {
    if (!decode(outer.bytes, 0, outer.size)) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      starts[i] = outer.starts[starts[i]];
      ends[i] = outer.ends[ends[i] - 1];
    }
    return true;
  }

  private void open(int length) {
    boolean tooLarge = bytes.length > MAX_KEPT && length <= MAX_KEPT;
    if (bytes.length < length || tooLarge) {
      int capacity = Math.max(length, 256);
      bytes = new byte[capacity];
      starts = new int[capacity];
      ends = new int[capacity];
    }
    size = 0;
  }

  private void add(int b, int start, int end) {
    // What is decoded is never longer than what it was.
    bytes[size] = (byte) b;
    starts[size] = start;
    ends[size++] = end;
  }

  // Each method below returns where to go on: here, when nothing is encoded here.

  private int percent(byte[] buf, int at, int to) {
    int value = Hex.value(buf, at + 1, at + 3, to);
    if (value < 0) {
      return at;
    }
    add(value, at, at + 3);
    return at + 3;
  }

  private int backslash(byte[] buf, int at, int to) {
    if (at + 1 >= to) {
      return at;
    }
    byte kind = buf[at + 1];
    switch (kind) {
      case 'n' -> add('\n', at, at + 2);
      case 'r' -> add('\r', at, at + 2);
      case 't' -> add('\t', at, at + 2);
      case '"', '\'', '\\', '/' -> add(kind, at, at + 2);
      case 'x' -> {
        int value = Hex.value(buf, at + 2, at + 4, to);
        if (value < 0) {
          return at;
        }
        add(value, at, at + 4);
        return at + 4;
      }
      case 'u' -> {
        return unicode(buf, at, to);
      }
      default -> {
        return at;
      }
    }
    return at + 2;
  }

  private int unicode(byte[] buf, int at, int to) {
    int value = Hex.value(buf, at + 2, at + 6, to);
    if (value < 0) {
      return at;
    }
    boolean pair = Character.isHighSurrogate((char) value) && at + 7 < to && buf[at + 7] == 'u';
    int low = pair && buf[at + 6] == '\\' ? Hex.value(buf, at + 8, at + 12, to) : -1;
    if (low >= 0 && Character.isLowSurrogate((char) low)) {
      character(Character.toCodePoint((char) value, (char) low), at, at + 12);
      return at + 12;
    }
    character(value, at, at + 6);
    return at + 6;
  }

  private int reference(byte[] buf, int at, int to) {
    int end = CharacterReferences.end(buf, at, to);
    if (end != at) {
      character(CharacterReferences.character(buf, at, end), at, end);
    }
    return end;
  }

  /** Leaves out what a terminal takes for a command: {@code ESC [ 3 1 m}. */
  private static int sequence(byte[] buf, int at, int to) {
    if (at + 1 >= to || buf[at + 1] != '[') {
      return at;
    }
    int limit = Math.min(to, at + MAX_SEQUENCE);
    int i = at + 2;
    while (i < limit && buf[i] >= ' ' && buf[i] < '@') {
      i++;
    }
    return i < limit && buf[i] >= '@' ? i + 1 : at;
  }

  private int unseen(byte[] buf, int at, int to) {
    if (buf[at] == (byte) 0xef && at + 2 < to && buf[at + 1] == (byte) 0xbc) {
      int digit = (buf[at + 2] & 0xff) - 0x90;
      if (digit >= 0 && digit <= 9) {
        add('0' + digit, at, at + 3);
        return at + 3;
      }
    }
    int length = lengthOfUnseen(buf, at, to);
    return at + length;
  }

  /** The length of a character without width that stands here; 0 when none does. */
  static int lengthOfUnseen(byte[] buf, int at, int to) {
    int length = buf[at] == (byte) 0xc2 ? 2 : 3;
    if (at + length > to) {
      return 0;
    }
    int b1 = buf[at + 1] & 0xff;
    int b2 = buf[at + length - 1] & 0xff;
    boolean unseen =
        switch (buf[at] & 0xff) {
          case 0xc2 -> b1 == 0xad;
          case 0xe2 -> (b1 == 0x80 && b2 >= 0x8b && b2 <= 0x8d) || (b1 == 0x81 && b2 == 0xa0);
          case 0xef -> b1 == 0xbb && b2 == 0xbf;
          default -> false;
        };
    return unseen ? length : 0;
  }

  /** Text only: of ids and hashes that begin alike nothing is made. */
  private int base64(byte[] buf, int from, int at, int to) {
    if (!mayBeBase64(buf, from, at, to)) {
      return at;
    }
    int end = at;
    while (end < to && (isBase64(buf[end]) || buf[end] == '=')) {
      end++;
    }
    if (end - at < MIN_BASE64) {
      return at;
    }
    int before = size;
    Base64Reader decoded = new Base64Reader(buf, at, end);
    int b = decoded.next();
    while (b >= ' ' || b == '\n' || b == '\r' || b == '\t') {
      add(b, at, end);
      b = decoded.next();
    }
    if (b != Base64Reader.END) {
      size = before;
      return at;
    }
    return end;
  }

  private static boolean mayBeBase64(byte[] buf, int from, int at, int to) {
    return (at == from || !isBase64(buf[at - 1])) && startsBase64(buf, at, to);
  }

  private static boolean startsBase64(byte[] buf, int at, int to) {
    for (int i = 0; i < BASE64_STARTS.size(); i++) {
      String start = BASE64_STARTS.get(i);
      int j = 0;
      while (j < start.length() && at + j < to && buf[at + j] == start.charAt(j)) {
        j++;
      }
      if (j == start.length()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBase64(byte b) {
    return Ascii.isAlphanumeric(b) || b == '+' || b == '/' || b == '-' || b == '_';
  }

  private void character(int c, int start, int end) {
    if (c < 0x80) {
      add(c, start, end);
    } else if (c < 0x800) {
      add(0xc0 | c >> 6, start, end);
      add(0x80 | (c & 0x3f), start, end);
    } else if (c < 0x10000) {
      add(0xe0 | c >> 12, start, end);
      add(0x80 | (c >> 6 & 0x3f), start, end);
      add(0x80 | (c & 0x3f), start, end);
    } else {
      add(0xf0 | c >> 18, start, end);
      add(0x80 | (c >> 12 & 0x3f), start, end);
      add(0x80 | (c >> 6 & 0x3f), start, end);
      add(0x80 | (c & 0x3f), start, end);
    }
  }

  /** A copy of what was decoded. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
