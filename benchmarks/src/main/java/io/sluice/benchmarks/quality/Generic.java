package io.sluice.benchmarks.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Secrets that only their name tells: each name with each notation, and values of many kinds. */
final class Generic {

  private static final String PURPOSE = "name = value";
  private static final String ATTRIBUTES = "attributes";
  private static final int EACH = 3;

  private static final List<String> NAMES =
      List.of(
          "password",
          "passwd",
          "pwd",
          "DB_PASSWORD",
          "userPassword",
          "secret",
          "client_secret",
          "clientSecret",
          "API_KEY",
          "apiKey",
          "x-api-key",
          "access_token",
          "refresh_token",
          "authToken",
          "secretKey",
          "private_key",
          "encryption_key",
          "token",
          "JWT_SECRET",
          "redis_password");

  private static final List<String> NAMES_HELD_OUT =
      List.of(
          "PGPASSWORD",
          "MYSQL_ROOT_PASSWORD",
          "smtp_pass",
          "passphrase",
          "signing_secret",
          "webhookSecret",
          "app_secret",
          "masterKey",
          "api-token",
          "SESSION_SECRET",
          "consumerSecret",
          "AccountKey",
          "ssh_passphrase",
          "adminPasswd",
          "deploy_token",
          "SECRET_KEY_BASE",
          "AWS_SECRET_ACCESS_KEY",
          "vault_token",
          "hmac_key",
          "pass");

  private static final List<String> KEYS =
      List.of(
          "password",
          "db.password",
          "http.request.header.authorization",
          "X-Api-Key",
          "app.config.clientSecret",
          "http.request.header.cookie",
          "SECRET_KEY",
          "authToken",
          "user.passwd",
          "http.response.header.set-cookie");

  private static final List<String> KEYS_HELD_OUT =
      List.of(
          "smtp.pass",
          "PGPASSWORD",
          "kafka.ssl.keystore.password",
          "webhook_signing_secret",
          "http.request.header.proxy-authorization",
          "X-Amz-Security-Token",
          "vaultToken",
          "stripe.apiKey",
          "spring.datasource.hikari.password",
          "rpc.metadata.x-auth-token");

  private static final List<String> PLAIN_KEYS =
      List.of(
          "trace_id",
          "session.id",
          "messaging.kafka.message.key",
          "gen_ai.usage.input_tokens",
          "cache.key",
          "http.request.header.etag",
          "service.instance.id",
          "primary_key",
          "author",
          "next_page_token");

  private static final List<String> PLAIN_KEYS_HELD_OUT =
      List.of(
          "password_reset_at",
          "token.count",
          "secret.name",
          "key.version",
          "tokenizer.model",
          "db.keyspace",
          "keyboard.layout",
          "passed",
          "compass.heading",
          "authority");

  private Generic() {}

  static List<Sample> inText(Split split) {
    Dice dice = split.dice(PURPOSE);
    List<Sample> samples = new ArrayList<>();
    for (Notation notation : split.of(Notation.SHOWN, Notation.HELD_OUT)) {
      for (String name : split.of(NAMES, NAMES_HELD_OUT)) {
        for (int i = 0; i < EACH; i++) {
          samples.add(notation.sample(split, dice, name, value(notation, dice)));
        }
      }
    }
    return samples;
  }

  static List<Sample> inAttributes(Split split) {
    Dice dice = split.dice(ATTRIBUTES);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      for (String key : split.of(KEYS, KEYS_HELD_OUT)) {
        String note = "attribute " + key.toLowerCase(Locale.ROOT);
        samples.add(
            new Sample.Writer()
                .secret("attribute", password(dice))
                .inAttribute(ATTRIBUTES, note, key));
      }
      for (String key : split.of(PLAIN_KEYS, PLAIN_KEYS_HELD_OUT)) {
        samples.add(
            new Sample.Writer()
                .clear(dice.alphanumeric(16).toLowerCase(Locale.ROOT))
                .inAttribute(ATTRIBUTES, "plain attribute " + key, key));
      }
    }
    return samples;
  }

  private static String value(Notation notation, Dice dice) {
    return switch (dice.below(8)) {
      case 0 -> dice.hex(dice.one(List.of(32, 40, 64)));
      case 1 -> dice.alphanumeric(dice.between(16, 40));
      case 2 -> dice.text(Dice.BASE64, 43) + "=";
      case 3 -> dice.uuid();
      case 4 -> words(dice, "-") + dice.digits(2);
      case 5 -> dice.text(Dice.BASE64_URL, dice.between(20, 64));
      case 6 -> dice.text(Dice.LOWER, dice.between(8, 12)); // as people choose them
      default ->
          notation.values() == Notation.Values.QUOTED && dice.below(2) == 0
              ? words(dice, " ")
              : password(dice);
    };
  }

  /** What people put together when they must. */
  private static String password(Dice dice) {
    return dice.text(Dice.UPPER, 1)
        + dice.text(Dice.LOWER, dice.between(4, 8))
        + dice.text("!#$%*.+?^~@", 1)
        + dice.digits(dice.between(1, 4))
        + dice.alphanumeric(dice.between(2, 6));
  }

  private static String words(Dice dice, String separator) {
    List<String> words = List.of("correct", "horse", "battery", "staple", "winter", "river");
    return dice.one(words) + separator + dice.one(words) + separator + dice.one(words);
  }
}
