package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in a secret's place and is none, and secrets that look like it. */
class NoSecretTest {

  private static final TextSanitizer SHIPPED = TextSanitizer.shipped();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token=BinderProxy@2bd79ce",
        "token=android.os.BinderProxy@1f2e3d4c",
        "token=getToken()",
        "token=lookUp(\"x\")",
        "token=lookUp(name)",
        "password=getPassword()",
        "password=config.database.password",
        "password=config.get(\"password\")",
        "secret=process.env.CLIENT_SECRET",
        "secret=os.environ[\"X\"]",
        "token=Token{kind=Identifier}",
      })
  void leavesCodeAndObjectsAsCodePrintsThem(String text) {
    assertThat(SHIPPED.sanitize(text)).isSameAs(text);
  }

  @ParameterizedTest
  @CsvSource({
    "Summer@2024",
    "Admin@123",
    "Welcome@1",
    "Pass@2bd79ce",
    "BinderProxy@12345",
    "Summer(2024)",
    "hunter{2}x",
    "user.2024!",
    "config.x9@",
    "data.9f8b2c4d6e1a3f5b",
  })
  void findsPasswordsWithTheSignsOfCode(String secret) {
    assertGone("password=" + secret, secret);
  }

  @Test
  void findsKeysBehindWhatBeginsAsAnExpression() {
    assertGone("secret=data.9f8b2c4d6e1a3f5b", "9f8b2c4d6e1a3f5b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token=xxxxxxxxxxxx",
        "token=abcd********",
        "token=PUT_YOUR_KEY_HERE",
        "token=<your-token>",
        "api_key=my-your-api-key-here",
        "secret=\"your-256-bit-secret\"",
      })
  void leavesWhatIsMadeUp(String text) {
    assertThat(SHIPPED.sanitize(text)).isSameAs(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          rejected cookie: sid=31d4d96e407aad42 - please refresh your login | 31d4d96e407aad42
          passphrase="correct horse your staple" | horse
          password="Keep.....Out1" | Keep
          password='hunter2 is refused for your account | hunter2
          password="hunter2 xxxxxxxxxxxxxxxxxxxx" | hunter2
          password=hunter2xxxxx | hunter2
          password=hunter2..... | hunter2
          secret="a;xxxxxxxxxxxx;9f8b2c4d" | 9f8b2c4d
          """)
  void findsSecretsAmongWordsAndSignsOfExamples(String text, String secret) {
    assertGone(text, secret);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          vault said {"secret":{"user":"ann","password":"hunter2","hint":"ask your team lead or your manager"}} | hunter2
          {"secret":{"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","password":"hunter2"}} | hunter2
          {"m":"{\\"secret\\":{\\"user\\":\\"ann\\",\\"password\\":\\"hunter2\\"},\\"x\\":1}"} | hunter2
          secret="${unset} but password=hunter2 was given, and this is a long line of text" | hunter2
          """)
  void seesTheSecretsInsideStructures(String text, String secret) {
    assertGone(text, secret);
  }

  @Test
  void endsAStructureInsideAStringWhereItEnds() {
    String text = "{\"m\":\"{\\\"secret\\\":{\\\"a\\\":\\\"b\\\"},\\\"order\\\":17}\"}";
    assertThat(SHIPPED.sanitize(text)).contains("\\\"order\\\":17}\"}").doesNotContain("\\\"a\\\"");
  }

  @Test
  void leavesEmptyAndHiddenStructures() {
    String text = "secret={} token=[***] password={DbPassword} api_key={{ vault_key }}";
    assertThat(SHIPPED.sanitize(text)).isSameAs(text);
  }

  @Test
  void takesAWordForAPasswordWhateverIsSaidBehindIt() {
    assertGone("password: swordfish rejected by server", "swordfish");
    String prose = "token: unexpected end of input";
    assertThat(SHIPPED.sanitize(prose)).isSameAs(prose);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 4080, 4096, 5000, 20_000})
  void findsTheWholeOfALongStructure(int length) {
    String secret = "q7".repeat(length / 2);
    assertGone("token={\"value\":\"" + secret + "\"}", "q7");
    assertGone("token={\"a\":[1],\"value\":\"" + secret + "\",\"b\":\"q7\"}", "q7");
    assertGone("token={\"value\":\"" + secret, "q7");
  }

  @Test
  void judgesLongValuesByTheirBeginning() {
    byte[] random = "h7Kq2mVx9TbL4sZw".repeat(300).getBytes(StandardCharsets.US_ASCII);
    assertThat(Entropy.looksRandom(random, 0, random.length)).isTrue();
    byte[] words = "orders-of-customers-".repeat(300).getBytes(StandardCharsets.US_ASCII);
    assertThat(Entropy.looksRandom(words, 0, words.length)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret=\"kube-system/bootstrap-token\" pod=api-0",
        "{\"private_key\":\"/etc/ssl/private/key.pem\"}",
        "token: \"42\" of 50",
        "process.env.PWD=/home/ann",
        "encryption_key=arn:aws:kms:eu-west-1:123456789012:key/4d2e-11",
        "password=arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbC12x",
        "secret: projects/17/secrets/db/versions/latest",
        "id=arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/shop/db-AbC12x]",
        "?arn=arn%3Aaws%3Asecretsmanager%3Aeu-west-1%3A1%3Asecret%3Ashop%2Fdb-AbC12x",
        "pam_unix(gdm-password:session): session opened for ann",
        "gdm-password][17]: pam_unix(gdm-password:auth): authentication failure",
      })
  void leavesWhatNamesASecretOrItsPlace(String text) {
    assertThat(SHIPPED.sanitize(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          secret="prod/Hunter2x" | Hunter2x
          {"private_key":"/Hunter2x"} | Hunter2x
          token: "4711" | 4711
          db.pwd=/hunter2 | hunter2
          password=/home/ann | ann
          user:secret:prod/shop-AbC12x | AbC12x
          login(password:swordfish) refused | swordfish
          spam(password:swordfish) refused | swordfish
          PublicToken=b03f5f7f11d50a3a | b03f5f7f11d50a3a
          """)
  void findsWhatOnlyLooksLikeTheName(String text, String secret) {
    assertGone(text, secret);
  }

  @ParameterizedTest
  @CsvSource({
    "k8s.secret, shop/db-credentials",
    "tls.private_key, /etc/ssl/key.pem",
    "privateKey, /run/secrets/key.pem",
    "pwd, /home/ann",
    "process.environment_variable.PWD, /home/ann",
    "encryption_key, arn:aws:kms:eu-west-1:123456789012:key/4d2e-11",
    "lock.token, 42",
    "cassandra.token, -9223372036854775808",
    "api_key, present",
    "db.password, unchanged",
  })
  void leavesTheSameUnderAKey(String key, String value) {
    assertThat(SHIPPED.sanitizeKeyed(key, value)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "k8s.secret, Shop/hunter2",
    "private_key, /Hunter2x",
    "pwd, /home/ann!",
    "db.pwd, /home/ann",
    "password, /etc/ssl/key.pem",
    "lock.token, 4711",
    "lock.token, -4711x",
    "password, optional",
    "password, secret",
  })
  void findsSecretsUnderAKeyThatLookLikeIt(String key, String value) {
    assertThat(SHIPPED.sanitizeKeyed(key, value)).isEqualTo("[redacted]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token=present user=ann",
        "token=absent, continuing as anonymous",
        "access_token: \"cached\" ttl=30",
        "secret=mounted path=/run/secrets",
        "authorization=granted policy=rbac-7",
        "Authorization: skipped for /health",
        "credentials=same-origin",
        "password: set, mfa: on",
        "<token>loaded</token>",
      })
  void leavesHowItStandsWithASecret(String text) {
    assertThat(SHIPPED.sanitize(text)).isSameAs(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          password=fresh | fresh
          password: "optional" | optional
          password=secret | secret
          {"password":"user"} | user
          token=presents | presents
          authorization=Hunter policy=rbac-7 | Hunter
          """)
  void findsWordsThatArePasswords(String text, String secret) {
    assertGone(text, secret);
  }

  @Test
  void takesTheBeginningOfASentenceForNoPassword() {
    String prose = "password: user not found";
    assertThat(SHIPPED.sanitize(prose)).isSameAs(prose);
  }

  private static void assertGone(String text, String secret) {
    assertThat(text).contains(secret);
    assertThat(SHIPPED.sanitize(text)).doesNotContain(secret);
  }
}
