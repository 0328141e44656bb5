package io.sluice.app.canaries;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes secrets of the kinds that the shipped rules promise to find, from a seed. None is real, no
 * two are alike.
 */
public final class Canaries {

  /** A way to write a secret into a text. */
  private interface Kind {
    Canary make(String id);
  }

  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int WORD = 20;

  private final Random random;
  private final List<Kind> kinds =
      List.of(
          this::assigned,
          this::inJson,
          this::inLogfmt,
          this::inQuery,
          this::bearer,
          this::basic,
          this::inUrl,
          this::card,
          this::cardInGroups,
          this::cardWithDashes,
          this::jwt,
          this::privateKey,
          id -> token(id + " AWS", "AKIA", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
          id -> token(id + " GitHub", "ghp_", LETTERS, 36),
          id -> token(id + " GitLab", "glpat-", LETTERS, 20),
          id -> token(id + " Google", "AIza", LETTERS, 35),
          id -> token(id + " Stripe", "sk_live_", LETTERS, 24),
          this::iban);
  private final List<Canary> made = new ArrayList<>();

  public Canaries(long seed) {
    random = new Random(seed);
  }

  /** All that were made so far. */
  public List<Canary> made() {
    return List.copyOf(made);
  }

  /** A text with a secret, of one kind after the other. */
  public Canary text() {
    return add(kinds.get(made.size() % kinds.size()).make("canary-" + made.size()));
  }

  /** A secret in one short line, for where not every text can stand. */
  public Canary line() {
    return add(assigned(id("in a line"), "password=%s"));
  }

  /** A secret that only its key tells to be one. */
  public Canary keyed() {
    String word = word();
    return add(new Canary(id("keyed"), word, List.of(word)));
  }

  /** A secret number that only its key tells to be one. */
  public Canary keyedNumber() {
    long number = 100_000_000_000L + random.nextLong(899_999_999_999L);
    return add(numbered(id("keyed number"), number));
  }

  /** The number of a card. */
  public Canary cardNumber() {
    return add(numbered(id("card as a number"), Long.parseLong(cardDigits())));
  }

  private Canary add(Canary canary) {
    made.add(canary);
    return canary;
  }

  private String id(String kind) {
    return "canary-" + made.size() + " " + kind;
  }

  /** As it is written when it came as an integer, and as a double. */
  private static Canary numbered(String id, long number) {
    return new Canary(
        id,
        Long.toString(number),
        List.of(Long.toString(number), Double.toString((double) number)));
  }

  private Canary assigned(String id) {
    return assigned(id + " assigned", "login failed for ann, password=%s (try 2)");
  }

  private Canary inJson(String id) {
    return assigned(id + " in JSON", "request {\"user\":\"ann\",\"api_key\":\"%s\"} refused");
  }

  private Canary inLogfmt(String id) {
    return assigned(id + " in logfmt", "level=warn client_secret=%s msg=\"sign-in failed\"");
  }

  private Canary inQuery(String id) {
    return assigned(id + " in a query", "GET /callback?state=7&access_token=%s&scope=read");
  }

  private Canary bearer(String id) {
    return assigned(id + " bearer", "Authorization: Bearer %s");
  }

  private Canary inUrl(String id) {
    return assigned(id + " in a URL", "connecting to postgresql://shop:%s@db.internal:5432/orders");
  }

  private Canary assigned(String id, String text) {
    String word = word();
    return new Canary(id, text.formatted(word), List.of(word));
  }

  private Canary basic(String id) {
    String word = word();
    String credentials =
        Base64.getEncoder().encodeToString(("ann:" + word).getBytes(StandardCharsets.UTF_8));
    return new Canary(
        id + " basic", "curl -H 'authorization: Basic " + credentials + "' /", List.of(word));
  }

  private Canary card(String id) {
    String digits = cardDigits();
    return new Canary(id + " card", "charging card " + digits + " for an order", List.of(digits));
  }

  private Canary cardInGroups(String id) {
    return cardInGroups(id + " card in groups", " ");
  }

  private Canary cardWithDashes(String id) {
    return cardInGroups(id + " card with dashes", "-");
  }

  private Canary cardInGroups(String id, String separator) {
    String digits = cardDigits();
    String grouped =
        IntStream.range(0, 4)
            .mapToObj(group -> digits.substring(4 * group, 4 * group + 4))
            .collect(Collectors.joining(separator));
    return new Canary(id, "card " + grouped + " declined", List.of(digits, grouped));
  }

  private Canary token(String id, String prefix, String letters, int length) {
    StringBuilder token = new StringBuilder(prefix);
    for (int i = 0; i < length; i++) {
      token.append(letters.charAt(random.nextInt(letters.length())));
    }
    return new Canary(id, "the call with " + token + " was refused", List.of(token.toString()));
  }

  /** A German one: two check digits in front make its number 1 modulo 97. */
  private Canary iban(String id) {
    StringBuilder account = new StringBuilder("37040044");
    while (account.length() < 18) {
      account.append((char) ('0' + random.nextInt(10)));
    }
    int rest = new BigInteger(account + "131400").mod(BigInteger.valueOf(97)).intValue();
    String iban = "DE%02d%s".formatted(98 - rest, account);
    return new Canary(id + " IBAN", "transfer to " + iban + " failed", List.of(iban));
  }

  private Canary jwt(String id) {
    String payload = base64Url("{\"sub\":\"" + word() + "\"}");
    String signature = word() + word();
    return new Canary(
        id + " JWT",
        "session " + base64Url("{\"alg\":\"HS256\"}") + "." + payload + "." + signature + " ended",
        List.of(payload, signature));
  }

  private Canary privateKey(String id) {
    List<String> lines = List.of(word() + word() + word(), word() + word() + word(), word() + "==");
    return new Canary(
        id + " PEM",
        "-----BEGIN PRIVATE KEY-----\n"
            + String.join("\n", lines)
            + "\n-----END PRIVATE KEY-----\n",
        lines);
  }

  /** Sixteen digits of a Visa or Mastercard number with its check digit. */
  private String cardDigits() {
    StringBuilder digits = new StringBuilder(random.nextBoolean() ? "4" : "53");
    while (digits.length() < 15) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    int sum = 0;
    for (int i = 0; i < 15; i++) {
      int digit = digits.charAt(i) - '0';
      int weighed = i % 2 == 0 ? digit * 2 : digit;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return digits.append((10 - sum % 10) % 10).toString();
  }

  /** No word that anyone uses, with letters of both cases and a digit. */
  private String word() {
    StringBuilder word = new StringBuilder("q7K");
    while (word.length() < WORD) {
      word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return word.toString();
  }

  private static String base64Url(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many there are of each kind, for a message. */
  public String summary() {
    return made.stream()
        .collect(
            Collectors.groupingBy(
                canary -> canary.id().replaceFirst("canary-[0-9]+ ", "").toLowerCase(Locale.ROOT),
                TreeMap::new,
                Collectors.counting()))
        .toString();
  }
}
