package io.sluice.schemas.definitions;

import java.util.List;

/**
 * Values that a rule finds and leaves, such as a test card. Other rules may still take them.
 *
 * @param values as they stand in the text, compared byte by byte
 * @param salt what is put before a value before it is hashed; empty without hashes
 * @param sha256 hashes of salt and value, both UTF-8, in small hexadecimal letters: so the list
 *     itself tells no value
 */
public record RuleExceptions(List<String> values, String salt, List<String> sha256) {

  /** No exception. */
  public static final RuleExceptions NONE = new RuleExceptions(List.of(), "", List.of());

  public RuleExceptions {
    values = List.copyOf(values);
    sha256 = List.copyOf(sha256);
  }

  public boolean isEmpty() {
    return values.isEmpty() && sha256.isEmpty();
  }
}
