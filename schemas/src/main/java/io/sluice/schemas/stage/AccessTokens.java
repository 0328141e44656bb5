package io.sluice.schemas.stage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a server: a file with a line for each, {@code NAME ROLE SHA256}, where the last is
 * the SHA-256 of a bearer token in hex. The file has no token in it, so reading it gives no access;
 * tokens are long and random, so one round of a hash is enough. Lines that begin with # are
 * comments.
 */
public final class AccessTokens {

  private static final String BEARER = "bearer ";
  private static final int PARTS = 3;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /** What one may do. */
  public enum Role {
    /** Send telemetry. */
    WRITE,
    /** Look at everything. */
    READ,
    /** Look, and change something. */
    OPERATE
  }

  /** One who was recognized. */
  public record User(String name, Role role) {}

  private record Entry(User user, ByteBuffer hash) {}

  private final List<Entry> entries;

  private AccessTokens(List<Entry> entries) {
    this.entries = entries;
  }

  /**
   * Those whose lines can be read.
   *
   * @param origin names the file in problems
   * @param problems gets a sentence for each line that is wrong, never with what is in it: people
   *     put tokens in the wrong place
   */
  static AccessTokens of(List<String> lines, String origin, List<String> problems) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        Optional<Entry> entry = entry(line);
        entry.ifPresent(entries::add);
        if (entry.isEmpty()) {
          problems.add(
              origin
                  + " line "
                  + (i + 1)
                  + ": expected NAME, read, operate or write, and the SHA-256 of the token in hex");
        }
      }
    }
    if (entries.isEmpty() && problems.isEmpty()) {
      problems.add(origin + " has no line with a token");
    }
    return new AccessTokens(entries);
  }

  private static Optional<Entry> entry(String line) {
    List<String> parts = BLANKS.splitAsStream(line).toList();
    if (parts.size() != PARTS || !NAME.matcher(parts.get(0)).matches()) {
      return Optional.empty();
    }
    String hash = parts.get(2).toLowerCase(Locale.ROOT);
    return HASH.matcher(hash).matches()
        ? role(parts.get(1))
            .map(
                role ->
                    new Entry(
                        new User(parts.get(0), role),
                        ByteBuffer.wrap(HexFormat.of().parseHex(hash))))
        : Optional.empty();
  }

  private static Optional<Role> role(String name) {
    return switch (name) {
      case "read" -> Optional.of(Role.READ);
      case "operate" -> Optional.of(Role.OPERATE);
      case "write" -> Optional.of(Role.WRITE);
      default -> Optional.empty();
    };
  }

  int size() {
    return entries.size();
  }

  /** The token in the value of a header {@code Authorization}. */
  public static Optional<String> bearer(@Nullable String header) {
    return header != null && header.toLowerCase(Locale.ROOT).startsWith(BEARER)
        ? Optional.of(header.substring(BEARER.length()).strip())
        : Optional.empty();
  }

  /** Whose token it is. All lines are compared, so that the time says nothing. */
  Optional<User> user(String token) {
    byte[] hash = sha256(token);
    User found = null;
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.hash().array(), hash)) {
        found = entry.user();
      }
    }
    return Optional.ofNullable(found);
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
