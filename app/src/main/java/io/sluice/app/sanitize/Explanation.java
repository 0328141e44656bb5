package io.sluice.app.sanitize;

import io.sluice.app.sanitize.LineBlocks.Block;
import io.sluice.processors.sanitize.RuleExplainer;
import io.sluice.processors.sanitize.RuleExplainer.Outcome;
import io.sluice.processors.sanitize.RuleExplainer.Told;
import io.sluice.processors.sanitize.TextSanitizer;
import io.sluice.processors.sanitize.TokenKeys;
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

  /**
   * @param tokenKeys for rules that tokenize; without one, they redact
   */
  public Explanation(RedactionRules rules, TokenKeys tokenKeys, SanitizeOutput out) {
    this.sanitizer = TextSanitizer.of(rules, tokenKeys);
    this.explainer = RuleExplainer.of(rules);
    this.out = out;
  }

  /** Until the end of the input. */
  public void run(InputStream in) throws IOException {
    LineBlocks blocks = new LineBlocks(new LineReader(in, LONGEST, out::flush));
    long number = 1;
    for (Block block = blocks.next(); block != null; block = blocks.next()) {
      if (block.cut()) {
        out.refused(number, "longer than 64 KiB; it is not explained");
      } else {
        explain(block);
      }
      number += block.lines();
    }
    out.flush();
  }

  private void explain(Block block) throws IOException {
    byte[] text = block.text();
    byte[] sanitized = sanitizer.sanitize(text);
    out.write(sanitized);
    if (sanitized.length == 0 || sanitized[sanitized.length - 1] != '\n') {
      print("");
    }
    Positions positions = new Positions(text);
    List<Told> told = explainer.explain(text);
    for (Told each : told) {
      if (each.end() > 0) {
        print(
            "  %s: %s %s"
                .formatted(
                    place(positions, each.start(), each.end() - 1), each.ruleId(), sentence(each)));
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

  private static String place(Positions positions, int first, int last) {
    int line = positions.line(first);
    int lastLine = positions.line(last);
    if (lastLine > 0) {
      return "line %d column %d to line %d column %d"
          .formatted(line + 1, positions.column(first), lastLine + 1, positions.column(last));
    }
    return "columns %d-%d".formatted(positions.column(first), positions.column(last));
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
