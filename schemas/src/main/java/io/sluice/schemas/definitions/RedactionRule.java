package io.sluice.schemas.definitions;

import io.sluice.schemas.RedactionAction;
import java.util.List;

/**
 * One rule of what must not pass.
 *
 * @param id unique over all files; lower-case letters, digits, hyphens and dots
 * @param family the file's theme, e.g. {@code credentials}
 * @param description one sentence for people
 * @param mode whether it changes, only counts, or rests
 * @param detector how it finds
 * @param keys names, for {@link Detector#KEYS} and {@link Detector#ASSIGNMENT}; else empty
 * @param pattern regular expression in the syntax of RE2, for {@link Detector#PATTERN}; shapes, for
 *     {@link Detector#NUMBER}; else empty
 * @param keywords for {@link Detector#PATTERN}: every match holds one of them, in any case, so that
 *     the pattern is tried only where one stands; empty when {@code near} says where
 * @param conditions what a value must meet besides
 * @param action {@code REDACT} (the placeholder takes the secret's place) or {@code MASK}
 *     (asterisks for all but the last four letters or digits; for all of it when it has fewer than
 *     eight)
 * @param placeholder what a redacted secret becomes; empty when the action is another
 * @param positive examples in which the rule finds what is marked
 * @param negative texts (for {@link Detector#KEYS}: keys) that the rule leaves as they are
 */
public record RedactionRule(
    String id,
    String family,
    String description,
    RuleMode mode,
    Detector detector,
    List<String> keys,
    String pattern,
    List<String> keywords,
    ValueConditions conditions,
    RedactionAction action,
    String placeholder,
    List<RedactionExample> positive,
    List<String> negative) {

  public RedactionRule {
    keys = List.copyOf(keys);
    keywords = List.copyOf(keywords);
    positive = List.copyOf(positive);
    negative = List.copyOf(negative);
  }
}
