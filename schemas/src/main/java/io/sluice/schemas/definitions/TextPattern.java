package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.airlift.slice.Slices;
import io.trino.re2j.Pattern;
import io.trino.re2j.PatternSyntaxException;

/**
 * A regular expression (RE2) that a whole text has to match, in linear time and bounded memory.
 *
 * @param text as it was written
 */
public record TextPattern(String text) {

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
    return Expressions.compile(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
