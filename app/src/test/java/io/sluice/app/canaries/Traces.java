package io.sluice.app.canaries;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Looks for many texts at once in bytes, without regard to ASCII case, also where base64 hides
 * them; and remembers where it found which. Takes one pass whatever their number.
 */
final class Traces {

  /** Texts are found by their first bytes. */
  private static final int START = 8;

  private static final int FILTER_BITS = 20;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Trace(String id, byte[] text) {}

  private final Map<Long, List<Trace>> byStart = new HashMap<>();
  private final BitSet starts = new BitSet(1 << FILTER_BITS);
  private final Map<String, Set<String>> places = new TreeMap<>();

  void add(String id, Collection<String> texts) {
    for (String text : texts) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      add(id, utf8);
      for (int before = 0; before < 3; before++) {
        add(id, base64(utf8, before));
      }
    }
  }

  /** What base64 makes of it behind so many other bytes, without the letters that mix both. */
  private static byte[] base64(byte[] text, int before) {
    byte[] whole = new byte[before + text.length];
    System.arraycopy(text, 0, whole, before, text.length);
    String encoded = Base64.getEncoder().withoutPadding().encodeToString(whole);
    int from = (before * 8 + 5) / 6;
    int to = whole.length * 8 / 6;
    return encoded.substring(from, to).getBytes(StandardCharsets.US_ASCII);
  }

  private void add(String id, byte[] text) {
    if (text.length < START) {
      throw new IllegalArgumentException("too short to be told from others: " + id);
    }
    byte[] lower = text.clone();
    long start = 0;
    for (int i = 0; i < lower.length; i++) {
      lower[i] = lower(lower[i]);
      start = i < START ? start << 8 | (lower[i] & 0xff) : start;
    }
    byStart.computeIfAbsent(start, key -> new ArrayList<>()).add(new Trace(id, lower));
    starts.set(filter(start));
  }

  void look(String place, String text) {
    look(place, text.getBytes(StandardCharsets.UTF_8));
  }

  void look(String place, byte[] bytes) {
    long window = 0;
    for (int i = 0; i < bytes.length; i++) {
      window = window << 8 | (lower(bytes[i]) & 0xff);
      if (i >= START - 1 && starts.get(filter(window))) {
        for (Trace trace : byStart.getOrDefault(window, List.of())) {
          if (isAt(bytes, i - START + 1, trace.text())) {
            places.computeIfAbsent(trace.id(), id -> new TreeSet<>()).add(place);
          }
        }
      }
    }
  }

  /** Where a text was found. */
  Set<String> places(String id) {
    return places.getOrDefault(id, Set.of());
  }

  private static boolean isAt(byte[] bytes, int start, byte[] text) {
    if (start + text.length > bytes.length) {
      return false;
    }
    for (int i = START; i < text.length; i++) {
      if (lower(bytes[start + i]) != text[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }

  private static int filter(long start) {
    long mixed = start * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> (Long.SIZE - FILTER_BITS));
  }
}
