package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.airlift.slice.Slices;
import io.trino.re2j.Options;
import io.trino.re2j.Pattern;
import io.trino.re2j.PatternSyntaxException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A regular expression (RE2) that a whole text has to match, in linear time and bounded memory.
 *
 * @param text as it was written
 */
public record TextPattern(String text) {

  /** As the sanitizer's expressions: the states of the automaton are bounded. */
  private static final Options BOUNDED =
      Options.builder()
          .setMaximumNumberOfDFAStates(512)
          .setNumberOfDFARetries(Integer.MAX_VALUE)
          .build();

  /** Each thread keeps what it has used of an expression, so the same one is compiled once. */
  private static final ConcurrentHashMap<String, Pattern> COMPILED = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException when it is no expression of RE2
   */
  @JsonCreator
  public static TextPattern parse(String text) {
    TextPattern pattern = new TextPattern(text);
    try {
      pattern.compiled();
    } catch (PatternSyntaxException e) {
      unless("", false, "a regular expression of RE2 (" + e.getDescription() + ")", text);
    }
    return pattern;
  }

  /** Whether the expression matches all of a text. */
  public boolean matches(String value) {
    return compiled().matches(Slices.utf8Slice(value));
  }

  private Pattern compiled() {
    return COMPILED.computeIfAbsent(text, each -> Pattern.compile(each, BOUNDED));
  }

  @Override
  public String toString() {
    return text;
  }
}
