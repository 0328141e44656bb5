package io.sluice.benchmarks.engine;

import io.sluice.processors.sanitize.EngineProbe;
import io.sluice.processors.sanitize.RegexLibrary;
import io.sluice.processors.sanitize.RulesInTurn;
import io.sluice.schemas.definitions.RedactionRules;
import java.util.List;
import java.util.TreeSet;

/** Whether the engine finds in texts exactly what the rules find that are run in turn. */
final class SameFindings {

  private static final int SHOWN = 10;

  private final EngineProbe engine;
  private final List<RulesInTurn> plain;
  private long findings;
  private long bytes;

  SameFindings(RedactionRules rules) {
    engine = new EngineProbe(rules);
    plain =
        List.of(
            new RulesInTurn(rules, RegexLibrary.JAVA_UTIL_REGEX),
            new RulesInTurn(rules, RegexLibrary.GOOGLE_RE2J));
  }

  /**
   * Compares places and rules.
   *
   * @throws IllegalStateException when they differ, with where
   */
  void check(Texts texts) {
    for (byte[] text : texts.apart()) {
      check(text);
    }
  }

  private void check(byte[] text) {
    String decoded = RulesInTurn.text(text, 0, text.length);
    TreeSet<String> ours = new TreeSet<>();
    engine.find(
        text,
        0,
        text.length,
        (rule, start, end) -> {
          if (plain.get(0).runs(rule)) {
            ours.add(finding(rule, start, end));
          }
        });
    for (RulesInTurn rules : plain) {
      TreeSet<String> theirs = new TreeSet<>();
      rules.find(text, decoded, (rule, start, end) -> theirs.add(finding(rule, start, end)));
      if (!ours.equals(theirs)) {
        TreeSet<String> missing = new TreeSet<>(theirs);
        missing.removeAll(ours);
        TreeSet<String> more = new TreeSet<>(ours);
        more.removeAll(theirs);
        throw new IllegalStateException(
            "the engine finds something else than the rules in turn: not "
                + missing.stream().limit(SHOWN).toList()
                + " but "
                + more.stream().limit(SHOWN).toList()
                + " in:\n"
                + decoded.substring(0, Math.min(decoded.length(), 2000)));
      }
    }
    findings += ours.size();
    bytes += text.length;
  }

  private String finding(int rule, int start, int end) {
    return engine.id(rule) + " " + start + "-" + end;
  }

  /** How many findings were the same. */
  long findings() {
    return findings;
  }

  double megabytes() {
    return bytes / 1e6;
  }
}
