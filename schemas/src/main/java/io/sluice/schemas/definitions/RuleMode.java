package io.sluice.schemas.definitions;

/** Whether a rule works. */
public enum RuleMode {
  /** Changes what it finds. */
  ENFORCE,
  /** Counts what it finds and changes nothing. */
  SHADOW,
  /** Does not look. */
  OFF
}
