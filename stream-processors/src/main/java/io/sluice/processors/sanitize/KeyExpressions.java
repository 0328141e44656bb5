package io.sluice.processors.sanitize;

import io.airlift.slice.Slices;
import io.sluice.schemas.definitions.Detector;
import io.sluice.schemas.definitions.Expressions;
import io.sluice.schemas.definitions.RedactionRule;
import io.trino.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What rules say about keys beyond names that an automaton can find: regular expressions, and lists
 * of the keys that may pass. Keys recur, so each thread keeps the answers for the last of them in a
 * {@link Memo}. Immutable.
 */
final class KeyExpressions {

  /**
   * What is known of a key.
   *
   * @param rules numbers of the rules whose expressions fit, in their order
   * @param closed numbers of the rules whose list it is not on, in their order
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Traits(int[] rules, int[] closed) {}

  /**
   * What one rule says.
   *
   * @param allows whether keys pass that fit, rather than being hidden
   */
  private record Listed(int rule, boolean allows, List<String> globs, List<Pattern> expressions) {}

  /** Longer keys are on no list. */
  private static final int MAX_LISTED = 512;

  private final List<Listed> lists = new ArrayList<>();

  /**
   * @param definitions the rules by their number
   */
  KeyExpressions(List<RedactionRule> definitions) {
    for (int rule = 0; rule < definitions.size(); rule++) {
      RedactionRule definition = definitions.get(rule);
      boolean allows = definition.detector() == Detector.ALLOWED_KEYS;
      if (allows || !definition.keyPatterns().isEmpty()) {
        List<String> globs =
            allows ? definition.keys().stream().map(KeyNames::plain).toList() : List.of();
        lists.add(
            new Listed(
                rule,
                allows,
                globs,
                definition.keyPatterns().stream().map(KeyExpressions::compile).toList()));
      }
    }
  }

  private static Pattern compile(String expression) {
    return Expressions.compile("(?i:" + expression + ")");
  }

  boolean isEmpty() {
    return lists.isEmpty();
  }

  private Traits traits(byte[] buf, int from, int to) {
    String plain = KeyNames.plain(new String(buf, from, to - from, StandardCharsets.UTF_8));
    io.airlift.slice.Slice key = EngineText.of(buf, from, to);
    io.airlift.slice.Slice plainKey = Slices.utf8Slice(plain);
    int[] rules = new int[lists.size()];
    int[] closed = new int[lists.size()];
    int ruleCount = 0;
    int closedCount = 0;
    for (Listed list : lists) {
      boolean fits =
          (!list.allows() || to - from <= MAX_LISTED)
              && (list.globs().stream().anyMatch(glob -> Glob.matches(glob, plain))
                  || list.expressions().stream().anyMatch(e -> e.find(key) || e.find(plainKey)));
      if (list.allows() && !fits) {
        closed[closedCount++] = list.rule();
      } else if (!list.allows() && fits) {
        rules[ruleCount++] = list.rule();
      }
    }
    return new Traits(Arrays.copyOf(rules, ruleCount), Arrays.copyOf(closed, closedCount));
  }

  /** Answers for the keys that came last. Not safe for use by several threads. */
  static final class Memo {

    private static final int MAX_KEY = 128;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Known(byte[] key, Traits traits) {}

    private final KeyExpressions expressions;
    private final @Nullable Known[] known;

    /**
     * @param most keys of which the answer is kept: a power of two, or 0
     */
    Memo(KeyExpressions expressions, int most) {
      this.expressions = expressions;
      int size = expressions.isEmpty() ? 0 : most;
      this.known = new @Nullable Known[size];
    }

    Traits of(byte[] buf, int from, int to) {
      if (known.length == 0 || to - from > MAX_KEY) {
        return expressions.traits(buf, from, to);
      }
      int hash = 0;
      for (int i = from; i < to; i++) {
        hash = hash * 31 + buf[i];
      }
      int place = (hash ^ hash >>> 16) & (known.length - 1);
      Known last = known[place];
      if (last != null && Arrays.equals(last.key(), 0, last.key().length, buf, from, to)) {
        return last.traits();
      }
      Traits traits = expressions.traits(buf, from, to);
      known[place] = new Known(Arrays.copyOfRange(buf, from, to), traits);
      return traits;
    }
  }
}
