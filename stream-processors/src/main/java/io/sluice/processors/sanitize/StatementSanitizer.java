package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.statements.Dialect;
import io.sluice.processors.sanitize.statements.StatementScrubber;
import io.sluice.schemas.otlp.OtlpVisitor;
import io.sluice.schemas.otlp.Slice;
import org.jspecify.annotations.Nullable;

/**
 * Takes the literals out of database statements, and what other rules find in the names and keys
 * that stay. Not safe for use by several threads.
 */
final class StatementSanitizer {

  /** What other rules make of a text; null when it stays, {@code DROP} when its field goes. */
  @FunctionalInterface
  interface OtherRules {
    @Nullable Slice sanitize(byte[] buf, int start, int end);
  }

  private static final int MAX_ROUNDS = 4;

  private static final Slice PLACEHOLDER = Slice.of(new byte[] {'?'});

  private final StatementScrubber scrubber = new StatementScrubber();

  /** A statement without literals; null when it has none. */
  @Nullable Slice scrub(Dialect dialect, Slice statement) {
    Slice scrubbed = scrubber.scrub(dialect, statement.array(), statement.start(), statement.end());
    return scrubbed == null ? null : Slice.of(scrubbed.toBytes());
  }

  /**
   * A statement after the other rules too: one in which neither they nor this find anything more,
   * though what they write may read as a literal.
   *
   * @param scrubbed a statement without literals
   * @return the same when nothing was found
   */
  @SuppressWarnings("ReferenceEquality") // DROP is known by its identity
  Slice settle(Dialect dialect, Slice scrubbed, OtherRules others) {
    Slice text = scrubbed;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Slice left = others.sanitize(text.array(), text.start(), text.end());
      if (left == null) {
        return text;
      }
      Slice again = left == OtlpVisitor.DROP ? null : scrub(dialect, left);
      if (again == null) {
        return left;
      }
      text = again;
    }
    return PLACEHOLDER;
  }
}
