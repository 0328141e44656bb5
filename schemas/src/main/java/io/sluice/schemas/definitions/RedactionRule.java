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
 * @param keys names, for {@link Detector#KEYS}, {@link Detector#ASSIGNMENT}, {@link
 *     Detector#STATEMENT} and {@link Detector#ALLOWED_KEYS}; else empty
 * @param pattern regular expression in the syntax of RE2, for {@link Detector#PATTERN}; shapes, for
 *     {@link Detector#NUMBER}; else empty
 * @param keywords for {@link Detector#PATTERN}: every match holds one of them, in any case, so that
 *     the pattern is tried only where one stands; empty when {@code near} says where
 * @param conditions what a value must meet besides
 * @param action what happens to a secret. {@code REDACT}: the placeholder takes its place. {@code
 *     MASK}: asterisks for all but the last four letters or digits, for all of it when it has fewer
 *     than eight. {@code TOKENIZE}: a keyed hash, equal for equal secrets. {@code TRUNCATE_IP}: the
 *     first 24 bits of an IPv4 address, 48 of an IPv6 address; the placeholder for what is none.
 *     {@code DROP_FIELD}: the attribute, map entry or field goes. {@code DROP_RECORD}: the log
 *     record, span or metric point goes
 * @param placeholder what a redacted secret becomes, also where the action cannot be done (no key
 *     to tokenize with, no field around a line of text); empty for {@code MASK}
 * @param positive examples in which the rule finds what is marked
 * @param negative texts (for {@link Detector#KEYS} and {@link Detector#ALLOWED_KEYS}: keys) that
 *     the rule leaves as they are
 * @param scope where it looks
 * @param keyPatterns regular expressions (RE2) for keys, for {@link Detector#KEYS} and {@link
 *     Detector#ALLOWED_KEYS}; they are looked for in the key as it is, without case, and in the key
 *     without {@code -}, {@code _} and blanks
 * @param exceptions what it finds and leaves
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
    List<String> negative,
    RuleScope scope,
    List<String> keyPatterns,
    RuleExceptions exceptions) {

  public RedactionRule {
    keys = List.copyOf(keys);
    keywords = List.copyOf(keywords);
    positive = List.copyOf(positive);
    negative = List.copyOf(negative);
    keyPatterns = List.copyOf(keyPatterns);
  }

  /** The same rule in another mode. */
  public RedactionRule withMode(RuleMode other) {
    return new RedactionRule(
        id,
        family,
        description,
        other,
        detector,
        keys,
        pattern,
        keywords,
        conditions,
        action,
        placeholder,
        positive,
        negative,
        scope,
        keyPatterns,
        exceptions);
  }

  /** A rule for all fields of all signals, without expressions for keys and without exceptions. */
  public RedactionRule(
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
    this(
        id,
        family,
        description,
        mode,
        detector,
        keys,
        pattern,
        keywords,
        conditions,
        action,
        placeholder,
        positive,
        negative,
        RuleScope.EVERYWHERE,
        List.of(),
        RuleExceptions.NONE);
  }
}
