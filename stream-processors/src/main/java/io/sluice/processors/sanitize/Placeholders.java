package io.sluice.processors.sanitize;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What rules write in the place of secrets. It is no secret, and it tells nothing about what stands
 * near it: of a row of telephone numbers {@code [phone]} would otherwise announce the next one,
 * each time the text is sanitized. Immutable.
 */
final class Placeholders {

  static final Placeholders NONE = new Placeholders(List.of());

  /** By their length. */
  private final byte[][][] texts;

  private final boolean[] isFirst = new boolean[256];

  private Placeholders(List<byte[]> all) {
    int longest = all.stream().mapToInt(text -> text.length).max().orElse(0);
    List<List<byte[]>> byLength = new ArrayList<>();
    for (int length = 0; length <= longest; length++) {
      byLength.add(new ArrayList<>());
    }
    for (byte[] text : all) {
      byLength.get(text.length).add(text);
      isFirst[text[0] & 0xff] = true;
    }
    texts = byLength.stream().map(list -> list.toArray(byte[][]::new)).toArray(byte[][][]::new);
  }

  /** Those of rules that write one, as they stand in text and in a URL. */
  static Placeholders of(Collection<Rule> rules) {
    return new Placeholders(
        rules.stream()
            .filter(rule -> !rule.masks() && !rule.escapes() && rule.placeholder().length > 0)
            .map(rule -> new String(rule.placeholder(), StandardCharsets.UTF_8))
            .flatMap(text -> Stream.of(text, Notation.inUrl(text)))
            .distinct()
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList());
  }

  /** Whether this range is one. */
  boolean contain(byte[] buf, int start, int end) {
    int length = end - start;
    if (length <= 0 || length >= texts.length || !isFirst[buf[start] & 0xff]) {
      return false;
    }
    for (byte[] text : texts[length]) {
      if (Arrays.equals(text, 0, length, buf, start, end)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one stands in this range, or reaches into it. */
  boolean standIn(byte[] buf, int from, int to, int start, int end) {
    for (int i = Math.max(from, start - texts.length + 2); i < end; i++) {
      if (isFirst[buf[i] & 0xff]) {
        int least = Math.max(1, start - i + 1);
        for (int length = least; length < texts.length && i + length <= to; length++) {
          if (contain(buf, i, i + length)) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
