package io.sluice.benchmarks.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/**
 * Log lines of the usual kinds, the same for the same seed. A share of them mentions what rules
 * look for: tokens, keys, passwords; of those one in ten gives a secret away.
 */
final class LogText {

  private static final int SECRETS = 10;
  private static final String HEX = "0123456789abcdef";
  private static final String ALPHANUMERIC =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final String[] NAMES = {"orders", "cart", "catalogue", "shipping", "checkout"};
  private static final String[] LEVELS = {"INFO", "DEBUG", "WARN", "ERROR"};
  private static final String[] CITIES = {"Köln", "São Paulo", "Łódź", "東京", "Lyon"};

  private final Random random;

  private LogText(long seed) {
    random = new Random(seed);
  }

  /**
   * Lines of so many bytes together.
   *
   * @param share of them, those that mention what rules look for; 0 to 1
   */
  static Texts lines(long seed, int bytes, double share) {
    LogText text = new LogText(seed);
    List<String> lines = new ArrayList<>();
    int size = 0;
    for (int mentions = 0; size < bytes; ) {
      String line = text.plain();
      if (text.random.nextDouble() < share) {
        String mention = mentions++ % SECRETS == 0 ? text.secret() : text.mention();
        int middle = line.indexOf(' ', line.length() / 2) + 1;
        line = line.substring(0, middle) + mention + " " + line.substring(middle);
      }
      lines.add(line);
      size += line.length();
    }
    return Texts.of(lines);
  }

  private String plain() {
    return switch (below(9)) {
      case 0 ->
          "10.%d.%d.%d - - [26/Nov/2026:10:%02d:%02d +0000] \"GET /%s/%d/items?page=%d&size=50 HTTP/1.1\" 200 %d \"-\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.%d.0 Safari/537.36\" 0.%03d"
              .formatted(
                  below(255),
                  below(255),
                  below(255),
                  below(60),
                  below(60),
                  name(),
                  below(99999),
                  below(9),
                  below(90000),
                  below(9999),
                  below(999));
      case 1 ->
          "%s %-5s [worker-%d] io.shop.%s.Service - handled %s %d for customer %d from %s in %d ms, %d rows read, cache hit, trace %s span %s"
              .formatted(
                  time(),
                  level(),
                  below(16),
                  name(),
                  name(),
                  below(1 << 30),
                  below(99999),
                  city(),
                  below(900),
                  below(99),
                  chars(HEX, 32),
                  chars(HEX, 16));
      case 2 ->
          "{\"timestamp\":\"%s\",\"level\":\"%s\",\"logger\":\"io.shop.%s\",\"thread\":\"http-%d\",\"message\":\"answered with status 200 after %d ms\",\"request_id\":\"%s\",\"bytes\":%d,\"city\":\"%s\"}"
              .formatted(
                  time(), level(), name(), below(64), below(900), uuid(), below(1 << 24), city());
      case 3 ->
          "ts=%s level=%s caller=store.go:%d msg=\"compacted blocks\" component=%s duration=%d.%03ds blocks=%d bytes=%d ulid=%s"
              .formatted(
                  time(),
                  level().toLowerCase(Locale.ROOT),
                  below(900),
                  name(),
                  below(60),
                  below(999),
                  below(40),
                  below(1 << 30),
                  chars("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 26));
      case 4 ->
          "java.lang.IllegalStateException: %s %d is closed\n\tat io.shop.%s.Store.find(Store.java:%d)\n\tat io.shop.%s.Service.handle(Service.java:%d)\n\tat java.base/java.lang.Thread.run(Thread.java:840)"
              .formatted(name(), below(1 << 30), name(), below(400), name(), below(400));
      case 5 ->
          "I1126 10:%02d:%02d.%06d       1 controller.go:%d] reconciled deployment shop/%s-%s-%s, %d of %d replicas ready, resource version %d"
              .formatted(
                  below(60),
                  below(60),
                  below(999_999),
                  below(900),
                  name(),
                  chars(HEX, 10),
                  chars("bcdfghjklmnpqrstvwxz", 5),
                  below(9),
                  9,
                  below(1 << 30));
      case 6 ->
          "%s slow statement, %d ms: SELECT o.id, o.total, c.city FROM %s o JOIN customers c ON c.id = o.customer_id WHERE o.state = 'open' AND o.total > %d.%02d ORDER BY o.created DESC LIMIT 50"
              .formatted(time(), below(9000), name(), below(900), below(99));
      case 7 ->
          "[%s][info][gc] GC(%d) Pause Young (Normal) (G1 Evacuation Pause) %dM->%dM(2048M) %d.%03dms, %d regions, %d.%02d %% of the time"
              .formatted(
                  time(),
                  below(9999),
                  below(2000),
                  below(900),
                  below(90),
                  below(999),
                  below(512),
                  below(9),
                  below(99));
      default ->
          "[%s] %s [Consumer clientId=%s-%d, groupId=%s] Setting offset for partition %s-%d to the committed offset FetchPosition{offset=%d, leader=broker-%d.internal:9092 (id: %d), epoch=%d}"
              .formatted(
                  time(),
                  level(),
                  name(),
                  below(9),
                  name(),
                  name(),
                  below(32),
                  below(1 << 30),
                  below(9),
                  below(9),
                  below(99));
    };
  }

  /** What names a credential and gives none away. */
  private String mention() {
    return switch (below(20)) {
      case 0 -> "access token of user " + below(9999) + " refreshed, expires in 3600 s";
      case 1 -> "api key rotation done for " + name();
      case 2 -> "auth service answered in " + below(90) + " ms";
      case 3 -> "password changed for user " + below(9999);
      case 4 -> "input_tokens=" + below(9000) + " output_tokens=" + below(900);
      case 5 -> "invalid token: unexpected end of input";
      case 6 -> "secret_name=" + name() + "-database";
      case 7 -> "Authorization header is missing";
      case 8 -> "next_page_token=" + chars(ALPHANUMERIC, 12);
      case 9 -> "mounted secret volume of " + name();
      case 10 -> "the password must have 12 characters";
      case 11 -> "token: expired";
      case 12 -> "https://" + name() + ".shop.example/oauth2/token?grant=refresh answered 200";
      case 13 -> "session cookie was set";
      case 14 -> "bearer token expected";
      case 15 -> "password=${DB_PASSWORD}";
      case 16 -> "credentials for " + name() + " are in the vault";
      case 17 -> "phone number of customer " + below(9999) + " was verified";
      case 18 -> "card payment " + below(1 << 30) + " was accepted";
      default -> "key-value store " + name() + " has " + below(9999) + " keys";
    };
  }

  private String secret() {
    return switch (below(8)) {
      case 0 -> "password=" + chars(ALPHANUMERIC, 12);
      case 1 -> "\"api_key\": \"" + chars(ALPHANUMERIC, 32) + "\"";
      case 2 -> "Authorization: Bearer " + chars(ALPHANUMERIC, 40);
      case 3 -> "postgresql://shop:" + chars(ALPHANUMERIC, 10) + "@db.internal:5432/orders";
      case 4 -> "AKIA" + chars("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
      case 5 -> "card 4111 1111 1111 1111 declined";
      case 6 -> "sk_live_" + chars(ALPHANUMERIC, 24);
      default -> "mail to ann." + chars("abcdefgh", 6) + "@shop.example bounced";
    };
  }

  private String name() {
    return NAMES[below(NAMES.length)];
  }

  private String city() {
    return CITIES[below(CITIES.length)];
  }

  private String level() {
    return LEVELS[below(LEVELS.length)];
  }

  private String time() {
    return "2026-11-26T10:%02d:%02d.%03dZ".formatted(below(60), below(60), below(999));
  }

  private String uuid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private String chars(String alphabet, int length) {
    StringBuilder chars = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      chars.append(alphabet.charAt(below(alphabet.length())));
    }
    return chars.toString();
  }

  private int below(int bound) {
    return random.nextInt(bound);
  }
}
