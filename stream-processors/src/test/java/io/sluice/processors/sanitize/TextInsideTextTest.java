package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Signal;
import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in what a text holds: documents, URLs, encodings, lines. */
class TextInsideTextTest {

  private static final TextSanitizer SHIPPED = TextSanitizer.shipped();
  private static final TextSanitizer PIN = TestRules.text(TestRules.keys("pin", "pin, '*code'"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {"db":{"passphrase":"x y"}} | {"db":{"passphrase":"[redacted]"}}
          {"m":"{\\"password\\":\\"a b\\",\\"n\\":1}"} | {"m":"{\\"password\\":\\"[redacted]\\",\\"n\\":1}"}
          {"m":"{\\"a\\":\\"{\\\\\\"password\\\\\\":\\\\\\"a b\\\\\\"}\\"}"} | {"m":"{\\"a\\":\\"{\\\\\\"password\\\\\\":\\\\\\"[redacted]\\\\\\"}\\"}"}
          level=info password=xyz-1 user=ann | level=info password=[redacted] user=ann
          level=info password="x \\"y" user=ann | level=info password="[redacted]" user=ann
          {"card":4111111111111111,"n":-1} | {"card":"[card]","n":-1}
          [1,4111111111111111] | [1,"[card]"]
          {"password":12345,"a":{"secret":[1,2]}} | {"password":"[redacted]","a":{"secret":"[redacted]"}}
          {"m":"{\\"password\\":12345}"} | {"m":"{\\"password\\":\\"[redacted]\\"}"}
          {"m":"mail \\nann@shop.example"} | {"m":"mail \\n[email]"}
          {"cookie":"a=b; c=d","iban":"12 34"} | {"cookie":"[cookie]","iban":"[payment]"}
          """)
  void documentsStayDocuments(String text, String expected) {
    assertSanitized(text, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          https://h/cb#access_token=abc.def&state=7 | https://h/cb#access_token=[redacted]&state=7
          https://h/?q=1&api_key=k-1 | https://h/?q=1&api_key=[redacted]
          GET /a?k=sk-ant-api03-0123456789abcdefghijklmnop HTTP/1.1 | GET /a?k=[anthropic%20key] HTTP/1.1
          https://ann:hunter2@h/x | https://[userinfo]@h/x
          https%3A%2F%2Fann%3Ahunter2%40h%2Fx | https%3A%2F%2F[userinfo]%40h%2Fx
          redirect=https%3A%2F%2Fh%2F%3Faccess_token%3Dabc.def%26x%3D1 | redirect=https%3A%2F%2Fh%2F%3Faccess_token%3D[redacted]%26x%3D1
          """)
  void urlsStayUrls(String text, String expected) {
    assertSanitized(text, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          q=%22password%22%3A%22hunter2%22 | q=%22password%22%3A%22[redacted]%22
          q=%2522password%2522%253A%2522hunter2%2522 | q=%2522password%2522%253A%2522[redacted]%2522
          pay 4111%201111%201111%201111 | pay [card]
          pay %34111111111111111 | pay [card]
          k \\u0041KIA2OGYBAH6SXTZVQ4P | k [aws key id]
          k \\\\u0041KIA2OGYBAH6SXTZVQ4P | k [aws key id]
          k %41KIA2OGYBAH6SXTZVQ4P | k [aws key id]
          {\\x22password\\x22:\\x22hunter2\\x22} | {\\x22password\\x22:\\x22[redacted]\\x22}
          {&#34;password&#34;:&#34;hunter2&#34;} | {&#34;password&#34;:&#34;[redacted]&#34;}
          &lt;password&gt;hunter2&lt;/password&gt; | &lt;password&gt;[redacted]&lt;/password&gt;
          "https:\\/\\/hooks.slack.com\\/services\\/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" | "https:\\/\\/hooks.slack.com\\/services\\/[slack%20webhook]"
          p\\u0061ssw\\u006frd=hunter2 ok | p\\u0061ssw\\u006frd=[redacted] ok
          """)
  void secretsAreSeenThroughEncodings(String text, String expected) {
    assertSanitized(text, expected);
  }

  @Test
  void secretsAreSeenThroughWhatNobodySees() {
    assertSanitized("pay 4111\u200b1111\u200b1111\u200b1111 now", "pay [card] now");
    assertSanitized("pay ４１１１１１１１１１１１１１１１ now", "pay [card] now");
    assertSanitized("p\u2060assword=hunter2 now", "p\\u2060assword=[redacted] now");
    assertSanitized(
        "\u001b[31mpassword\u001b[0m=\u001b[33mhunter2\u001b[0m ok",
        "\\u001b[31mpassword\\u001b[0m=\\u001b[33m[redacted]\\u001b[0m ok");
  }

  @Test
  void base64OfDocumentsAndPemGoesAsAWhole() {
    assertSanitized("data " + base64("{\"password\":\"hunter2\"}") + " end", "data [redacted] end");
    assertSanitized(
        "data " + base64("{ \"password\":\"hunter2\"}") + " end", "data [redacted] end");
    assertSanitized(
        "data " + base64("{\r\n \"password\":\"hunter2\"}") + " end", "data [redacted] end");
    assertSanitized("auth Basic " + base64("ann:hunter2-long") + " end", "auth Basic [token] end");
    String pem = "-----BEGIN PRIVATE KEY-----\n" + "MIIBVgIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(3);
    assertSanitized("client-key-data: " + base64(pem), "client-key-data: [private key]");
    String clean = "next " + base64("{\"last\":12,\"order\":\"asc\"}") + " end";
    assertThat(SHIPPED.sanitize(clean)).isSameAs(clean);
  }

  @Test
  void secretsAreSeenOverLineEnds() {
    String line = "MIIBVgIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAqPfgaTEWEP3S9w1t";
    assertSanitized(
        "signing_secret=" + line + "\n" + line + "\n9Cnzj4p4WGeKLs1Pt8Qu==\nnext line",
        "signing_secret=[redacted]\nnext line");
    assertSanitized("token=" + line + "\nshop started\n", "token=[redacted]\nshop started\n");
    assertSanitized(
        "auth:\n  password: |\n    hunter2\n    more\n  user: ann\n",
        "auth:\n  password: |\n    [redacted]\n  user: ann\n");
    assertSanitized(
        "java.sql.SQLException: denied for password='hunter2'\n\tat shop.Db.open(Db.java:7)\n",
        "java.sql.SQLException: denied for password='[redacted]'\n\tat shop.Db.open(Db.java:7)\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {"a":{"PIN":"1 2","b":3}} | {"a":{"PIN":"[redacted]","b":3}}
          {"pin":{"a":[1,2]},"b":3} | {"pin":"[redacted]","b":3}
          {\\"area-code\\":7} | {\\"area-code\\":\\"[redacted]\\"}
          a=1 pin=77 b=2 | a=1 pin=[redacted] b=2
          /x?pin=77&b=2#c | /x?pin=[redacted]&b=2#c
          %22pin%22%3A%2277%22 | %22pin%22%3A%22[redacted]%22
          my pin: 77, spin=1, pins=2, a.pin == b | my pin: 77, spin=1, pins=2, a.pin == b
          {"pinned":1,"pin":null,"n":"pin"} | {"pinned":1,"pin":null,"n":"pin"}
          """)
  void keysOfRulesHoldForKeysInText(String text, String expected) {
    assertThat(PIN.sanitize(text)).isEqualTo(expected);
    assertThat(PIN.sanitize(expected)).isEqualTo(expected);
  }

  @Test
  void ofAKeyInTextOnlyTheValueGoes() {
    RequestSanitizer drops =
        new RequestSanitizer(
            TestRules.sanitizer(TestRules.keys("pin", "pin", "action: drop-field")), Signal.LOGS);

    byte[] left =
        drops.sanitize(Telemetry.logs(service("s").log("a=1 pin=77 b=2")).toByteArray()).bytes();

    assertThat(new String(left, StandardCharsets.UTF_8)).contains("a=1 pin=[redacted] b=2");
  }

  @Test
  void expressionsForKeysHoldForKeysInText() {
    TextSanitizer sanitizer =
        TestRules.text(TestRules.keys("k", "none", "keyPatterns: ['^x[0-9]+$']"));

    assertThat(sanitizer.sanitize("{\"x1\": \"a b\", \"xy\": \"c\"} x22=d y=e"))
        .isEqualTo("{\"x1\": \"[redacted]\", \"xy\": \"c\"} x22=[redacted] y=e");
  }

  @Test
  void whatRulesDoIsDoneToWhatIsEncoded() {
    TextSanitizer masks = TestRules.text(TestRules.card("c", "action: mask"));
    assertThat(masks.sanitize("pay %34111111111111%31%31%31 now")).endsWith("1111 now");
    TextSanitizer tokens = TestRules.text(TestRules.card("c", "action: tokenize"));
    String token = tokens.sanitize("4111111111111111");
    assertThat(tokens.sanitize("pay \\u0034111111111111111 now"))
        .isEqualTo("pay " + token + " now");
    TextSanitizer except =
        TestRules.text(TestRules.card("c", "exceptions: {values: ['4111111111111111']}"));
    String text = "pay \\u0034111111111111111 now";
    assertThat(except.sanitize(text)).isSameAs(text);
  }

  @Test
  void findingsThatOnlyCountAreCountedOnce() {
    Sanitizer sanitizer = TestRules.sanitizer(TestRules.card("c", "mode: shadow"));
    byte[] text = "x%20y 4111111111111111 %34111111111111111".getBytes(StandardCharsets.UTF_8);
    List<Integer> counted = new ArrayList<>();

    Slice left =
        new TextScanner(sanitizer)
            .sanitize(text, 0, text.length, (rule, start, end) -> counted.add(rule));

    assertThat(left).isNull();
    assertThat(counted).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a%20b?c=%7B%22x%22%3A1%7D HTTP/1.1",
        "C:\\users\\new\\table\\x86 and \\u00e9 and \\x41",
        "{\"path\":\"\\/a\\/b\",\"text\":\"say \\\"hi\\\"\\n\\tto \\u00fcber\"}",
        "&lt;a href=&quot;x&quot;&gt; &amp; &#8364;",
        "100%25 of 20%3 and 7% and %zz",
        "id eyJsYXN0IjoxMn0 and eyJhbGc of 3",
        "token count=3, pin code, cookie banner shown, otp sent",
        "cursor=eyJsYXN0SWQiOjEyfQ%3D%3D",
        "家族 \u200d 全角１２３ “quoted” – dash",
      })
  void leavesEncodedTextWithoutSecretsAlone(String text) {
    assertThat(SHIPPED.sanitize(text)).isSameAs(text);
  }

  private static void assertSanitized(String text, String expected) {
    assertThat(SHIPPED.sanitize(text)).isEqualTo(expected);
    assertThat(SHIPPED.sanitize(expected)).isEqualTo(expected);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
