package io.sluice.processors.sanitize;

import io.sluice.schemas.definitions.ValueConditions;
import org.jspecify.annotations.Nullable;

/** What a value must meet besides its form. Immutable; takes time in proportion to the value. */
final class Conditions {

  private final @Nullable NearWords near;
  private final @Nullable Check check;

  Conditions(ValueConditions asked) {
    near = asked.near().isEmpty() ? null : new NearWords(asked.near(), asked.within());
    check = check(asked);
  }

  static @Nullable Check check(ValueConditions asked) {
    return asked.check() == null ? null : Check.of(asked.check());
  }

  boolean hold(byte[] buf, int from, int to, int start, int end) {
    return (check == null || check.accepts(buf, start, end))
        && (near == null || near.stand(buf, from, to, start, end));
  }
}
