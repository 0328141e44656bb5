package io.sluice.benchmarks.quality;

import io.sluice.benchmarks.quality.Score.Share;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Prints scores. Examples are given for the first half only, so that the other stays held out. */
final class QualityReport {

  private final PrintStream out;
  private final List<String> figures = new ArrayList<>();

  QualityReport(PrintStream out) {
    this.out = out;
  }

  /** What goes into the last line. */
  List<String> figures() {
    return figures;
  }

  void print(Split split, String corpus, Score score) {
    String name = corpus.replaceAll("[^a-z]+", "_") + (split == Split.SHOWN ? "" : "_held_out");
    if (score.secrets() == 0) {
      line(
          "%n%s, %s: %d of %d texts changed",
          corpus, split.label(), score.changedClean(), score.clean());
      figure("%s_lines=%d", name, score.clean());
      figure("%s_changed=%d", name, score.changedClean());
    } else {
      line(
          "%n%s, %s: %d secrets, recall %.4f, precision %.4f; %.2f %% of redacted characters in no secret; %d of %d texts without one changed",
          corpus,
          split.label(),
          score.secrets(),
          score.recall(),
          score.precision(),
          score.outside() * 100,
          score.changedClean(),
          score.clean());
      figure("%s_recall=%.4f", name, score.recall());
      figure("%s_precision=%.4f", name, score.precision());
      figure("%s_outside=%.4f", name, score.outside());
    }
    score.recallByType().forEach((type, share) -> row("recall", type, share));
    score.precisionByPlaceholder().forEach((put, share) -> row("precision", put, share));
    leaks(split, score);
    score
        .spoils()
        .forEach(
            (note, texts) -> {
              line("    spoils    %s", note);
              example(split, texts);
            });
  }

  /** A type of which nothing is found needs no list of all the ways in which it is not found. */
  private void leaks(Split split, Score score) {
    Set<String> told = new HashSet<>();
    score
        .recallByNote()
        .forEach(
            (note, share) -> {
              String type = score.typeOf(note);
              boolean never = score.recallByType().getOrDefault(type, share).value() == 0;
              if (share.missing() == 0 || (never && !told.add(type))) {
                return;
              }
              row("  leaks", never ? type + ", always" : note, share);
              example(split, score.leaks().getOrDefault(note, List.of()));
            });
  }

  private void row(String figure, String name, Share share) {
    line(
        "  %-10s %-46s %.4f  (%d of %d not)",
        figure, name, share.value(), share.missing(), share.all());
  }

  private void example(Split split, List<String> texts) {
    if (split == Split.SHOWN) {
      texts.stream().limit(1).forEach(text -> line("              %s", text));
    }
  }

  private void figure(String format, Object... values) {
    figures.add(String.format(Locale.ROOT, format, values));
  }

  private void line(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
  }
}
