package io.sluice.app.sanitize;

import io.sluice.app.sanitize.LineReader.Line;
import io.sluice.processors.sanitize.RuleExplainer;
import io.sluice.processors.sanitize.RuleExplainer.Outcome;
import io.sluice.processors.sanitize.RuleExplainer.Told;
import io.sluice.processors.sanitize.TextSanitizer;
import io.sluice.schemas.definitions.RedactionRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes of each line what becomes of it and what every rule made of it, for people who write
 * rules.
 */
public final class Explanation {

  /** The longest line that is explained. */
  private static final int LONGEST = 64 << 10;

  private final TextSanitizer sanitizer;
  private final RuleExplainer explainer;
  private final SanitizeOutput out;

  public Explanation(RedactionRules rules, SanitizeOutput out) {
    this.sanitizer = TextSanitizer.of(rules);
    this.explainer = RuleExplainer.of(rules);
    this.out = out;
  }

  /** Until the end of the input. */
  public void run(InputStream in) throws IOException {
    LineReader reader = new LineReader(in, LONGEST, out::flush);
    long number = 0;
    for (Line line = reader.next(); line != null; line = reader.next()) {
      number++;
      if (line.cut()) {
        out.refused(number, "longer than 64 KiB; it is not explained");
      } else {
        explain(line.bytes());
      }
    }
    out.flush();
  }

  private void explain(byte[] line) throws IOException {
    out.write(sanitizer.sanitize(line));
    print("");
    Positions positions = new Positions(line);
    List<Told> told = explainer.explain(line);
    for (Told each : told) {
      if (each.end() > 0) {
        print(
            "  columns %d-%d: %s %s"
                .formatted(
                    positions.column(each.start()),
                    positions.column(each.end()) - 1,
                    each.ruleId(),
                    sentence(each)));
      }
    }
    names(told, Outcome.NOTHING, "looked and found nothing");
    number(
        told,
        Outcome.NOT_LOOKED,
        "1 rule did not look, for none of its words is here",
        "%d rules did not look, for none of their words is here");
    number(
        told,
        Outcome.FIELDS_ONLY,
        "1 rule looks only at fields of certain names, which a text does not have",
        "%d rules look only at fields of certain names, which a text does not have");
  }

  private static String sentence(Told told) {
    return switch (told.outcome()) {
      case CHANGED -> "changes it";
      case COUNTED -> "only counts it (mode shadow)";
      case LOST_TO_LONGER -> "loses to " + told.winner() + ", which finds more";
      case LOST_TO_EARLIER -> "loses to " + told.winner() + ", which finds as much and goes first";
      case ALREADY_REDACTED -> "leaves it, for it is what rules leave of a secret";
      case EXCEPTION -> "leaves it, for it is among the rule's exceptions";
      case CHECK_FAILED -> "leaves it, for it does not meet the rule's check";
      case NO_WORD_NEAR -> "leaves it, for none of the words that must be near is";
      case OFF -> "would find it (mode off)";
      case NOTHING, NOT_LOOKED, FIELDS_ONLY -> "";
    };
  }

  private void names(List<Told> told, Outcome outcome, String sentence) throws IOException {
    String names =
        told.stream()
            .filter(each -> each.outcome() == outcome)
            .map(Told::ruleId)
            .collect(Collectors.joining(", "));
    if (!names.isEmpty()) {
      print("  " + sentence + ": " + names);
    }
  }

  private void number(List<Told> told, Outcome outcome, String one, String many)
      throws IOException {
    long number = told.stream().filter(each -> each.outcome() == outcome).count();
    if (number > 0) {
      print("  " + (number == 1 ? one : many.formatted(number)));
    }
  }

  private void print(String text) throws IOException {
    out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
