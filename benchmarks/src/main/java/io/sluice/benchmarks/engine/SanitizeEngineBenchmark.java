package io.sluice.benchmarks.engine;

import io.sluice.app.bench.Benchmark;
import io.sluice.processors.sanitize.EngineProbe;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** {@code sluice bench sanitize-engine}. */
public final class SanitizeEngineBenchmark implements Benchmark {

  private static final List<String> SHARES = List.of("1", "10", "30");
  private static final String USUAL = "10";
  private static final List<Integer> SIZES = List.of(20, 220, 1000);
  private static final int COMPARED = 100_000;
  private static final int COMPARED_HARD = 8 << 10;
  private static final int IN_TURN = 24 << 10;

  private final Map<String, Object> figures = new LinkedHashMap<>();

  @Override
  public String name() {
    return "sanitize-engine";
  }

  @Override
  public String description() {
    return "how fast the sanitizer's engine reads text, against the same rules run one by one";
  }

  @Override
  public void run(PrintStream out) throws RunnerException {
    RedactionRules rules = RuleSets.shipped();
    out.printf(
        Locale.ROOT,
        "%d shipped rules that look into text, one core, JMH: one fork a row, median of its iterations with%n"
            + "the spread. Lines of logs, seed fixed; a share of them mentions what rules look for, and one in%n"
            + "ten of these gives a secret away. The engine reads 1 MB line by line, rules in turn %d KB of it.%n",
        EngineProbe.rulesForText(rules),
        IN_TURN >> 10);
    compare(out, rules);
    double ratio = sides(out);
    sizes(out);
    hard(out, rules);
    StringBuilder line = new StringBuilder();
    figures.forEach((key, value) -> line.append(' ').append(key).append('=').append(value));
    out.printf(Locale.ROOT, "sanitize-engine ratio=%.0f%s%n", ratio, line);
  }

  private void compare(PrintStream out, RedactionRules rules) {
    SameFindings same = new SameFindings(rules);
    for (String share : SHARES) {
      same.check(EngineJmh.texts(share, COMPARED, rules));
    }
    for (HardText hard : HardText.values()) {
      same.check(EngineJmh.texts(hard.name(), COMPARED_HARD, rules));
    }
    same.check(examples(rules));
    out.printf(
        Locale.ROOT,
        "The same findings of all rules in %.1f MB of log text, hard text and the rules' examples: %d.%n",
        same.megabytes(),
        same.findings());
    figures.put("same_findings", same.findings());
  }

  /** The rules' own examples, so that each rule finds something. */
  private static Texts examples(RedactionRules rules) {
    List<String> texts = new ArrayList<>();
    for (RedactionRule rule : rules.rules()) {
      rule.positive().forEach(example -> texts.add(example.text()));
      texts.addAll(rule.negative());
    }
    return Texts.of(texts);
  }

  /** The engine beside its limit and beside rules in turn; returns the ratio. */
  private double sides(PrintStream out) throws RunnerException {
    double ratio = 0;
    for (String share : SHARES) {
      out.printf("%n%s %% of the lines mention what rules look for%n", share);
      Rate engine = row(out, "engine", Rate.ofEngine(EngineJmh.Side.ENGINE, 0, share));
      Rate limit =
          row(out, "its first pass alone", Rate.ofEngine(EngineJmh.Side.FIRST_PASS, 0, share));
      Rate java = inTurn(out, "in turn, java.util.regex", EngineJmh.Side.JAVA_UTIL_REGEX, 0, share);
      Rate re2j = inTurn(out, "in turn, com.google.re2j", EngineJmh.Side.GOOGLE_RE2J, 0, share);
      out.printf(
          Locale.ROOT,
          "  engine / java.util.regex %.0f, / re2j %.0f, / its first pass %.2f%n",
          engine.median() / java.median(),
          engine.median() / re2j.median(),
          engine.median() / limit.median());
      figure("mb_s_" + share, engine.median());
      if (share.equals(USUAL)) {
        ratio = engine.median() / java.median();
        figure("re2j_ratio", engine.median() / re2j.median());
        figure("first_pass_mb_s", limit.median());
      }
    }
    return ratio;
  }

  private void sizes(PrintStream out) throws RunnerException {
    out.printf(
        "%nrules that look into text, %s %% of the lines mention what they look for%n", USUAL);
    List<Double> rates = new ArrayList<>();
    for (int size : SIZES) {
      rates.add(
          row(out, size + " rules", Rate.ofEngine(EngineJmh.Side.ENGINE, size, USUAL)).median());
    }
    Rate java =
        inTurn(out, "220 in turn, java.util.regex", EngineJmh.Side.JAVA_UTIL_REGEX, 220, USUAL);
    out.printf(
        Locale.ROOT,
        "  time at 220 / at 20 %.2f, at 1000 / at 20 %.2f; 220 rules: engine / java.util.regex %.0f%n",
        rates.get(0) / rates.get(1),
        rates.get(0) / rates.get(2),
        rates.get(1) / java.median());
    figure("time_220_20", rates.get(0) / rates.get(1));
    figure("time_1000_20", rates.get(0) / rates.get(2));
    figure("ratio_220", rates.get(1) / java.median());
  }

  private void hard(PrintStream out, RedactionRules rules) throws RunnerException {
    out.printf(
        "%none text of 1 MiB that is hard to read, against lines of which none mentions anything%n");
    double clean = row(out, "lines", Rate.ofEngine(EngineJmh.Side.ENGINE, 0, "0")).median();
    double worst = Double.MAX_VALUE;
    double doubling = 0;
    for (HardText hard : HardText.values()) {
      Rate rate = row(out, hard.label(), Rate.ofEngine(EngineJmh.Side.ENGINE, 0, hard.name()));
      Growth growth = Growth.of(hard, rules);
      out.printf(Locale.ROOT, "%s; %.2f of clean%n", growth.row(""), rate.median() / clean);
      worst = Math.min(worst, rate.median() / clean);
      doubling = Math.max(doubling, growth.doubling());
    }
    figure("hard_of_clean", worst);
    figure("most_time_2n_n", doubling);
  }

  private static Rate inTurn(
      PrintStream out, String name, EngineJmh.Side side, int rules, String text)
      throws RunnerException {
    return row(out, name, Rate.ofRulesInTurn(side, rules, text, IN_TURN));
  }

  private static Rate row(PrintStream out, String name, Rate rate) {
    out.println(rate.row(name));
    out.flush();
    return rate;
  }

  private void figure(String key, double value) {
    figures.put(key, String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value));
  }
}
