package io.sluice.processors.sanitize.statements;

import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Puts {@code ?} in the place of the literals of database statements ({@code "?"} in JSON). Of a
 * statement that was cut off inside a literal nothing stays from there on. Takes time in proportion
 * to the statement, whatever the bytes, and allocates nothing once its buffers are large enough.
 * What comes out is no longer than what went in, in JSON no more than three times as long; looked
 * at again it stays as it is. Reusable; not safe for use by several threads.
 *
 * <p>Comments go, since they may hold anything. Booleans and {@code NULL} stay, and so do
 * placeholders ({@code ?}, {@code $1}, {@code :name}, {@code @name}), names, also those in quotes
 * where the dialect quotes names, keys of Redis and Memcached, and keys of JSON.
 *
 * <p>A statement with other literals, or with more or fewer of them in a list ({@code IN}, {@code
 * VALUES}, an array), has the same text after it. White space stays as it was written.
 */
public final class StatementScrubber {

  private static final Slice ALL = Slice.of("?".getBytes(StandardCharsets.US_ASCII));

  private final Text text;
  private final Text again;
  private final Output look = new Output(true);
  private final Output out = new Output(false);
  private final SqlReader sql = new SqlReader();
  private final JsonReader json = new JsonReader();
  private final CommandReader commands = new CommandReader();

  public StatementScrubber() {
    this(new Text(), new Text());
  }

  /** For a test that counts how often the text is read. */
  StatementScrubber(Text text, Text again) {
    this.text = text;
    this.again = again;
  }

  /**
   * Scrubs one statement.
   *
   * @return what it becomes, valid until the next call; null when it has no literal and no comment
   */
  public @Nullable Slice scrub(Dialect dialect, byte[] buf, int from, int to) {
    text.over(buf, from, to);
    read(dialect, text, look);
    if (!look.changed()) {
      return null;
    }
    read(dialect, text, out);
    Slice scrubbed = out.slice();
    again.over(scrubbed.array(), scrubbed.start(), scrubbed.end());
    read(dialect, again, look);
    // Where what goes brings together what then reads differently, nothing is certain.
    return look.changed() ? ALL : scrubbed;
  }

  private void read(Dialect dialect, Text in, Output output) {
    output.clear();
    SqlSyntax syntax = dialect.sql();
    switch (dialect) {
      case REDIS -> commands.read(in, Commands.REDIS, output);
      case MEMCACHED -> commands.read(in, Commands.MEMCACHED, output);
      case MONGODB -> json.read(in, true, output);
      case JSON -> json.read(in, false, output);
      case UNKNOWN -> guess(in, output);
      default -> sql.read(in, syntax == null ? SqlSyntax.UNKNOWN : syntax, output);
    }
  }

  private void guess(Text in, Output output) {
    int first = in.skipSpace(in.from());
    if (in.at(first) == '{' || in.at(first) == '[') {
      json.read(in, false, output);
    } else if (Commands.isRedis(in, first)) {
      commands.read(in, Commands.REDIS, output);
    } else {
      sql.read(in, SqlSyntax.UNKNOWN, output);
    }
  }
}
