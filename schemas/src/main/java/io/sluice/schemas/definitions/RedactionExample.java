package io.sluice.schemas.definitions;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A text in which a rule must find something. What it must find stands between {@code «} and {@code
 * »}, so that a test can check the exact characters; the example of a {@link Detector#KEYS} rule is
 * a key and has no marks.
 *
 * @param marked the text with its marks
 */
public record RedactionExample(String marked) {

  private static final Pattern SECRET = Pattern.compile("«([^«»]+)»");

  /** The text as a rule sees it, without the marks. */
  public String text() {
    return becomes(secret -> secret);
  }

  /** The text after the rule, given what the rule makes of a secret. */
  public String becomes(UnaryOperator<String> replacement) {
    return SECRET
        .matcher(marked)
        .replaceAll(
            found -> java.util.regex.Matcher.quoteReplacement(replacement.apply(found.group(1))));
  }

  boolean marksSecret() {
    return SECRET.matcher(marked).find();
  }
}
