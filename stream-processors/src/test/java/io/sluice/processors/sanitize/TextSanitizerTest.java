package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextSanitizerTest {

  private static final TextSanitizer SANITIZER = TextSanitizer.shipped();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /orders/42 200 in 12 ms",
        "id 550e8400-e29b-41d4-a716-446655440000",
        "numeric uuid 41111111-1111-1111-1111-411111111111",
        "traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "commit da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "sha256 4111111111111111aa3ee5e6b4b0d3255bfef95601890afd807094111111111111",
        "trace_id=4111111111111111a000000000000001 span_id=a378282246310005",
        "object 5555555555554444a1234567, byte %B4111111111111111",
        "at 2026-01-01T00:00:00.000000Z, 1767225600000 ms, 1767225600000000000 ns",
        "version 4.1.1111111111111 build 17.0.15+6",
        "ratio 0.4111111111111111 and 4.111111111111111",
        "price 1,234.56 EUR, was 4.111.111.111,11",
        "block blk_4568377692254637284 and blk_-4702684774678057084, blk_-5195120009388265",
        "snowflake 6285161494041403917",
        "counters 10 20 30 400 5000 6000 7000 8000 9000",
        "ean 4006381333931",
        "use a strong password, keep your secret and your token",
        "Failed password for root from 10.0.0.1 port 22 ssh2",
        "auth::token::Token::new",
        "if (password == null) return",
        "password: null, token=\"\"",
        "max_tokens=100 tokenizer=bpe",
        "pass=12 fail=0, pass: true, {\"pass\":\"12/12\"}, {\"pass\":{\"total\":12}}",
        "secret: default/db-credentials not found",
        "token=0 remaining=5",
        "password: (not set), user: ann",
        "private_key: /etc/ssl/key.pem",
        "http://localhost:8080/a@b?c=d@e",
        "the bearer of good news, basic arithmetic",
        "Basic configuration-loading finished",
        "Überraschung: naïve café 東京 🚀",
      })
  void leavesOrdinaryTextAlone(String text) {
    assertThat(SANITIZER.sanitize(text)).isSameAs(text);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    assertThat(SANITIZER.sanitize(utf8)).isSameAs(utf8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          password=hunter2 | password=[redacted]
          PASSWORD = hunter2, next | PASSWORD = [redacted], next
          db.password: hunter2; retry | db.password: [redacted]; retry
          {"password":"hun\\"ter2","a":1} | {"password":"[redacted]","a":1}
          {"password" : ["a", "b]"], "x": 2} | {"password" : "[redacted]", "x": 2}
          {\\"password\\":\\"hun\\\\\\"ter2\\",\\"a\\":1} | {\\"password\\":\\"[redacted]\\",\\"a\\":1}
          {"password":12345,"a":1} | {"password":"[redacted]","a":1}
          {"password":"cut off | {"password":"[redacted]
          msg="x" password="hunter 2" user=ann | msg="x" password="[redacted]" user=ann
          user[password]=hunter2&x=1 | user[password]=[redacted]&x=1
          run --password hunter2 --verbose | run --password [redacted] --verbose
          <password>hunter2</password> | <password>[redacted]</password>
          User(name=ann, password=hun,ter2, age=3) | User(name=ann, password=[redacted], age=3)
          secret => 'it''s' | secret => '[redacted]'
          API-Key: k-0123456789 | API-Key: [redacted]
          the api key = k-0123 | the api key = [redacted]
          token: Bearer abc | token: Bearer [redacted]
          Authorization: Basic abc | Authorization: Basic [token]
          "Authorization":"Bearer x" | "Authorization":"Bearer [token]"
          redis://:pw@h:6379 | redis://[userinfo]@h:6379
          url=https:\\/\\/u:p@h\\/x | url=https:\\/\\/[userinfo]@h\\/x
          nl\\n4111111111111111 | nl\\n[card]
          4111-1111-1111-1111,5500000000000004 | [card],[card]
          1234 4111 1111 1111 1111 12 | 1234 [card] 12
          card 4222222222222 and card 4000000000000000006 | card [card] and card [card]
          3782 822463 10005 | [card]
          pan4111111111111111. | pan[card].
          {"auth":{"user":"shop","pass":"Sommer2024"}} | {"auth":{"user":"shop","pass":"[redacted]"}}
          GET /login?user=ann&pass=Nord=see90&x=1 | GET /login?user=ann&pass=[redacted]&x=1
          secret=wJalrXUtnFEMI/K7MDENG | secret=[redacted]
          private_key=/9j/4AAQSkZJRgABAQEAYABgAAD | private_key=[redacted]
          ["password"]=> string(10) "Sommer2033" | ["password"]=> string(10) "[redacted]"
          'password' => string(8) "hunter22" | 'password' => string(8) "[redacted]"
          Authorization: Digest username="ann", nonce="ab", response="6629fae4" 200 | Authorization: [redacted] 200
          {"m":"Authorization: Hawk id=\"a\", mac=\"6R4r=\" sent"} | {"m":"Authorization: [redacted] sent"}
          -H 'Authorization: OAuth oauth_token="a", oauth_signature="b"' -v | -H 'Authorization: [redacted]' -v
          Authorization: AWS4-HMAC-SHA256 Credential=A/20261127, Signature=fe5f | Authorization: [redacted]
          %B4111111111111111^DOE/JOHN^29121010000000000000? | %B[card]^DOE/JOHN^29121010000000000000?
          B378282246310005^DOE/JOHN^2912 | B[card]^DOE/JOHN^2912
          track2 5555555555554444D2912101000000000F | track2 [card]D2912101000000000F
          5555555555554444D291210100000000 | [card]D291210100000000
          "pan":"5555555555554444F" | "pan":"[card]F"
          password='''hunter2''', next | password='''[redacted]''', next
          """)
  void redactsInTheNotationsOfLogs(String text, String expected) {
    assertThat(SANITIZER.sanitize(text)).isEqualTo(expected);
    assertThat(SANITIZER.sanitize(expected)).isEqualTo(expected);
  }

  @Test
  void knowsValuesByTheNameOfTheirKey() {
    assertThat(SANITIZER.sanitizeKeyed("X-Api-Key", "k")).isEqualTo("[redacted]");
    assertThat(SANITIZER.sanitizeKeyed("http.request.header.authorization", "any"))
        .isEqualTo("[redacted]");
    assertThat(SANITIZER.sanitizeKeyed("password", "[redacted]")).isEqualTo("[redacted]");
    assertThat(SANITIZER.sanitizeKeyed("password", "")).isEmpty();
    assertThat(SANITIZER.sanitizeKeyed("note", "password=x")).isEqualTo("password=[redacted]");
    String value = "value";
    assertThat(SANITIZER.sanitizeKeyed("tokenizer", value)).isSameAs(value);
  }

  @Test
  void takesDigitsForAPhoneOnlyWhereTheKeyEndsWithItsWord() {
    TextSanitizer sanitizer = TextSanitizer.shipped();

    assertThat(sanitizer.sanitizeKeyed("user.mobile", "4155550123")).isEqualTo("[phone]");
    assertThat(sanitizer.sanitizeKeyed("mobile.home", "0309018200")).isEqualTo("[phone]");
    assertThat(sanitizer.sanitizeKeyed("mobile.seen", "1700000000")).isEqualTo("1700000000");
  }

  @Test
  void readsBytesThatAreNoText() {
    byte[] text = "\u00ff\u00fepassword=\u00ff\u00fe x".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(new String(SANITIZER.sanitize(text), StandardCharsets.ISO_8859_1))
        .isEqualTo("\u00ff\u00fepassword=[redacted] x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"otp", "loginOtp", "login-otp", "auth.login_otp", "user[otp]", "otp_2"})
  void findsAWordAtTheEndOfAKey(String key) {
    TextSanitizer sanitizer = TestRules.text(TestRules.keys("otp", "'* otp'"));

    assertThat(sanitizer.sanitizeKeyed(key, "482913")).isEqualTo("[redacted]");
    assertThat(sanitizer.sanitize(key + "=482913")).isEqualTo(key + "=[redacted]");
    assertThat(sanitizer.sanitize("{\"" + key + "\":\"482913\"}"))
        .isEqualTo("{\"" + key + "\":\"[redacted]\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"root_p", "robotp", "root_p99", "otp_sent", "otp[count]", "2"})
  void leavesKeysThatOnlyEndInTheLettersOfAWord(String key) {
    TextSanitizer sanitizer = TestRules.text(TestRules.keys("otp", "'* otp'"));

    assertThat(sanitizer.sanitizeKeyed(key, "482913")).isEqualTo("482913");
    assertThat(sanitizer.sanitize(key + "=482913")).isEqualTo(key + "=482913");
  }

  @Test
  void leavesTheWorkingDirectoryOfAShell() {
    TextSanitizer sanitizer = TextSanitizer.shipped();
    String sudo = "ann : TTY=pts/0 ; PWD=/home/ann ; USER=root ; COMMAND=/bin/ls";

    assertThat(sanitizer.sanitize(sudo)).isEqualTo(sudo);
    assertThat(sanitizer.sanitize("{'PWD': '/app', 'x': 1}")).isEqualTo("{'PWD': '/app', 'x': 1}");
    assertThat(sanitizer.sanitize("Pwd=/Zk3+9x;")).isEqualTo("Pwd=[redacted];");
  }
}
