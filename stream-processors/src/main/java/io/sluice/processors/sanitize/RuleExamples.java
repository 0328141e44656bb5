package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.statements.Dialect;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.Detector;
import io.sluice.schemas.definitions.RedactionExample;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.RuleMode;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.settings.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;

/** Runs rules on their own examples, each by itself and whatever its mode. */
public final class RuleExamples {

  private RuleExamples() {}

  /**
   * Reads and checks a set of the kind {@code redaction-rules}, as {@link RedactionRules#of} does,
   * and refuses it too when a rule does not do what its examples say.
   *
   * @param canTokenize whether the sanitizer has keys; without, rules that tokenize are refused
   * @throws ConfigurationException with every problem of the set: file, line, path
   */
  public static RedactionRules checked(DefinitionSet set, boolean canTokenize) {
    return RedactionRules.of(set, canTokenize, RuleExamples::run);
  }

  private static void run(RedactionRule rule, BiConsumer<String, String> wrong) {
    Trial trial = new Trial(rule);
    for (int i = 0; i < rule.positive().size(); i++) {
      tell(trial.positive(rule.positive().get(i)), "positive[" + i + "]", wrong);
    }
    for (int i = 0; i < rule.negative().size(); i++) {
      RedactionExample example = new RedactionExample(rule.negative().get(i));
      tell(trial.negative(example), "negative[" + i + "]", wrong);
    }
  }

  private static void tell(String sentence, String example, BiConsumer<String, String> wrong) {
    if (!sentence.isEmpty()) {
      wrong.accept(example, sentence);
    }
  }

  /** One rule, whose answers are empty when an example is right, and else a sentence. */
  private record Trial(Detector detector, Sanitizer alone) {

    Trial(RedactionRule rule) {
      this(
          rule.detector(),
          Sanitizer.of(new RedactionRules(0, List.of(rule.withMode(RuleMode.ENFORCE)))));
    }

    String positive(RedactionExample example) {
      return switch (detector) {
        case KEYS, ALLOWED_KEYS -> ofKey(alone, example, true);
        case STATEMENT -> ofStatement(example);
        default -> ofText(alone, example);
      };
    }

    String negative(RedactionExample example) {
      return switch (detector) {
        case KEYS, ALLOWED_KEYS -> ofKey(alone, example, false);
        case STATEMENT -> ofStatement(example);
        default -> ofClean(alone, example);
      };
    }
  }

  /** It begins with its system; one without marks has no literal. */
  private static String ofStatement(RedactionExample example) {
    int system = example.text().indexOf(": ");
    if (system < 0) {
      return "expected SYSTEM: STATEMENT, e.g. postgresql: SELECT 1";
    }
    Dialect dialect = Dialect.of(example.text().substring(0, system));
    Slice statement = Slice.of(utf8(example.text().substring(system + 2)));
    Slice scrubbed = new StatementSanitizer().scrub(dialect, statement);
    String left = (scrubbed == null ? statement : scrubbed).utf8();
    return left.equals(example.becomes(literal -> "?").substring(system + 2))
        ? ""
        : "the literals of this statement are others than those marked";
  }

  private static String ofKey(Sanitizer alone, RedactionExample key, boolean positive) {
    byte[] utf8 = utf8(key.text());
    int rule = new KeyLookup(alone, 0).rule(utf8, 0, utf8.length, any -> true, any -> true);
    if ((rule != KeyLookup.NONE) == positive) {
      return "";
    }
    return positive
        ? "the rule leaves the value of this key, which it should hide"
        : "the rule hides the value of this key, which it should leave";
  }

  private static String ofText(Sanitizer alone, RedactionExample example) {
    byte[] utf8 = utf8(example.text());
    BitSet marked = marked(example, utf8);
    BitSet found = found(alone, utf8);
    if (found.equals(marked)) {
      return "";
    }
    return found.isEmpty()
        ? "the rule finds nothing here, where it should find what is marked"
        : "the rule finds "
            + columns(utf8, found)
            + ", where it should find what is marked, "
            + columns(utf8, marked);
  }

  private static String ofClean(Sanitizer alone, RedactionExample example) {
    byte[] utf8 = utf8(example.text());
    BitSet found = found(alone, utf8);
    return found.isEmpty()
        ? ""
        : "the rule finds " + columns(utf8, found) + ", where it should find nothing";
  }

  private static BitSet found(Sanitizer alone, byte[] utf8) {
    BitSet found = new BitSet();
    new TextScanner(alone)
        .sanitize(utf8, 0, utf8.length, (rule, start, end) -> found.set(start, end));
    return found;
  }

  /** The bytes that stand between marks. */
  private static BitSet marked(RedactionExample example, byte[] utf8) {
    byte[] blanked = utf8(example.becomes(secret -> "\0".repeat(utf8(secret).length)));
    BitSet marked = new BitSet();
    for (int i = 0; i < utf8.length; i++) {
      marked.set(i, blanked[i] != utf8[i]);
    }
    return marked;
  }

  /** In characters of the example without its marks, from 1. */
  private static String columns(byte[] utf8, BitSet bytes) {
    StringBuilder text = new StringBuilder();
    for (int start = bytes.nextSetBit(0); start >= 0; ) {
      int end = bytes.nextClearBit(start);
      text.append(text.length() == 0 ? "columns " : ", ")
          .append(characters(utf8, start) + 1)
          .append('-')
          .append(characters(utf8, end));
      start = bytes.nextSetBit(end);
    }
    return text.toString();
  }

  private static int characters(byte[] utf8, int end) {
    String text = new String(utf8, 0, end, StandardCharsets.UTF_8);
    return text.codePointCount(0, text.length());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
