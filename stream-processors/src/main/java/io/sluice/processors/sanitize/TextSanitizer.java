package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.statements.Dialect;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of text, without Kafka: for log lines of a service, or of Sluice itself.
 * Sanitizing twice changes nothing more. Takes time in proportion to the text. Safe for use by
 * several threads.
 *
 * <p>A text has no field path and belongs to no signal, so every rule looks at it, whatever its
 * scope; and where a rule would drop the field or record, the placeholder takes the secret's place.
 * Lists of the only keys that may pass are about paths, and line breaks are left or not by the
 * field in which they stand: both hold for requests only.
 *
 * <pre>{@code
 * TextSanitizer sanitizer = TextSanitizer.shipped();
 * sanitizer.sanitize("login failed, password=hunter2"); // login failed, password=[redacted]
 * sanitizer.sanitizeKeyed("x-api-key", "k-0123456789"); // [redacted]
 * }</pre>
 */
public final class TextSanitizer {

  private static final String STATEMENT = "db.query.text";

  private final Sanitizer sanitizer;

  /** What the last call has left for the next one. */
  private final AtomicReference<@Nullable TextScanner> spare = new AtomicReference<>();

  private TextSanitizer(Sanitizer sanitizer) {
    this.sanitizer = sanitizer;
  }

  /**
   * A sanitizer with these rules.
   *
   * @throws IllegalArgumentException when a rule cannot be compiled
   */
  public static TextSanitizer of(RedactionRules rules) {
    return new TextSanitizer(Sanitizer.of(rules));
  }

  /**
   * A sanitizer with these rules.
   *
   * @param tokenKeys for rules that tokenize; without one, they redact
   * @throws IllegalArgumentException when a rule cannot be compiled
   */
  public static TextSanitizer of(RedactionRules rules, TokenKeys tokenKeys) {
    return new TextSanitizer(Sanitizer.of(rules, tokenKeys));
  }

  /** A sanitizer with the rules that Sluice ships. */
  public static TextSanitizer shipped() {
    return of(RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)));
  }

  /** The version of the rule set. */
  public long rulesVersion() {
    return sanitizer.version();
  }

  /** The text without secrets; the same string when there are none. */
  public String sanitize(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    byte[] result = sanitize(utf8);
    return result == utf8 ? text : new String(result, StandardCharsets.UTF_8);
  }

  /** The text without secrets; the same array when there are none. Need not be valid UTF-8. */
  public byte[] sanitize(byte[] utf8) {
    return sanitize(utf8, TextScanner.Tally.NONE);
  }

  /**
   * As {@link #sanitize(byte[])}, and says what was found.
   *
   * @param findings gets each finding; of what replacing brings together a place may come again
   */
  public byte[] sanitize(byte[] utf8, Consumer<Finding> findings) {
    return sanitize(utf8, tally(findings));
  }

  /**
   * What becomes of the beginning of a text, of which all that is given is looked at. A secret that
   * reaches over the end of the beginning is left out as a whole, instead of half of it being taken
   * for harmless.
   *
   * @param length of the beginning in bytes
   * @param findings gets each finding in all of the text
   */
  public byte[] sanitizeBeginning(byte[] utf8, int length, Consumer<Finding> findings) {
    TextScanner scanner = take();
    Slice result = scanner.sanitize(utf8, 0, utf8.length, tally(findings));
    byte[] beginning =
        result == null
            ? Arrays.copyOf(utf8, length)
            : Arrays.copyOf(result.toBytes(), scanner.placeInResult(length));
    leave(scanner);
    return beginning;
  }

  /** A scanner that no other call uses, also none that a tally makes. */
  private TextScanner take() {
    TextScanner left = spare.getAndSet(null);
    return left != null
        ? left
        : new TextScanner(sanitizer, rule -> !sanitizer.rule(rule).asksForField());
  }

  private void leave(TextScanner scanner) {
    scanner.forget();
    spare.set(scanner);
  }

  private TextScanner.Tally tally(Consumer<Finding> findings) {
    return (number, start, end) -> {
      Rule rule = sanitizer.rule(number);
      findings.accept(new Finding(rule.id(), rule.action(), rule.enforced(), start, end));
    };
  }

  private byte[] sanitize(byte[] utf8, TextScanner.Tally tally) {
    TextScanner scanner = take();
    Slice result = scanner.sanitize(utf8, 0, utf8.length, tally);
    leave(scanner);
    return result == null ? utf8 : result.toBytes();
  }

  /**
   * A value without secrets, of which the name is known: that of an attribute, a header, a field of
   * a log line. All of it is a secret when the name says so.
   */
  public String sanitizeKeyed(String key, String value) {
    return sanitizeKeyed(key, value, Dialect.UNKNOWN);
  }

  /**
   * A database's statement without literals and secrets, as it is in the attribute {@code
   * db.query.text}.
   *
   * @param system the database as {@code db.system.name} has it; null when it is not known
   */
  public String sanitizeStatement(@Nullable String system, String statement) {
    return sanitizeKeyed(STATEMENT, statement, Dialect.of(system));
  }

  private String sanitizeKeyed(String key, String value, Dialect dialect) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    int number =
        new KeyLookup(sanitizer, 0)
            .rule(
                name,
                0,
                name.length,
                rule -> !leaves(sanitizer.rule(rule), name, utf8),
                rule -> false);
    if (number == KeyLookup.NONE || !sanitizer.rule(number).enforced()) {
      return sanitizeBehind(name, value);
    }
    if (utf8.length == 0 || sanitizer.isRedacted(utf8, 0, utf8.length)) {
      return sanitizeBehind(name, value);
    }
    if (sanitizer.rule(number).isOfStatements()) {
      return statement(dialect, Slice.of(utf8)).utf8();
    }
    Slice replacement = sanitizer.rule(number).replacement(utf8, 0, utf8.length);
    return sanitizer.rule(number).keepsParts() ? sanitize(replacement.utf8()) : replacement.utf8();
  }

  private static boolean leaves(Rule rule, byte[] key, byte[] value) {
    return rule.leaves(value, 0, value.length)
        || (!rule.isOfStatements() && NameKind.isNoValue(Slice.of(key), Slice.of(value)));
  }

  /** A value of which the key may say what it is. */
  private String sanitizeBehind(byte[] key, String value) {
    String left = sanitize(value);
    if (!sanitizer.announces(key, 0, key.length)) {
      return left;
    }
    byte[] utf8 = left.getBytes(StandardCharsets.UTF_8);
    TextScanner scanner = take();
    Slice more =
        scanner.sanitizeBehind(Slice.of(key), utf8, 0, utf8.length, TextScanner.Tally.NONE);
    leave(scanner);
    return more == null ? left : more.utf8();
  }

  private Slice statement(Dialect dialect, Slice text) {
    StatementSanitizer statements = new StatementSanitizer();
    Slice scrubbed = statements.scrub(dialect, text);
    TextScanner scanner = take();
    Slice settled =
        statements.settle(dialect, scrubbed == null ? text : scrubbed, scanner::sanitize);
    leave(scanner);
    return settled;
  }
}
