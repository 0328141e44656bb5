package io.sluice.processors.sanitize;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Keys of the action {@code tokenize}: it writes {@code [tok:ID:…]}, an HMAC-SHA-256 of the secret,
 * so that equal secrets stay equal and nobody without the key can try out values. Written one key a
 * line (or one after the other with blanks between), {@code ID=base64 of at least 32 bytes}, the
 * newest last: it is the one that is used. Older ones tell who may still hold which tokens. No
 * message and no {@code toString} has a key. Immutable.
 */
public final class TokenKeys {

  private static final int MIN_BYTES = 32;
  private static final int MAX_ID = 16;
  private static final Pattern KEY =
      Pattern.compile("([A-Za-z0-9_-]{1,16})=([A-Za-z0-9+/]+={0,2})");
  private static final String FILE = "file:";
  private static final String VARIABLE = "env:";

  /** Half of the hash: chance makes no two of 2^64 secrets equal, and lines stay short. */
  private static final int TOKEN_BYTES = 16;

  private static final int TOKEN_CHARS = 22;
  private static final byte[] PREFIX = "[tok:".getBytes(StandardCharsets.US_ASCII);
  private static final TokenKeys NONE = new TokenKeys(List.of(), null);

  private final List<String> ids;
  private final @Nullable SecretKeySpec newest;

  private TokenKeys(List<String> ids, @Nullable SecretKeySpec newest) {
    this.ids = List.copyOf(ids);
    this.newest = newest;
  }

  /** No key: what should become a token is redacted. */
  public static TokenKeys none() {
    return NONE;
  }

  /**
   * Reads keys from where the setting says.
   *
   * @param source {@code file:PATH} or {@code env:NAME}; null for none
   * @throws IllegalArgumentException when there is no usable key there
   */
  public static TokenKeys from(@Nullable String source) {
    return from(source, System::getenv);
  }

  static TokenKeys from(@Nullable String source, UnaryOperator<@Nullable String> environment) {
    if (source == null) {
      return NONE;
    }
    if (!isSource(source)) {
      throw new IllegalArgumentException("expected file:PATH or env:NAME");
    }
    if (source.startsWith(FILE)) {
      return parse(source, read(Path.of(source.substring(FILE.length()))));
    }
    String text = environment.apply(source.substring(VARIABLE.length()));
    if (text == null) {
      throw new IllegalArgumentException(source + ": there is no such variable");
    }
    return parse(source, text);
  }

  static boolean isSource(String source) {
    return (source.startsWith(FILE) && source.length() > FILE.length())
        || (source.startsWith(VARIABLE) && source.length() > VARIABLE.length());
  }

  /**
   * Reads keys.
   *
   * @param name of the place, for errors
   * @param text never quoted in an error
   */
  static TokenKeys parse(String name, String text) {
    List<String> ids = new ArrayList<>();
    SecretKeySpec newest = null;
    for (String entry : text.strip().split("\\s+", -1)) {
      Matcher matcher = KEY.matcher(entry);
      byte[] key = matcher.matches() ? decoded(matcher.group(2)) : new byte[0];
      if (key.length < MIN_BYTES) {
        throw new IllegalArgumentException(
            "%s: key %d: expected ID=KEY, the key in base64 and of at least %d bytes"
                .formatted(name, ids.size() + 1, MIN_BYTES));
      }
      if (ids.contains(matcher.group(1))) {
        throw new IllegalArgumentException(
            "%s: key %d: expected an id of its own".formatted(name, ids.size() + 1));
      }
      ids.add(matcher.group(1));
      newest = new SecretKeySpec(key, "HmacSHA256");
    }
    return new TokenKeys(ids, newest);
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0]; // its message would quote the key
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read token keys from " + file, e);
    }
  }

  boolean isEmpty() {
    return newest == null;
  }

  /** The token of a secret; null without a key. */
  byte @Nullable [] token(byte[] buf, int start, int end) {
    if (newest == null) {
      return null;
    }
    try {
      Mac mac = Mac.getInstance(newest.getAlgorithm());
      mac.init(newest);
      mac.update(buf, start, end - start);
      byte[] half = new byte[TOKEN_BYTES];
      System.arraycopy(mac.doFinal(), 0, half, 0, TOKEN_BYTES);
      String hash = Base64.getUrlEncoder().withoutPadding().encodeToString(half);
      String token = "[tok:" + ids.get(ids.size() - 1) + ":" + hash + "]";
      return token.getBytes(StandardCharsets.US_ASCII);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  /** Whether the range is a token, or lies in one. */
  static boolean isInToken(byte[] buf, int from, int to, int start, int end) {
    int earliest = Math.max(from, start - PREFIX.length - MAX_ID - 1 - TOKEN_CHARS);
    for (int i = Math.min(start, to - 1); i >= earliest; i--) {
      if (buf[i] == '[') {
        return endOfToken(buf, i, to) >= end;
      }
    }
    return false;
  }

  private static int endOfToken(byte[] buf, int start, int to) {
    int i = start;
    for (byte expected : PREFIX) {
      if (i == to || buf[i++] != expected) {
        return -1;
      }
    }
    int idEnd = endOfWord(buf, i, Math.min(to, i + MAX_ID));
    if (idEnd == i || idEnd == to || buf[idEnd] != ':') {
      return -1;
    }
    int hashEnd = endOfWord(buf, idEnd + 1, to);
    boolean closed = hashEnd < to && buf[hashEnd] == ']';
    return closed && hashEnd - idEnd - 1 == TOKEN_CHARS ? hashEnd + 1 : -1;
  }

  private static int endOfWord(byte[] buf, int from, int to) {
    int i = from;
    while (i < to && (Ascii.isAlphanumeric(buf[i]) || buf[i] == '-' || buf[i] == '_')) {
      i++;
    }
    return i;
  }

  /** The ids, never a key. */
  @Override
  public String toString() {
    return "TokenKeys" + ids;
  }
}
