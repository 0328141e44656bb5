package io.sluice.processors.sanitize.logs;

/** Knows what redaction rules leave in the place of a secret. */
@FunctionalInterface
public interface Redacted {

  /** Whether these bytes are what a rule left. */
  boolean is(byte[] buf, int start, int end);
}
