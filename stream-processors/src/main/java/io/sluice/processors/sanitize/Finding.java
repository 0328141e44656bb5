package io.sluice.processors.sanitize;

import io.sluice.schemas.RedactionAction;

/**
 * What a rule found in a text, without the text.
 *
 * @param action what the rule does with it
 * @param enforced whether it did it, or only counts (a rule in mode shadow)
 * @param start where it begins, in bytes from the beginning of the text that was given
 * @param end one after its last byte
 */
public record Finding(
    String ruleId, RedactionAction action, boolean enforced, int start, int end) {}
