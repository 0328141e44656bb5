package io.sluice.benchmarks.quality;

import io.sluice.benchmarks.quality.Redactions.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was found of the secrets in some samples, and what went that was none. */
final class Score {

  /** So few characters of a secret may stay: what masks keep. */
  private static final int MOST_LEFT = 4;

  private static final int EXAMPLES = 3;

  /** How many of how many. */
  static final class Share {
    private long part;
    private long all;

    void add(boolean isPart) {
      part += isPart ? 1 : 0;
      all++;
    }

    long all() {
      return all;
    }

    long missing() {
      return all - part;
    }

    double value() {
      return all == 0 ? 1 : (double) part / all;
    }
  }

  private final Map<String, Share> recallByType = new TreeMap<>();
  private final Map<String, Share> recallByNote = new LinkedHashMap<>();
  private final Map<String, String> typeByNote = new HashMap<>();
  private final Map<String, Share> precisionByPlaceholder = new TreeMap<>();
  private final Map<String, List<String>> leaks = new LinkedHashMap<>();
  private final Map<String, List<String>> spoils = new LinkedHashMap<>();
  private long changedClean;
  private long clean;
  private long redacted;
  private long outside;

  void add(Sample sample, String after) {
    List<Range> ranges = Redactions.of(sample.text(), after);
    if (sample.secrets().isEmpty()) {
      clean++;
      changedClean += after.equals(sample.text()) ? 0 : 1;
    }
    boolean[] gone = new boolean[sample.text().length()];
    for (Range range : ranges) {
      boolean right = sample.secrets().stream().anyMatch(range::overlaps);
      share(precisionByPlaceholder, label(range)).add(right);
      if (!right) {
        example(spoils, sample.note(), sample.marked() + "  ->  " + after);
      }
      for (int i = range.start(); i < range.end(); i++) {
        gone[i] = true;
      }
    }
    boolean wide = false;
    for (Sample.Secret secret : sample.secrets()) {
      boolean found = longestLeft(gone, secret) <= MOST_LEFT;
      share(recallByType, secret.type()).add(found);
      share(recallByNote, sample.note()).add(found);
      typeByNote.putIfAbsent(sample.note(), secret.type());
      if (!found) {
        example(leaks, sample.note(), sample.marked() + "  ->  " + after);
      }
      for (int i = secret.start(); i < secret.end(); i++) {
        redacted += gone[i] ? 1 : 0;
        gone[i] = false;
      }
    }
    for (Sample.Secret neutral : sample.mayGo()) {
      Arrays.fill(gone, neutral.start(), neutral.end(), false);
    }
    for (boolean isGone : gone) {
      redacted += isGone ? 1 : 0;
      outside += isGone ? 1 : 0;
      wide |= isGone;
    }
    if (wide
        && ranges.stream().allMatch(range -> sample.secrets().stream().anyMatch(range::overlaps))) {
      example(spoils, sample.note(), "too wide: " + sample.marked() + "  ->  " + after);
    }
  }

  private static String label(Range range) {
    String put = range.placeholder();
    if (put.startsWith("*")) {
      return "mask";
    }
    int colon = put.indexOf(':');
    return colon < 0 ? put : put.substring(0, colon) + "]";
  }

  private static int longestLeft(boolean[] gone, Sample.Secret secret) {
    int longest = 0;
    int run = 0;
    for (int i = secret.start(); i < secret.end(); i++) {
      run = gone[i] ? 0 : run + 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  private static Share share(Map<String, Share> shares, String name) {
    return shares.computeIfAbsent(name, unused -> new Share());
  }

  private static void example(Map<String, List<String>> examples, String note, String text) {
    List<String> list = examples.computeIfAbsent(note, unused -> new ArrayList<>());
    if (list.size() < EXAMPLES) {
      list.add(text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"));
    }
  }

  Map<String, Share> recallByType() {
    return recallByType;
  }

  Map<String, Share> recallByNote() {
    return recallByNote;
  }

  /** What kind of secret a note is about. */
  String typeOf(String note) {
    return typeByNote.getOrDefault(note, "");
  }

  Map<String, Share> precisionByPlaceholder() {
    return precisionByPlaceholder;
  }

  /** What stayed, by how it was written. */
  Map<String, List<String>> leaks() {
    return leaks;
  }

  /** What went and was no secret, or reached beyond one. */
  Map<String, List<String>> spoils() {
    return spoils;
  }

  double recall() {
    return value(recallByType);
  }

  double precision() {
    return value(precisionByPlaceholder);
  }

  private static double value(Map<String, Share> shares) {
    long all = shares.values().stream().mapToLong(Share::all).sum();
    long missing = shares.values().stream().mapToLong(Share::missing).sum();
    return all == 0 ? 1 : (double) (all - missing) / all;
  }

  long secrets() {
    return recallByType.values().stream().mapToLong(Share::all).sum();
  }

  /** Texts without a secret, and how many of them changed. */
  long clean() {
    return clean;
  }

  long changedClean() {
    return changedClean;
  }

  /** Characters redacted that belong to no secret, of all redacted. */
  double outside() {
    return redacted == 0 ? 0 : (double) outside / redacted;
  }
}
