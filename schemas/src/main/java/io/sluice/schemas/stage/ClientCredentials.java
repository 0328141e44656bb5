package io.sluice.schemas.stage;

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

  /**
   * The value of the header {@code Authorization}; empty when there are no credentials.
   *
   * @throws IOException with the file's name, when it cannot be read
   */
  public Optional<String> authorization() throws IOException {
    if (!bearerTokenFile.isEmpty()) {
      return Optional.of("Bearer " + secret(bearerTokenFile));
    }
    if (username.isEmpty()) {
      return Optional.empty();
    }
    String pair = username + ":" + secret(passwordFile);
    byte[] encoded = Base64.getEncoder().encode(pair.getBytes(StandardCharsets.UTF_8));
    return Optional.of("Basic " + new String(encoded, StandardCharsets.US_ASCII));
  }

  private static String secret(String file) throws IOException {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new IOException(file, e);
    }
  }
}
