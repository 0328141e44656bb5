package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RuleExceptionsTest {

  private static final String TEST_CARD = "4111111111111111";
  private static final String SALT = "salt-of-this-list";

  @Test
  void leavesValuesThatItListsAndNoOthers() {
    TextSanitizer sanitizer =
        TestRules.text(
            TestRules.card(
                "a", "exceptions: {values: ['4111111111111111', '4111 1111 1111 1111']}"));

    String text = "test cards " + TEST_CARD + " and 4111 1111 1111 1111";
    assertThat(sanitizer.sanitize(text)).isSameAs(text);
    assertThat(sanitizer.sanitize("4111-1111-1111-1111 5500000000000004 " + TEST_CARD))
        .isEqualTo("[redacted] [redacted] " + TEST_CARD);
  }

  @Test
  void leavesValuesOfWhichItHasTheHash() throws Exception {
    TextSanitizer sanitizer =
        TestRules.text(
            TestRules.card(
                "a", "exceptions: {salt: %s, sha256: [%s]}".formatted(SALT, hash(TEST_CARD))));

    assertThat(sanitizer.sanitize("5500000000000004 " + TEST_CARD))
        .isEqualTo("[redacted] " + TEST_CARD);
  }

  @Test
  void hashOfAnotherSaltIsNoException() throws Exception {
    TextSanitizer sanitizer =
        TestRules.text(
            TestRules.card(
                "a", "exceptions: {salt: another-salt, sha256: [%s]}".formatted(hash(TEST_CARD))));

    assertThat(sanitizer.sanitize(TEST_CARD)).isEqualTo("[redacted]");
  }

  @Test
  void leavesListedValuesOfKeys() {
    TextSanitizer sanitizer =
        TestRules.text(TestRules.keys("a", "user", "exceptions: {values: [anonymous]}"));

    assertThat(sanitizer.sanitizeKeyed("user", "anonymous")).isEqualTo("anonymous");
    assertThat(sanitizer.sanitizeKeyed("user", "anonymous2")).isEqualTo("[redacted]");
  }

  /** As {@code printf %s%s SALT VALUE | sha256sum} gives it. */
  private static String hash(String value) throws Exception {
    byte[] salted = (SALT + value).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(salted));
  }
}
