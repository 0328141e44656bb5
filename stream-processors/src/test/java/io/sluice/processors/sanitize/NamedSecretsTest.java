package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets that the shipped rules know by their names, and what has almost such a name. */
class NamedSecretsTest {

  private static final TextSanitizer SHIPPED = TextSanitizer.shipped();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "passwordConfirm",
        "new_password_confirm",
        "password-repeat",
        "passwordOld",
        "password_new",
        "user.password.value",
        "passwordPlaintext",
        "host_become_pass",
        "sudo_pass",
        "vaultPass",
        "password[0]",
        "password[12]",
      })
  void findsPasswordsByNamesWithMoreBehind(String name) {
    assertThat(SHIPPED.sanitizeKeyed(name, "Kiwi-f7")).isEqualTo("[redacted]");
    for (String notation : new String[] {"%s=<&a=1", "%s: < a=1", "{\"%s\":\"<\",\"a\":1}"}) {
      String text = String.format(notation, name);
      assertFound(text, "Kiwi-f7");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password_policy=upper-1-digit-2",
        "passwordHashAlgorithm=argon2id",
        "password_changed_at=2026-03-12T09:00:00Z",
        "{\"password_old_count\":5,\"password.value.length\":12}",
        "invalid password value: too short",
        "bypass=rule-7 compass: north-2 boarding_pass=AB-123",
        "password[count]=2",
      })
  void leavesWhatIsOnlySaidOfPasswords(String text) {
    assertThat(SHIPPED.sanitize(text)).isSameAs(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          &config.DB{User:"app", Pass:"Room5", Host:"db"} | &config.DB{User:"app", Pass:"[redacted]", Host:"db"}
          { user: 'app', pass: 'Room5' } | { user: 'app', pass: '[redacted]' }
          {Name:"ann", CVV:"881"} | {Name:"ann", CVV:"[payment]"}
          found unexpected token:"foo" at 3 | found unexpected token:"foo" at 3
          first pass: 'parse' | first pass: 'parse'
          {stage:"pass", pass:"12"} | {stage:"pass", pass:"12"}
          """)
  void readsFieldsOfObjectsAsProgramsPrintThem(String text, String expected) {
    assertThat(SHIPPED.sanitize(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connect-Db -AdminPassword <",
        "java Tool -password < -port 80",
        "keytool -srcstorepass < -deststorepass <",
        "run [keytool, -storepass, <]",
      })
  void findsPasswordsBehindOptionsWithOneDash(String text) {
    for (String password : new String[] {"Hunter22x", "9ummer", "Sum!mer"}) {
      assertFound(text, password);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keytool -storepass < -keystore a.jks",
        "keytool -keystore a.jks -storepass '<'",
        "[\"keytool\", \"-storepass\", \"<\"]",
      })
  void findsWordsBehindOptionsWithOneDash(String command) {
    assertFound(command, "changeit");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the -password option is missing",
        "give -password and -user, or -passwordFile /run/pw",
        "usage: tool -password PASSWORD -user USER",
        "usage: tool [-storepass <arg>] [-keypass <arg>]",
        "  -storepass  keystore password",
        "tool -password $PW1 -user ann",
        "- password reset for 12 users",
        "tests -pass 12 -fail 3",
        "total -token 9 -password",
        "['-password', '-user']",
      })
  void leavesWhatIsSaidOfOptions(String text) {
    assertThat(SHIPPED.sanitize(text)).isSameAs(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[\"encrypted_password\", \"<\"], [\"id\", 7]]",
        "[[\"id\", 7], [\"api_token\", \"<\"]]",
        "{\"sql\":\"x\",\"binds\":\"[[\\\"reset_token\\\", \\\"<\\\"]]\"}",
        "a:1:{s:8:\"password\";s:7:\"<\";}",
        "--parameters ParameterKey=AdminPassword,ParameterValue=<",
        "{\"ParameterKey\": \"AdminPassword\", \"ParameterValue\": \"<\"}",
      })
  void findsValuesInPairsOfLists(String text) {
    assertFound(text, "Kiwi-f7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unique [[\"password\", \"email\"], [\"api_token\", \"user_name\"]]",
        "required [\"password\", \"Name\"], [\"secret\"]",
        "a:2:{s:8:\"password\";i:12;s:1:\"x\";s:3:\"y-7\";}",
        "{\"ParameterKey\":\"AdminPassword\",\"UsePreviousValue\":true}",
        "ParameterKey=InstanceType,ParameterValue=t3-large",
      })
  void leavesListsOfNames(String text) {
    assertThat(SHIPPED.sanitize(text)).isSameAs(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Passwort",
        "adminKennwort",
        "motDePasse",
        "mot_de_passe",
        "senha",
        "contrasena",
        "contraseña",
        "nueva_contraseña",
        "wachtwoord",
        "hasło",
        "lösenord",
        "adgangskode",
        "salasana",
      })
  void findsPasswordsByTheirNamesInOtherLanguages(String name) {
    assertThat(SHIPPED.sanitizeKeyed(name, "sommer")).isEqualTo("[redacted]");
    for (String notation : new String[] {"%s=<&a=1", "%s='<' a=1", "{\"%s\":\"<\",\"a\":1}"}) {
      String text = String.format(notation, name);
      assertFound(text, "sommer");
    }
    assertThat(SHIPPED.sanitize("x " + name + ": Sommer26 y"))
        .isEqualTo("x " + name + ": [redacted] y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Anmeldung: Passwort: falsch",
        "Kennwort: ungültig für anna",
        "contraseña: inválida",
        "Mot de passe: oublié",
        "Passwort geändert am 12.3.2026",
        "resenha=12-b presenha: a1",
        "passwortlänge=12",
        "密码 changed",
      })
  void leavesWhatOtherLanguagesSayOfPasswords(String text) {
    assertThat(SHIPPED.sanitize(text)).isSameAs(text);
  }

  /**
   * @param text with {@code <} where the secret is
   */
  private static void assertFound(String text, String secret) {
    assertThat(SHIPPED.sanitize(text.replace("<", secret)))
        .isEqualTo(text.replace("<", "[redacted]"));
  }
}
