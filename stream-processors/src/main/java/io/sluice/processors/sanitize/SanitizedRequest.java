package io.sluice.processors.sanitize;

import io.sluice.schemas.RedactionAction;
import java.util.List;

/**
 * A request in which no rule finds anything more.
 *
 * @param bytes the array that came in when nothing was found
 * @param counts what was found, each rule and field once for each resource
 */
@SuppressWarnings("ArrayRecordComponent") // identity of the array is the point
record SanitizedRequest(byte[] bytes, List<Count> counts) {

  /**
   * How often a rule found something in a field.
   *
   * @param resource position of the resource in the request
   * @param rule its number
   * @param ruleId its id
   * @param action what it did
   * @param enforced whether it did it, or only counted
   * @param fieldPath where, without values
   * @param count how often
   */
  record Count(
      int resource,
      int rule,
      String ruleId,
      RedactionAction action,
      boolean enforced,
      String fieldPath,
      long count) {}
}
