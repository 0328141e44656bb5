package io.sluice.schemas.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCredentialsTest {

  @TempDir private Path directory;

  @Test
  void givesTheTokenWithoutTheEndOfItsLine() throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "secret\n");
    assertThat(new ClientCredentials("", "", file.toString()).authorization())
        .contains("Bearer secret");
  }

  /** Clients of HTTP refuse these with the whole value in their message. */
  @ParameterizedTest
  @ValueSource(strings = {"secret\nsecond", "secret\u0007", "secret\u0100", "secret\u00e9"})
  void doesNotSayATokenThatNoHeaderCanCarry(String token) throws IOException {
    Path file = Files.writeString(directory.resolve("token"), token);
    assertThatThrownBy(() -> new ClientCredentials("", "", file.toString()).authorization())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("secret");
  }

  /** In basic authentication it is encoded. */
  @Test
  void takesAnyPassword() throws IOException {
    Path file = Files.writeString(directory.resolve("password"), "pässword\u0100");
    assertThat(new ClientCredentials("user", file.toString(), "").authorization())
        .hasValueSatisfying(value -> assertThat(value).startsWith("Basic ").isPrintable());
  }
}
