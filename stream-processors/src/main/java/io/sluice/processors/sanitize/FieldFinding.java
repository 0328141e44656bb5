package io.sluice.processors.sanitize;

import io.sluice.schemas.RedactionAction;

/**
 * What a rule found in a field of a request, without the value.
 *
 * @param action what the rule does with it
 * @param enforced whether it did it, or only counts (a rule in mode shadow)
 * @param fieldPath as the ledger writes it, e.g. {@code log.attributes.http.url}
 * @param count how often
 */
public record FieldFinding(
    String ruleId, RedactionAction action, boolean enforced, String fieldPath, long count) {}
