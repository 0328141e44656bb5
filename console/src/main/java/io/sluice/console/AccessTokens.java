package io.sluice.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may use the console: a file with a line for each, {@code NAME ROLE SHA256}, where the last is
 * the SHA-256 of a bearer token in hex. The file has no token in it, so reading it gives no access;
 * tokens are long and random, so one round of a hash is enough. Lines that begin with # are
 * comments.
 */
final class AccessTokens {

  private static final int PARTS = 3;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /** What one may do. */
  enum Role {
    /** Look at everything. */
    READ,
    /** Look, and change something. */
    OPERATE
  }

  /** One who was recognized. */
  record User(String name, Role role) {}

  private record Entry(User user, ByteBuffer hash) {}

  private final List<Entry> entries;

  private AccessTokens(List<Entry> entries) {
    this.entries = entries;
  }

  /**
   * Reads the file.
   *
   * @throws IllegalStateException with a sentence that says which line is wrong, never what is in
   *     it: people put tokens in the wrong place
   */
  static AccessTokens read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new IllegalStateException("console.tokenFile: cannot read " + file, e);
    }
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        entries.add(entry(line, file + " line " + (i + 1)));
      }
    }
    if (entries.isEmpty()) {
      throw new IllegalStateException("console.tokenFile: " + file + " has no line with a token");
    }
    return new AccessTokens(entries);
  }

  private static Entry entry(String line, String place) {
    List<String> parts = BLANKS.splitAsStream(line).toList();
    if (parts.size() == PARTS && NAME.matcher(parts.get(0)).matches()) {
      Optional<Role> role = role(parts.get(1));
      String hash = parts.get(2).toLowerCase(Locale.ROOT);
      if (role.isPresent() && HASH.matcher(hash).matches()) {
        return new Entry(
            new User(parts.get(0), role.get()), ByteBuffer.wrap(HexFormat.of().parseHex(hash)));
      }
    }
    throw new IllegalStateException(
        "console.tokenFile: "
            + place
            + ": expected NAME, read or operate, and the SHA-256 of the token in hex");
  }

  private static Optional<Role> role(String name) {
    return switch (name) {
      case "read" -> Optional.of(Role.READ);
      case "operate" -> Optional.of(Role.OPERATE);
      default -> Optional.empty();
    };
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
