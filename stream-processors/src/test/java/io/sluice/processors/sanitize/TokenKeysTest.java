package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenKeysTest {

  private static final String TOKENIZE = TestRules.card("t.card", "action: tokenize");

  @Test
  void writesTheHmacOfTheSecretUnderTheNewestKeysId() throws Exception {
    byte[] key = Base64.getDecoder().decode(TestRules.SECOND_KEY.substring(3));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    byte[] hash = mac.doFinal("4111111111111111".getBytes(StandardCharsets.US_ASCII));
    String expected = Base64.getUrlEncoder().encodeToString(hash).substring(0, 21);

    assertThat(TestRules.text(TOKENIZE).sanitize("paid with 4111111111111111 today"))
        .startsWith("paid with [tok:k2:" + expected)
        .matches("paid with \\[tok:k2:[A-Za-z0-9_-]{22}] today");
  }

  @Test
  void givesEqualSecretsEqualTokensWhereverTheyStandAndOthersOthers() {
    TextSanitizer sanitizer =
        TestRules.text(
            TOKENIZE,
            TestRules.keys("t.keys", "pan", "action: tokenize"),
            TestRules.assignment("t.set", "pan", "action: tokenize"));
    String token = sanitizer.sanitize("4111111111111111");

    assertThat(sanitizer.sanitize("a=4111111111111111&b")).isEqualTo("a=" + token + "&b");
    assertThat(sanitizer.sanitizeKeyed("PAN", "4111111111111111")).isEqualTo(token);
    assertThat(sanitizer.sanitize("5500000000000004")).isNotEqualTo(token);
  }

  @Test
  void tokensOfBeforeAKeyChangeStayAsTheyAre() {
    TokenKeys before = TokenKeys.parse("test", TestRules.FIRST_KEY);
    String old = TextSanitizer.of(TestRules.of(TOKENIZE), before).sanitize("4111111111111111");

    assertThat(old).startsWith("[tok:k1:");
    assertThat(TestRules.text(TOKENIZE).sanitize(old)).isEqualTo(old);
    assertThat(TestRules.text(TOKENIZE).sanitize("4111111111111111")).startsWith("[tok:k2:");
  }

  @Test
  void noRuleLooksInsideAToken() {
    TextSanitizer sanitizer =
        TextSanitizer.of(
            TestRules.of(TOKENIZE, TestRules.assignment("t.set", "pin")),
            TokenKeys.parse("test", "pin=" + "QUFB".repeat(11)));
    String once = sanitizer.sanitize("pin: 1234, 4111111111111111");

    assertThat(once).matches("pin: \\[redacted], \\[tok:pin:[A-Za-z0-9_-]{22}]");
    assertThat(sanitizer.sanitize(once)).isEqualTo(once);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[tok:k2:short]",
        "[tok:k2:AAAAAAAAAAAAAAAAAAAAAAAAA]",
        "[tok:AAAAAAAAAAAAAAAAAAAAAA]",
        "[tok:k2:AAAAAAAAAAAAAAAAAAAAAA",
        "[tok:k2:4111111111111111AAA*AA]",
      })
  void whatOnlyLooksLikeATokenIsNone(String value) {
    TextSanitizer sanitizer =
        TestRules.text(TOKENIZE, TestRules.keys("t.keys", "pan", "action: tokenize"));

    assertThat(sanitizer.sanitizeKeyed("pan", value)).isNotEqualTo(value).startsWith("[tok:k2:");
  }

  @Test
  void redactsWithoutAKey() {
    TextSanitizer sanitizer = TextSanitizer.of(TestRules.of(TOKENIZE));

    assertThat(sanitizer.sanitize("paid with 4111111111111111")).isEqualTo("paid with [redacted]");
  }

  @Test
  void readsKeysFromAFileOrAVariable(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("keys");
    Files.writeString(file, TestRules.FIRST_KEY + "\n" + TestRules.SECOND_KEY + "\n");

    assertThat(TokenKeys.from("file:" + file)).hasToString("TokenKeys[k1, k2]");
    assertThat(TokenKeys.from("env:KEYS", Map.of("KEYS", TestRules.FIRST_KEY)::get))
        .hasToString("TokenKeys[k1]");
    assertThat(TokenKeys.from(null).isEmpty()).isTrue();
    assertThatThrownBy(() -> TokenKeys.from("env:KEYS", name -> null))
        .hasMessage("env:KEYS: there is no such variable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c2VjcmV0LXNlY3JldA==",
        "k1=c2VjcmV0LXNlY3JldA==",
        "k1=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=c2VjcmV0",
        "k 1=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==",
        "a-name-that-is-too-long=c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==",
      })
  void refusesWhatIsNoKeyWithoutShowingIt(String text) {
    assertThatThrownBy(() -> TokenKeys.parse("env:KEYS", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .message()
        .startsWith("env:KEYS: key 1: expected ID=KEY")
        .doesNotContain("c2VjcmV0");
  }

  @Test
  void refusesTwoKeysWithOneId() {
    assertThatThrownBy(() -> TokenKeys.parse("x", TestRules.FIRST_KEY + " " + TestRules.FIRST_KEY))
        .hasMessage("x: key 2: expected an id of its own");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"customer_number\":\"\\u0416/17\"}",
        "{\"customer_number\":\"\u0416\\/17\"}",
        "{\"m\":\"{\\\"customer_number\\\":\\\"\\\\u0416/17\\\"}\"}",
        "q?customer_number=%D0%96%2F17&x=1"
      })
  void givesAValueTheSameTokenHoweverItIsWritten(String text) {
    String rule = TestRules.keys("tok", "customer_number", "action: tokenize");
    String token = TestRules.text(rule).sanitizeKeyed("customer_number", "\u0416/17");
    String listed = rule.replace("action: tokenize", "exceptions: {values: ['\u0416/17']}");

    assertThat(token).startsWith("[tok:");
    assertThat(TestRules.text(rule).sanitize(text)).contains(token);
    assertThat(TestRules.text(listed).sanitize(text)).isEqualTo(text);
  }
}
