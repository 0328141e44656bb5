package io.sluice.processors.sanitize.statements;

import io.sluice.schemas.otlp.Slice;
import org.jspecify.annotations.Nullable;

/**
 * Puts {@code ?} in the place of the literals of database statements. The same statement with other
 * literals has the same text after it; what it wrote it leaves as it is; it never writes more bytes
 * than it read. Of a statement that was cut off inside a literal nothing stays from there on. Takes
 * time in proportion to the statement, whatever the bytes. Reusable; not safe for use by several
 * threads.
 *
 * <p>Comments go, since they may hold anything. Booleans and {@code NULL} stay, and so do
 * placeholders ({@code ?}, {@code $1}, {@code :name}, {@code @name}), names, also those in quotes
 * where the dialect quotes names, and keys of Redis, Memcached and JSON.
 */
public final class StatementScrubber {

  private final Text text;
  private final Output out = new Output();
  private final SqlScrubber sql = new SqlScrubber();
  private final JsonScrubber json = new JsonScrubber();
  private final CommandScrubber commands = new CommandScrubber();

  public StatementScrubber() {
    this(new Text());
  }

  /** For a test that counts how often the text is read. */
  StatementScrubber(Text text) {
    this.text = text;
  }

  /**
   * Scrubs one statement.
   *
   * @return what it becomes, valid until the next call; null when it stays as it is
   */
  public @Nullable Slice scrub(Dialect dialect, byte[] buf, int from, int to) {
    text.over(buf, from, to);
    out.clear();
    SqlSyntax syntax = dialect.sql();
    switch (dialect) {
      case REDIS -> commands.scrub(text, Commands.REDIS, out);
      case MEMCACHED -> commands.scrub(text, Commands.MEMCACHED, out);
      case MONGODB -> json.scrub(text, true, out);
      case JSON -> json.scrub(text, false, out);
      case UNKNOWN -> guess();
      default -> sql.scrub(text, syntax == null ? SqlSyntax.UNKNOWN : syntax, out);
    }
    out.finish();
    return out.contentEquals(text) ? null : out.slice();
  }

  /** How many bytes of the output the last call compared. */
  long compared() {
    return out.compared();
  }

  private void guess() {
    int first = text.skipSpace(text.from());
    if (text.at(first) == '{' || text.at(first) == '[') {
      json.scrub(text, false, out);
    } else if (commands.isCommandAndNoSql(text, Commands.REDIS, first)) {
      commands.scrub(text, Commands.REDIS, out);
    } else {
      sql.scrub(text, SqlSyntax.UNKNOWN, out);
    }
  }
}
