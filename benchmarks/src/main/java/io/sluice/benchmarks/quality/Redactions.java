package io.sluice.benchmarks.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a sanitizer changed a text, from nothing but the text before and after: what stays must
 * stand in both, in order, around what was put in.
 */
final class Redactions {

  /**
   * A range of characters of the text before, with what stands there after.
   *
   * @param kept how many characters at its end were left, as masks do
   */
  record Range(int start, int end, String placeholder, int kept) {
    boolean overlaps(Sample.Secret secret) {
      return start < secret.end() && secret.start() < end;
    }
  }

  private static final int MOST_KEPT = 4;

  /** {@code [card]}, {@code [tok:k1:3fa9…]} or {@code ******1234}. */
  private static final Pattern PUT_IN =
      Pattern.compile("\\[[a-z][^\\[\\]\\s\"']*(?: [^\\[\\]\\s\"']+)*\\]|\\*{2,}\\w{0,4}");

  private Redactions() {}

  static List<Range> of(String before, String after) {
    if (before.equals(after)) {
      return List.of();
    }
    List<String> put = new ArrayList<>();
    StringBuilder pattern = new StringBuilder();
    Matcher matcher = PUT_IN.matcher(after);
    int stays = 0;
    while (matcher.find()) {
      pattern.append(Pattern.quote(after.substring(stays, matcher.start()))).append("(.+?)");
      put.add(matcher.group());
      stays = matcher.end();
    }
    pattern.append(Pattern.quote(after.substring(stays)));
    Matcher aligned = Pattern.compile(pattern.toString(), Pattern.DOTALL).matcher(before);
    if (put.isEmpty() || !aligned.matches()) {
      return List.of(between(before, after));
    }
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < put.size(); i++) {
      String gone = aligned.group(i + 1);
      if (!gone.equals(put.get(i))) {
        int kept = put.get(i).startsWith("*") ? MOST_KEPT : 0;
        ranges.add(new Range(aligned.start(i + 1), aligned.end(i + 1), put.get(i), kept));
      }
    }
    return ranges;
  }

  /** All between what both begin and end with. */
  private static Range between(String before, String after) {
    int start = 0;
    int most = Math.min(before.length(), after.length());
    while (start < most && before.charAt(start) == after.charAt(start)) {
      start++;
    }
    int end = 0;
    while (end < most - start
        && before.charAt(before.length() - 1 - end) == after.charAt(after.length() - 1 - end)) {
      end++;
    }
    String put = after.substring(start, after.length() - end);
    return new Range(start, Math.max(start + 1, before.length() - end), put, 0);
  }
}
