package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.KeyExpressions.Memo;
import io.sluice.processors.sanitize.KeyExpressions.Traits;
import java.util.function.IntPredicate;

/**
 * Which rule hides the value of a key: one that changes before one that only counts; then one that
 * names the key, then one with an expression for it, then a list of keys on which it is not, and at
 * last one that only takes the literals of the statement under this key. Not safe for use by
 * several threads.
 */
final class KeyLookup {

  static final int NONE = KeyNames.NONE;

  private final Sanitizer sanitizer;
  private final Memo memo;

  /**
   * @param remembered for how many keys the answer is kept
   */
  KeyLookup(Sanitizer sanitizer, int remembered) {
    this.sanitizer = sanitizer;
    this.memo = new Memo(sanitizer.keyExpressions(), remembered);
  }

  /**
   * The rule's number, or {@link #NONE}.
   *
   * @param applies asked about rules that name the key or have an expression for it
   * @param closes asked about rules that let only other keys pass
   */
  int rule(byte[] buf, int from, int to, IntPredicate applies, IntPredicate closes) {
    int named = sanitizer.keyNames().rule(buf, from, to, applies);
    boolean statement = named != NONE && sanitizer.rule(named).isOfStatements();
    if (sanitizer.keyExpressions().isEmpty() || (isEnforced(named) && !statement)) {
      return named;
    }
    Traits traits = memo.of(buf, from, to);
    int whole = statement ? NONE : named;
    whole = better(better(whole, first(traits.rules(), applies)), first(traits.closed(), closes));
    return statement ? better(whole, named) : whole;
  }

  private boolean isEnforced(int rule) {
    return rule != NONE && sanitizer.rule(rule).enforced();
  }

  private int better(int rule, int vaguer) {
    return rule == NONE || (isEnforced(vaguer) && !isEnforced(rule)) ? vaguer : rule;
  }

  private static int first(int[] rules, IntPredicate fits) {
    for (int rule : rules) {
      if (fits.test(rule)) {
        return rule;
      }
    }
    return NONE;
  }
}
