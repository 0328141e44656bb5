package io.sluice.processors.sanitize.statements;

import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a database statement is apart from its literals, comments and white space, and a short name
 * for it: two statements that differ in those only have the same shape.
 *
 * <pre>{@code
 * StatementShape.of("postgresql", "SELECT *  FROM orders WHERE id IN (4, 5)").text();
 * // SELECT * FROM orders WHERE id IN (?)
 * }</pre>
 *
 * <p>The digest is the same in every process and version as long as the text is, so that it can be
 * a metric's label. How many there are depends on the sender, who may write names that never end:
 * who makes a label of it keeps a limit.
 *
 * @param text the statement with {@code ?} for literals, and one blank where white space was
 * @param digest 16 hexadecimal digits: the first 8 bytes of the SHA-256 of the text in UTF-8
 */
public record StatementShape(String text, String digest) {

  private static final int DIGEST_BYTES = 8;

  /**
   * The shape of a statement. Takes time in proportion to it.
   *
   * @param system the value of {@code db.system.name} or {@code db.system}; null when unknown
   */
  public static StatementShape of(@Nullable String system, String statement) {
    byte[] utf8 = statement.getBytes(StandardCharsets.UTF_8);
    Slice scrubbed = new StatementScrubber().scrub(Dialect.of(system), utf8, 0, utf8.length);
    byte[] text = withSingleBlanks(scrubbed == null ? Slice.of(utf8) : scrubbed);
    return new StatementShape(new String(text, StandardCharsets.UTF_8), digest(text));
  }

  private static byte[] withSingleBlanks(Slice statement) {
    byte[] bytes = statement.toBytes();
    int size = 0;
    for (byte b : bytes) {
      boolean space = Text.isSpace(b);
      if (!space) {
        bytes[size++] = b;
      } else if (size > 0 && bytes[size - 1] != ' ') {
        bytes[size++] = ' ';
      }
    }
    size -= size > 0 && bytes[size - 1] == ' ' ? 1 : 0;
    return Arrays.copyOf(bytes, size);
  }

  private static String digest(byte[] text) {
    try {
      byte[] all = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(all, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
