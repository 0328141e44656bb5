package io.sluice.schemas.definitions;

import io.trino.re2j.Options;
import io.trino.re2j.Pattern;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compiled regular expressions that take bounded memory, whatever text they read.
 *
 * <p>Each is kept for the life of the process, because each thread that has used one does so anyway
 * (the engine's thread-local machine refers to its own key): were the same expression compiled
 * again for each version of a rule set, all of them would stay. Safe for use by several threads.
 */
public final class Expressions {

  /**
   * The engine makes the states of its automaton as text needs them, about 1 KB each, and by
   * default without limit. At the limit it forgets them and reads this one text without automaton.
   */
  private static final Options BOUNDED =
      Options.builder()
          .setMaximumNumberOfDFAStates(512)
          .setNumberOfDFARetries(Integer.MAX_VALUE)
          .build();

  private static final ConcurrentHashMap<String, Pattern> COMPILED = new ConcurrentHashMap<>();

  private Expressions() {}

  /**
   * The expression, ready to run.
   *
   * @throws io.trino.re2j.PatternSyntaxException when it is none of RE2
   */
  public static Pattern compile(String expression) {
    return COMPILED.computeIfAbsent(expression, text -> Pattern.compile(text, BOUNDED));
  }
}
