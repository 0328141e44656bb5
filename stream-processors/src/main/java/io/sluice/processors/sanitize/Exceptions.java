package io.sluice.processors.sanitize;

import io.sluice.schemas.definitions.RuleExceptions;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Values that a rule leaves, by themselves or by their hash. Immutable. */
final class Exceptions {

  /** Longer values are on no list: hashing megabytes for each finding would be a way to stall. */
  private static final int MAX_LENGTH = 4096;

  private final List<byte[]> values;
  private final byte[] salt;
  private final Set<String> hashes;

  Exceptions(RuleExceptions definition) {
    values =
        definition.values().stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    salt = definition.salt().getBytes(StandardCharsets.UTF_8);
    hashes = Set.copyOf(definition.sha256());
  }

  /** Whether a value is listed as it stands, or as its readers see it. */
  boolean contain(byte[] buf, int start, int end) {
    if (values.isEmpty() && hashes.isEmpty()) {
      return false;
    }
    if (has(buf, start, end)) {
      return true;
    }
    if (end - start > MAX_LENGTH) {
      return false;
    }
    Slice inside = DecodedText.innermost(buf, start, end);
    return inside.array() != buf && has(inside.array(), inside.start(), inside.end());
  }

  private boolean has(byte[] buf, int start, int end) {
    for (byte[] value : values) {
      if (Arrays.equals(buf, start, end, value, 0, value.length)) {
        return true;
      }
    }
    return !hashes.isEmpty() && end - start <= MAX_LENGTH && hashes.contains(hash(buf, start, end));
  }

  private String hash(byte[] buf, int start, int end) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      digest.update(buf, start, end - start);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
