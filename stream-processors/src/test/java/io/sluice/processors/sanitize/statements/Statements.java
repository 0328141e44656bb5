package io.sluice.processors.sanitize.statements;

import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Scrubs texts for tests. */
final class Statements {

  private Statements() {}

  static String scrub(String system, String statement) {
    String scrubbed = scrubbed(system, statement);
    return scrubbed == null ? statement : scrubbed;
  }

  /** Null when nothing changed. */
  static @Nullable String scrubbed(String system, String statement) {
    byte[] utf8 = statement.getBytes(StandardCharsets.UTF_8);
    Slice scrubbed = new StatementScrubber().scrub(Dialect.of(system), utf8, 0, utf8.length);
    return scrubbed == null ? null : scrubbed.utf8();
  }
}
