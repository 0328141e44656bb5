package io.sluice.benchmarks.engine;

import io.sluice.processors.sanitize.EngineProbe;
import io.sluice.processors.sanitize.RegexLibrary;
import io.sluice.processors.sanitize.RulesInTurn;
import io.sluice.schemas.definitions.RedactionRules;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What JMH measures: once over all texts. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EngineJmh {

  /** Who reads the texts. */
  public enum Side {
    ENGINE,
    FIRST_PASS,
    JAVA_UTIL_REGEX,
    GOOGLE_RE2J
  }

  /** Reads all texts; the result keeps the work from being optimized away. */
  private interface Run {
    long once();
  }

  @Param({"ENGINE"})
  public Side side = Side.ENGINE;

  /** Rules that look into text; 0 for the shipped ones. */
  @Param({"0"})
  public int rules;

  /** How many in a hundred lines mention what rules look for; or a {@link HardText}. */
  @Param({"10"})
  public String text = "";

  /** Bytes of text. */
  @Param({"1048576"})
  public int bytes;

  private Run run = () -> 0;

  /** Makes rules and text ready. */
  @Setup
  public void prepare() {
    RedactionRules definitions = rules == 0 ? RuleSets.shipped() : RuleSets.of(rules);
    Texts texts = texts(text, bytes, definitions);
    run =
        switch (side) {
          case ENGINE -> engine(new EngineProbe(definitions), texts);
          case FIRST_PASS -> firstPass(new EngineProbe(definitions), texts);
          case JAVA_UTIL_REGEX ->
              inTurn(new RulesInTurn(definitions, RegexLibrary.JAVA_UTIL_REGEX), texts);
          case GOOGLE_RE2J -> inTurn(new RulesInTurn(definitions, RegexLibrary.GOOGLE_RE2J), texts);
        };
  }

  static Texts texts(String text, int bytes, RedactionRules rules) {
    return Character.isDigit(text.charAt(0))
        ? LogText.lines(1, bytes, Integer.parseInt(text) / 100.0)
        : Texts.ofOne(HardText.valueOf(text).make(bytes, rules));
  }

  /** Reads the texts once. */
  @Benchmark
  public long read() {
    return run.once();
  }

  private static Run engine(EngineProbe engine, Texts texts) {
    return () -> {
      long changed = 0;
      for (int i = 0; i < texts.count(); i++) {
        changed += engine.sanitize(texts.bytes(), texts.start(i), texts.end(i)) ? 1 : 0;
      }
      return changed;
    };
  }

  private static Run firstPass(EngineProbe engine, Texts texts) {
    return () -> {
      long places = 0;
      for (int i = 0; i < texts.count(); i++) {
        places += engine.places(texts.bytes(), texts.start(i), texts.end(i));
      }
      return places;
    };
  }

  private static Run inTurn(RulesInTurn rules, Texts texts) {
    List<byte[]> apart = texts.apart();
    List<String> decoded = texts.decoded();
    return () -> {
      long[] found = {0};
      for (int i = 0; i < apart.size(); i++) {
        rules.find(apart.get(i), decoded.get(i), (rule, start, end) -> found[0]++);
      }
      return found[0];
    };
  }
}
