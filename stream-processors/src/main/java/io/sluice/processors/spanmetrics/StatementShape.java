package io.sluice.processors.spanmetrics;

import io.sluice.processors.sanitize.statements.Dialect;
import io.sluice.processors.sanitize.statements.StatementScrubber;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import org.apache.datasketches.hash.MurmurHash3;

/**
 * The shape of a database statement: without literals and comments, its lists folded, its white
 * space single. Statements that differ in nothing else have the same shape. Takes the name of the
 * system and the statement with {@link #BETWEEN} between, since the system decides what is a
 * literal. Not safe for use by several threads.
 */
final class StatementShape {

  /** Stands between the system and the statement. */
  static final char BETWEEN = '\0';

  private final StatementScrubber scrubber = new StatementScrubber();

  /** The shape's text. */
  String text(String systemAndStatement) {
    int space = systemAndStatement.indexOf(BETWEEN);
    Dialect dialect = Dialect.of(systemAndStatement.substring(0, Math.max(0, space)));
    byte[] bytes = systemAndStatement.substring(space + 1).getBytes(StandardCharsets.UTF_8);
    Slice scrubbed = scrubber.scrub(dialect, bytes, 0, bytes.length);
    return (scrubbed == null ? Slice.of(bytes) : scrubbed).utf8().strip().replaceAll("\\s+", " ");
  }

  /** 16 hexadecimal digits that are the same for the same shape, wherever it is met. */
  String digest(String systemAndStatement) {
    byte[] shape = text(systemAndStatement).getBytes(StandardCharsets.UTF_8);
    return shape.length == 0 ? "" : "%016x".formatted(MurmurHash3.hash(shape, 0L)[0]);
  }
}
