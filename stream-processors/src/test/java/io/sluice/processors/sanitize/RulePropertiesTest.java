package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.Signal;
import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds whatever the rules' actions, scopes, exceptions and order, and whatever they read. */
class RulePropertiesTest {

  private static final int MAX_GROWTH = 50; // a token, and the string around it

  @Provide
  Arbitrary<List<String>> rules() {
    Arbitrary<String> properties =
        Combinators.combine(
                Arbitraries.of(RedactionAction.values()),
                Arbitraries.of("", ", mode: shadow"),
                Arbitraries.of("", ", signals: [logs]", ", signals: [spans]"),
                Arbitraries.of("", ", fields: [log.body]", ", fields: ['log.attributes.*a']"),
                Arbitraries.of("", "", ", exceptions: {values: ['4111111111111111', '10.1.2.3']}"))
            .as(
                (action, mode, signals, fields, except) ->
                    "action: " + name(action) + mode + signals + fields + except);
    return Combinators.combine(Arbitraries.integers().between(0, 6), properties)
        .as(RulePropertiesTest::rule)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(RulePropertiesTest::numbered);
  }

  private static String rule(int kind, String properties) {
    return switch (kind) {
      case 0 -> TestRules.card("ID", properties);
      case 1 -> TestRules.address("ID", properties);
      case 2 -> TestRules.assignment("ID", "pin, '*secret'", properties);
      case 3 -> TestRules.word("ID", "xyzzy", properties);
      case 4 -> TestRules.keys("ID", "pin, 'c*', b.a", properties);
      case 5 -> TestRules.keys("ID", "none", "keyPatterns: ['^[ab]+$']", properties);
      default ->
          properties.contains("fields:")
              ? TestRules.allowed("ID", "a, pin", properties)
              : TestRules.allowed("ID", "a, pin", "fields: [log.attributes]", properties);
    };
  }

  private static List<String> numbered(List<String> rules) {
    List<String> numbered = new ArrayList<>();
    rules.forEach(rule -> numbered.add(rule.replace("id: ID", "id: r" + numbered.size())));
    return numbered;
  }

  private static String name(RedactionAction action) {
    return action.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Pieces that rules look at, put together at random, so that their edges meet. */
  @Provide
  Arbitrary<String> text() {
    return Arbitraries.of(
            "4111111111111111",
            "5500 0000 0000 0004",
            "10.1.2.3",
            "10.9.8.0",
            "::ffff:",
            "pin",
            "=",
            ": ",
            "a-secret",
            "\"",
            "xyzzy",
            " ",
            ",",
            "[redacted]",
            "[tok:k1:",
            "]",
            "****",
            "AAAAAAAAAAAAAAAAAAAAAA",
            "é",
            "\n",
            "[",
            "1",
            "***1111",
            "10.",
            "0.0.1")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<Object> value() {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            text().map(text -> (Object) text),
            Arbitraries.of(4111111111111111L, 5.500000000000004E15, 42L, -1.5, true));
    return Arbitraries.recursive(
        () -> scalars,
        inner ->
            Arbitraries.oneOf(
                inner.list().ofMaxSize(3).map(list -> (Object) list),
                Arbitraries.maps(Arbitraries.of("a", "pin", "card", "b.a", "xyzzy"), inner)
                    .ofMaxSize(3)
                    .map(map -> (Object) map)),
        0,
        2);
  }

  @Property(tries = 500)
  void textSanitizedTwiceChangesNothingMoreAndGrowsBoundedly(
      @ForAll("rules") List<String> rules, @ForAll("text") String text) {
    TextSanitizer sanitizer = TestRules.text(rules.toArray(String[]::new));
    String once = sanitizer.sanitize(text);

    assertThat(sanitizer.sanitize(once)).isEqualTo(once);
    assertThat(once.length()).isLessThanOrEqualTo(text.length() + MAX_GROWTH * text.length());
    String keyed = sanitizer.sanitizeKeyed("pin", text);
    assertThat(sanitizer.sanitizeKeyed("pin", keyed)).isEqualTo(keyed);
  }

  @Property(tries = 500)
  void requestSanitizedTwiceChangesNothingMore(
      @ForAll("rules") List<String> rules,
      @ForAll("value") Object body,
      @ForAll("value") Object attribute) {
    byte[] request = request(body, attribute);
    RequestSanitizer sanitizer = sanitizer(rules);

    SanitizedRequest once = sanitizer.sanitize(request);
    SanitizedRequest twice = sanitizer.sanitize(once.bytes());

    assertThat(twice.bytes()).isSameAs(once.bytes());
    assertThat(twice.counts()).noneMatch(SanitizedRequest.Count::enforced);
    boolean changed = once.counts().stream().anyMatch(SanitizedRequest.Count::enforced);
    if (changed) {
      assertThat(once.bytes()).isNotEqualTo(request);
    } else {
      assertThat(once.bytes()).isSameAs(request);
    }
    assertThat(once.bytes().length).isLessThanOrEqualTo(request.length * (MAX_GROWTH + 1));
  }

  @Property(tries = 300)
  void secretSurvivesNoRuleThatChangesEverywhere(
      @ForAll RedactionAction action,
      @ForAll("rules") List<String> others,
      @ForAll("value") Object x) {
    List<String> rules = new ArrayList<>(others);
    rules.add(TestRules.word("all", "hunter2secret", "action: " + name(action)));
    byte[] request =
        Telemetry.logs(
                service("s").log(Map.of("a", List.of("say hunter2secret"), "b", x)),
                service("hunter2secret").log("x"),
                service("s").log("x").attribute("hunter2secret", x))
            .toByteArray();

    assertThat(utf8(sanitizer(rules).sanitize(request).bytes())).doesNotContain("hunter2secret");
  }

  @Property(tries = 200)
  void orderOfRecordsStays(@ForAll("rules") List<String> rules, @ForAll("value") Object x) {
    List<LogBuilder> records = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      LogBuilder record = service("s").log("number " + i);
      records.add(i % 2 == 0 ? record : record.attribute("card", x));
    }

    String left = utf8(sanitizer(rules).sanitize(Telemetry.logs(records).toByteArray()).bytes());

    List<Integer> places =
        List.of(left.indexOf("number 0"), left.indexOf("number 2"), left.indexOf("number 4"));
    assertThat(places).doesNotContain(-1).isSorted();
  }

  private static RequestSanitizer sanitizer(List<String> rules) {
    return new RequestSanitizer(TestRules.sanitizer(rules.toArray(String[]::new)), Signal.LOGS);
  }

  private static byte[] request(Object body, Object attribute) {
    return Telemetry.logs(
            service("a").log(body).attribute("pin", attribute).attribute("other", attribute),
            service("a").log("clean").attribute("a", attribute),
            service("b").with("card", attribute).log("x"))
        .toByteArray();
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
