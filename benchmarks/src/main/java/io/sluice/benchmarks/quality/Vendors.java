package io.sluice.benchmarks.quality;

import static java.util.Map.entry;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.CRC32;

/** Keys of vendors in the form that each publishes, in text that does not name them. */
final class Vendors {

  private static final String CORPUS = "vendor keys";
  private static final String BASE32 = Dice.UPPER + "234567";
  private static final int EACH = 40;

  /** Forms with a prefix or checksum; none opens anything. */
  private static final List<Map.Entry<String, Function<Dice, String>>> FORMS =
      List.of(
          entry("aws-access-key", d -> d.one(List.of("AKIA", "ASIA")) + d.text(BASE32, 16)),
          entry("gcp-api-key", d -> "AIza" + d.text(Dice.BASE64_URL, 35)),
          entry("gcp-oauth", d -> "ya29.a0" + d.text(Dice.BASE64_URL, 120)),
          entry("gcp-oauth-secret", d -> "GOCSPX-" + d.text(Dice.BASE64_URL, 28)),
          entry("azure-client-secret", Vendors::azureSecret),
          entry("github-token", Vendors::github),
          entry("github-pat", d -> "github_pat_" + d.alphanumeric(22) + "_" + d.alphanumeric(59)),
          entry("gitlab-pat", d -> "glpat-" + d.text(Dice.BASE64_URL, 20)),
          entry("gitlab-trigger", d -> "glptt-" + d.hex(40)),
          entry("gitlab-runner", d -> "glrt-" + d.text(Dice.BASE64_URL, 20)),
          entry("gitlab-deploy", d -> "gldt-" + d.text(Dice.BASE64_URL, 20)),
          entry(
              "slack-bot",
              d -> "xoxb-" + d.digits(12) + "-" + d.digits(13) + "-" + d.alphanumeric(24)),
          entry(
              "slack-user",
              d ->
                  "xoxp-"
                      + d.digits(11)
                      + "-"
                      + d.digits(12)
                      + "-"
                      + d.digits(12)
                      + "-"
                      + d.hex(32)),
          entry(
              "slack-app",
              d ->
                  "xapp-1-A"
                      + d.text(Dice.UPPER + Dice.DIGITS, 10)
                      + "-"
                      + d.digits(13)
                      + "-"
                      + d.hex(64)),
          entry(
              "slack-webhook",
              d ->
                  "T"
                      + d.text(Dice.UPPER, 8)
                      + "/B"
                      + d.text(Dice.UPPER, 10)
                      + "/"
                      + d.alphanumeric(24)),
          entry(
              "stripe-secret",
              d ->
                  d.one(List.of("sk_live_", "rk_live_", "sk_test_"))
                      + d.alphanumeric(d.one(List.of(24, 99)))),
          entry("stripe-webhook", d -> "whsec_" + d.alphanumeric(32)),
          entry("npm", d -> "npm_" + checked(d.alphanumeric(30))),
          entry("pypi", d -> "pypi-AgEIcHlwaS5vcmc" + d.text(Dice.BASE64_URL, 150)),
          entry("openai", d -> "sk-" + d.alphanumeric(20) + "T3BlbkFJ" + d.alphanumeric(20)),
          entry(
              "openai-project",
              d ->
                  "sk-proj-"
                      + d.text(Dice.BASE64_URL, 74)
                      + "T3BlbkFJ"
                      + d.text(Dice.BASE64_URL, 74)),
          entry("anthropic", d -> "sk-ant-api03-" + d.text(Dice.BASE64_URL, 93) + "AA"),
          entry("jwt", Vendors::jwt),
          entry(
              "sendgrid",
              d -> "SG." + d.text(Dice.BASE64_URL, 22) + "." + d.text(Dice.BASE64_URL, 43)),
          entry("digitalocean", d -> "dop_v1_" + d.hex(64)),
          entry("shopify", d -> "shpat_" + d.hex(32)),
          entry("databricks", d -> "dapi" + d.hex(32)),
          entry("vault", d -> "hvs." + d.text(Dice.BASE64_URL, 95)),
          entry(
              "terraform-cloud",
              d -> d.alphanumeric(14) + ".atlasv1." + d.text(Dice.BASE64_URL, 67)),
          entry("linear", d -> "lin_api_" + d.alphanumeric(40)),
          entry("new-relic", d -> "NRAK-" + d.text(Dice.UPPER + Dice.DIGITS, 27)),
          entry("grafana", d -> "glsa_" + d.alphanumeric(32) + "_" + d.hex(8)),
          entry("postman", d -> "PMAK-" + d.hex(24) + "-" + d.hex(34)),
          entry("hugging-face", d -> "hf_" + d.text(Dice.UPPER + Dice.LOWER, 34)),
          entry("docker-hub", d -> "dckr_pat_" + d.text(Dice.BASE64_URL, 27)),
          entry("rubygems", d -> "rubygems_" + d.hex(48)),
          entry("telegram-bot", d -> d.digits(10) + ":AA" + d.text(Dice.BASE64_URL, 33)),
          entry("doppler", d -> "dp.pt." + d.alphanumeric(43)),
          entry("age", d -> "AGE-SECRET-KEY-1" + d.text("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)),
          entry("square", d -> "sq0atp-" + d.text(Dice.BASE64_URL, 22)),
          entry("supabase", d -> "sbp_" + d.hex(40)));

  private static final List<String> SHOWN =
      List.of(
          "upstream refused @ with 401",
          "using @",
          "{\"value\":\"@\",\"n\":3}",
          "level=warn arg=@ msg=\"not accepted\"",
          "argument '@' is not valid",
          "GET /v1/items?q=@&page=2 403",
          "x: @",
          "(@)",
          "first line\n@\nlast line");

  private static final List<String> HELD_OUT =
      List.of(
          "run `@` failed.",
          "seen <@>, ignored",
          "a,@,b,17",
          "cell\t@\tcell",
          "{\\\"value\\\":\\\"@\\\"}",
          "body was \\n@\\nend",
          "https://api.example/bot/@/send",
          "Ungültig: @.",
          "args=[@, 17]",
          "env HOME=/root V=@; exit 1");

  private Vendors() {}

  static List<Sample> samples(Split split) {
    Dice dice = split.dice(CORPUS);
    List<Sample> samples = new ArrayList<>();
    for (var form : FORMS) {
      List<String> around = split.of(SHOWN, HELD_OUT);
      for (int i = 0; i < EACH; i++) {
        String template = around.get(i % around.size());
        if (form.getKey().equals("slack-webhook")) {
          // What the address has in common with all others is no secret.
          template = template.replace("@", "‹https://hooks.slack.com/services/›@");
        }
        String value = form.getValue().apply(dice);
        samples.add(
            new Sample.Writer()
                .template(template, form.getKey(), value)
                .in(CORPUS, form.getKey() + " in " + template.replace("\n", "\\n")));
      }
    }
    return samples;
  }

  /** All the forms once: what a rule set is tried with elsewhere. */
  static Map<String, String> once(Dice dice) {
    Map<String, String> values = new LinkedHashMap<>();
    FORMS.forEach(form -> values.put(form.getKey(), form.getValue().apply(dice)));
    return values;
  }

  private static String azureSecret(Dice dice) {
    String safe = Dice.ALPHANUMERIC + "-_.~";
    return dice.alphanumeric(3)
        + dice.digits(1)
        + "Q~"
        + dice.text(safe, 30)
        + dice.alphanumeric(1);
  }

  private static String github(Dice dice) {
    return dice.one(List.of("ghp_", "gho_", "ghu_", "ghs_", "ghr_"))
        + checked(dice.alphanumeric(30));
  }

  /** With six digits of base 62 behind: the CRC-32, as GitHub and npm write it. */
  private static String checked(String random) {
    CRC32 crc = new CRC32();
    crc.update(random.getBytes(StandardCharsets.US_ASCII));
    BigInteger rest = BigInteger.valueOf(crc.getValue());
    BigInteger base = BigInteger.valueOf(62);
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      digits.append(Dice.ALPHANUMERIC.charAt(rest.mod(base).intValue()));
      rest = rest.divide(base);
    }
    return random + digits.reverse();
  }

  private static String jwt(Dice dice) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String header =
        "{\"alg\":\"" + dice.one(List.of("HS256", "RS256", "ES256")) + "\",\"typ\":\"JWT\"}";
    String claims = "{\"sub\":\"" + dice.digits(8) + "\",\"iat\":17" + dice.digits(8) + "}";
    return encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8))
        + "."
        + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + "."
        + encoder.encodeToString(dice.bytes(32));
  }
}
