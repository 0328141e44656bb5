package io.sluice.schemas.stage;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * Who a client of an HTTP server is. Secrets are in files, which are read for each request: they
 * are renewed while the process runs.
 *
 * @param username for basic authentication; empty for none
 * @param passwordFile file with that user's password
 * @param bearerTokenFile file with a bearer token; empty for none
 */
public record ClientCredentials(String username, String passwordFile, String bearerTokenFile) {

  /** Refuses what does not go together. */
  public ClientCredentials {
    unless(
        "passwordFile",
        username.isEmpty() == passwordFile.isEmpty(),
        "a file if there is a username, and none without",
        passwordFile);
    unless(
        "bearerTokenFile",
        bearerTokenFile.isEmpty() || username.isEmpty(),
        "either a bearer token or a username",
        "both");
  }

  /**
   * The value of the header {@code Authorization}; empty when there are no credentials.
   *
   * @throws IOException with the file's name, when it cannot be read, or has what no header carries
   */
  public Optional<String> authorization() throws IOException {
    if (!bearerTokenFile.isEmpty()) {
      return Optional.of("Bearer " + token());
    }
    if (username.isEmpty()) {
      return Optional.empty();
    }
    String pair = username + ":" + secret(passwordFile);
    byte[] encoded = Base64.getEncoder().encode(pair.getBytes(StandardCharsets.UTF_8));
    return Optional.of("Basic " + new String(encoded, StandardCharsets.US_ASCII));
  }

  /** HTTP clients refuse others too, with the token in their message. */
  private String token() throws IOException {
    String token = secret(bearerTokenFile);
    if (!token.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new IOException(
          bearerTokenFile + ": expected one line of ASCII, a token as a header carries it");
    }
    return token;
  }

  private static String secret(String file) throws IOException {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new IOException(file, e);
    }
  }
}
