package io.sluice.processors.sanitize;

import io.sluice.schemas.Signal;
import io.sluice.schemas.definitions.RuleScope;
import java.util.List;

/** Whether a rule looks in a field. Immutable. */
final class FieldScope {

  private final RuleScope scope;
  private final List<String> below;

  FieldScope(RuleScope scope) {
    this.scope = scope;
    this.below = scope.fields().stream().map(field -> field + ".*").toList();
  }

  boolean covers(Signal signal) {
    return scope.signals().contains(signal);
  }

  /** False when every field is covered, so that no path is needed. */
  boolean asksForField() {
    return !scope.fields().isEmpty();
  }

  /** Whether it looks in the field or somewhere above it. */
  boolean covers(String path) {
    return names(path) || below.stream().anyMatch(glob -> Glob.matches(glob, path));
  }

  /** Whether it names just this field. */
  boolean names(String path) {
    return scope.fields().stream().anyMatch(glob -> Glob.matches(glob, path));
  }
}
