package io.sluice.processors.sanitize;

import io.sluice.schemas.definitions.RedactionRules;
import java.util.List;
import java.util.stream.Stream;

/** The engine as the sanitizer runs it, and its first pass alone. Not safe for several threads. */
public final class EngineProbe {

  /** Takes what a rule finds. */
  @FunctionalInterface
  public interface Sink {
    void add(int rule, int start, int end);
  }

  private final Sanitizer sanitizer;
  private final TextScanner scanner;
  private final Hits hits = new Hits();

  public EngineProbe(RedactionRules rules) {
    sanitizer = Sanitizer.of(rules);
    // As in a message: line breaks are found only in fields that have none.
    scanner = new TextScanner(sanitizer, rule -> !sanitizer.rule(rule).asksForField());
  }

  /** Whether the text changed. */
  public boolean sanitize(byte[] buf, int from, int to) {
    return scanner.sanitize(buf, from, to) != null;
  }

  /** What the rules in force find, before overlapping findings are joined. */
  public void find(byte[] buf, int from, int to, Sink sink) {
    Findings findings = scanner.find(buf, from, to);
    for (int i = 0; i < findings.size(); i++) {
      sink.add(findings.rule(i), findings.start(i), findings.end(i));
    }
  }

  /** How many places there are at which some rule looks: the first pass over the bytes. */
  public int places(byte[] buf, int from, int to) {
    LiteralAutomaton anchors = sanitizer.anchors();
    anchors.findAll(buf, from, to, anchors.start(), hits);
    return hits.size();
  }

  /** The rule's id. */
  public String id(int rule) {
    return sanitizer.rule(rule).id();
  }

  /** How many rules look into text. */
  public static long rulesForText(RedactionRules rules) {
    return RulesInTurn.forText(rules).size();
  }

  /** The words at which the rules look. */
  public static List<String> words(RedactionRules rules) {
    return RulesInTurn.forText(rules).stream()
        .flatMap(rule -> Stream.concat(rule.keywords().stream(), rule.keys().stream()))
        .map(word -> word.replace("*", ""))
        .distinct()
        .toList();
  }
}
