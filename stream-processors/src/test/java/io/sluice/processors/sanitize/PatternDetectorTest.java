package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Detector;
import io.sluice.schemas.definitions.Expressions;
import io.sluice.schemas.definitions.RedactionExample;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.RuleMode;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.definitions.ValueConditions;
import io.trino.re2j.Matcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternDetectorTest {

  private static final List<RedactionRule> SHIPPED =
      RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)).rules().stream()
          .filter(rule -> rule.mode() == RuleMode.ENFORCE && !rule.keywords().isEmpty())
          .toList();

  /** Those that look near words that stand outside their matches. */
  private static final List<RedactionRule> ANNOUNCED =
      RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)).rules().stream()
          .filter(rule -> rule.detector() == Detector.PATTERN && rule.keywords().isEmpty())
          .toList();

  /** Expressions whose matches are short, so that texts are much longer than their windows. */
  private static final List<RedactionRule> SHORT =
      List.of(
          rule("\\bk[a-c]{2,4}\\b", 5, "k"),
          rule("^k|k$|[^a]k(?:a.c)?", 8, "k"),
          rule("a{1,3}kb{0,3}?c", 8, "k"),
          rule("(?:ab|ba){1,4}?k?a?kk", 12, "kk"),
          rule("(?i)[^b\\s]{0,4}K(é|b)?", 12, "k"),
          rule("(?s)a(.k.)b?", 12, "k"),
          rule("(?m)^[ab]{0,3}k[^\\n]{0,3}$", 16, "k"));

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of("a", "b", "c", "k", "K", "kk", "ab", " ", "\n", "é", "kab", "aké")
        .list()
        .ofMaxSize(120)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 4000)
  void findsInWindowsWhatItFindsInTheWholeText(@ForAll("texts") String text) {
    for (RedactionRule rule : SHORT) {
      assertThat(inWindows(rule, text)).as(rule.pattern()).isEqualTo(inWhole(rule, text));
    }
  }

  /** Expressions of all kinds of parts, of which every match holds k. */
  @Provide
  Arbitrary<String> patterns() {
    Arbitrary<String> part =
        Arbitraries.of(
            "a",
            "b",
            "k",
            "é",
            ".",
            "[ab]",
            "[^a]",
            "[^\\sk]",
            "\\w",
            "\\W",
            "\\S",
            "\\b",
            "^",
            "$",
            "(?:a|bc)",
            "(?:k|kk|a)",
            "(a.)",
            "(?i:K)",
            "(?i:A|[b-c]k)",
            "(?s:.)",
            "[a-ck-l]",
            "\\n");
    Arbitrary<String> times =
        Arbitraries.of("", "", "", "?", "*", "+", "{2}", "{1,3}", "{0,40}", "+?", "{2,}");
    Arbitrary<String> parts =
        Combinators.combine(part, times)
            .as((one, often) -> "(?:" + one + ")" + often)
            .list()
            .ofMaxSize(4)
            .map(all -> String.join("", all));
    return Combinators.combine(parts, Arbitraries.of("k", "(?i)k", "(?:ak|kb)", "k{1,2}"), parts)
        .as((before, word, after) -> before + word + after);
  }

  @Property(tries = 2000)
  void looksWhereverAnExpressionMayMatch(
      @ForAll("patterns") String pattern, @ForAll("texts") String text) {
    RedactionRule rule = rule(pattern, 1024, "k");
    assertThat(inWindows(rule, text)).isEqualTo(inWhole(rule, text));
  }

  @Property(tries = 1000)
  void looksInBytesThatAreNoText(@ForAll("patterns") String pattern, @ForAll("bytes") byte[] text) {
    RedactionRule rule = rule(pattern, 1024, "k");
    assertThat(inWindows(rule, text)).isEqualTo(inWhole(rule, text));
  }

  @Test
  void beginsAMatchWithBytesThatAreNoText() {
    RedactionRule rule = rule("(?:.)*k", 1024, "k");
    byte[] text = {(byte) 0xbe, 0, 0, 0, 'k'};
    assertThat(inWindows(rule, text)).isEqualTo(inWhole(rule, text)).isNotEmpty();
  }

  @Provide
  Arbitrary<byte[]> bytes() {
    return Arbitraries.bytes()
        .map(b -> b % 3 == 0 ? b : (byte) "abkK\n".charAt((b & 0x7f) % 5))
        .array(byte[].class)
        .ofMaxSize(80);
  }

  /** Expressions with a group, and what may make it hard to tell where the group is. */
  @Provide
  Arbitrary<String> grouped() {
    Arbitrary<String> before =
        Arbitraries.of(
            "",
            "\\b",
            "(?:^|[^ab])",
            "c:",
            "(?:a|ab)",
            "(?i)A:?",
            "a{0,3}",
            "(?:\\b|\\.c)",
            "[^c]*?b");
    Arbitrary<String> secret =
        Arbitraries.of("k+", "k[ab]{1,3}", "(?:ka|k)b?", "[^c]k", "k(?:.k)*", "[ab]*kc?");
    Arbitrary<String> after =
        Arbitraries.of(
            "", "\\b", "(?:[^ab]|$)", "c", "b*", "(?:[^ab.]|[.:](?:[^ab]|$)|$)", "(?::c)?", "\\B");
    return Combinators.combine(before, secret, after)
        .as((first, middle, last) -> first + "(" + middle + ")" + last);
  }

  @Provide
  Arbitrary<String> ascii() {
    return Arbitraries.strings().withChars("abck.: ").ofMaxLength(60);
  }

  @Property(tries = 5000)
  void findsGroupsWhereJavaFindsThem(
      @ForAll("grouped") String pattern, @ForAll("ascii") String text) {
    RedactionRule rule = rule(pattern, 1024, "k");
    assertThat(inWindows(rule, text)).as(pattern).isEqualTo(inJava(rule, text));
  }

  @ParameterizedTest
  @CsvSource({
    "[^c]*?b(k(?:.k)*)(?:[^ab]|$), bkkka, 1-2",
    "'a{0,3}([^c]k)(?:[^ab.]|[.:](?:[^ab]|$)|$)', akk.a, 0-2",
    "'a{0,3}([^c]k)(?:[^ab.]|[.:](?:[^ab]|\\z)|\\z)', akk.a, 0-2",
  })
  void takesNoMatchForTheEndOfTheText(String pattern, String text, String found) {
    assertThat(inWindows(rule(pattern, 1024, "k"), text)).containsExactly(found);
  }

  /** Examples of a shipped rule among other words and among their own broken pieces. */
  @Provide
  Arbitrary<List<Object>> examples() {
    return Arbitraries.of(SHIPPED)
        .flatMap(
            rule -> {
              List<String> pieces = new ArrayList<>(rule.keywords());
              for (RedactionExample example : rule.positive()) {
                String text = example.text();
                pieces.add(text);
                pieces.add(text.substring(text.length() / 3));
                pieces.add(text.substring(0, text.length() * 2 / 3));
              }
              pieces.addAll(List.of(" ", "\n", "word", "é", "-", "_", "x", "A1b2C3d4E5f6", "\""));
              return Combinators.combine(
                      Arbitraries.just(rule),
                      Arbitraries.of(pieces).list().ofMaxSize(20).map(all -> String.join("", all)))
                  .as((r, text) -> List.of(r, text));
            });
  }

  @Property(tries = 3000)
  void shippedRulesFindInWindowsWhatTheyFindInTheWholeText(
      @ForAll("examples") List<Object> ruleAndText) {
    RedactionRule rule = (RedactionRule) ruleAndText.get(0);
    String text = (String) ruleAndText.get(1);
    assertThat(inWindows(rule, text)).as(rule.id()).isEqualTo(inJava(rule, text));
  }

  /** What announces a value, values, and their broken pieces. */
  @Provide
  Arbitrary<List<Object>> announced() {
    return Arbitraries.of(ANNOUNCED)
        .flatMap(
            rule -> {
              List<String> pieces = new ArrayList<>(rule.conditions().near());
              for (RedactionExample example : rule.positive()) {
                String text = example.text();
                pieces.add(text);
                pieces.add(text.substring(text.length() / 3));
                pieces.add(text.substring(0, text.length() * 2 / 3));
              }
              pieces.addAll(List.of(" ", "\n", "-", "_", "-".repeat(70), "x", "é", "\"", "12"));
              return Combinators.combine(
                      Arbitraries.just(rule),
                      Arbitraries.of(pieces).list().ofMaxSize(12).map(all -> String.join("", all)))
                  .as((r, text) -> List.of(r, text));
            });
  }

  @Property(tries = 5000)
  void looksNearAWordWhereverAShippedRuleHasAMatch(@ForAll("announced") List<Object> ruleAndText) {
    RedactionRule rule = (RedactionRule) ruleAndText.get(0);
    String text = (String) ruleAndText.get(1);
    assertThat(inWindows(rule, text).isEmpty())
        .as(rule.id())
        .isEqualTo(inJava(rule, text).isEmpty());
  }

  @Test
  void findsAllOfAMatchThatIsLongerThanTheRuleSays() {
    RedactionRule rule = rule("key-[a-z]{4,}", 16, "key-");
    String token = "key-" + "abcdefgh".repeat(1000);
    assertThat(inWindows(rule, "x ".repeat(99) + token + " key-abcd end"))
        .containsExactly("198-8202", "8203-8211");
  }

  @Test
  void findsNearWordsOnBothSidesAndNotFurtherAway() {
    RedactionRule rule =
        rule(
            "\\b[0-9]{6}\\b",
            new ValueConditions(6, List.of("tel", "phone no"), 10, null, List.of()));
    assertThat(inWindows(rule, "tel 123456")).containsExactly("4-10");
    assertThat(inWindows(rule, "123456 is my phone_no")).containsExactly("0-6");
    assertThat(inWindows(rule, "homeTel=123456, PHONE-NO:654321")).containsExactly("8-14", "25-31");
    assertThat(inWindows(rule, "tel is 1234567, tel   .......   123456")).isEmpty();
    assertThat(inWindows(rule, "hotel 123456 telemetry")).isEmpty();
    assertThat(inWindows(rule, "é".repeat(300) + " tel 123456 " + "é".repeat(300)))
        .containsExactly("605-611");
  }

  @Test
  void findsWhatAWordAnnouncesThatStandsInAMatch() {
    RedactionRule rule =
        rule(
            "\\b[0-9]{4}:[a-z-]{4,9}\\b",
            new ValueConditions(16, List.of("tel"), 8, null, List.of()));
    for (int gap = 0; gap < 60; gap++) {
      String text =
          "tel " + "-".repeat(gap) + "          1234:abcd-tel 5678:efgh " + "-".repeat(60);
      int second = text.indexOf("5678");
      assertThat(inWindows(rule, text)).contains(second + "-" + (second + 9));
    }
  }

  @Test
  void findsSecretsThatShareWhatStandsBetweenThem() {
    RedactionRule rule = rule("(?:^|[^a-z])(t[0-9]{2,4})(?:[^a-z0-9]|$)", 8, "t");
    assertThat(inWindows(rule, "t11/t22 t333,t4444 t1 t55"))
        .isEqualTo(inWhole(rule, "t11/t22 t333,t4444 t1 t55"));
    assertThat(inWindows(rule, "t11/t22 t333,t4444 t1 t55")).hasSize(5);
  }

  @Test
  void asksForAWordNearAMatchToo() {
    ValueConditions near = new ValueConditions(32, List.of("bot"), 8, null, List.of());
    RedactionRule rule = rule("key-[a-z]+", near, "key-");
    assertThat(inWindows(rule, "bot key-abc and key-abc")).containsExactly("4-11");
  }

  /** Counted, not timed: a detector that looks again at what it has seen looks far more often. */
  @Test
  void looksOnceWhereWordsStandCloseTogether() {
    RedactionRule rule = rule("key-[0-9]{4}", 512, "key-");
    byte[] text = "key-".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    PatternDetector detector = new PatternDetector(rule, Placeholders.NONE);
    int seen = 0;
    int looks = 0;
    for (int anchor = 4; anchor <= text.length; anchor += 4) {
      if (anchor > seen) {
        seen = detector.look(text, 0, text.length, seen, anchor, (start, end) -> {});
        looks++;
      }
    }
    assertThat(looks).isLessThan(text.length / 512 + 2);
  }

  private static List<String> inWindows(RedactionRule rule, String text) {
    return inWindows(rule, text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> inWindows(RedactionRule rule, byte[] utf8) {
    Sanitizer sanitizer = Sanitizer.of(new RedactionRules(0, List.of(rule)));
    List<String> found = new ArrayList<>();
    LiteralAutomaton anchors = sanitizer.anchors();
    int seen = 0;
    long hit = anchors.find(utf8, 0, utf8.length, anchors.start());
    while (hit != LiteralAutomaton.NONE) {
      int at = LiteralAutomaton.position(hit);
      for (int word : anchors.found(LiteralAutomaton.state(hit))) {
        if (at > seen && sanitizer.place(word).vicinity().allows(utf8, 0, utf8.length, at)) {
          seen =
              sanitizer
                  .watch(0)
                  .detector()
                  .look(
                      utf8, 0, utf8.length, seen, at, (start, end) -> found.add(start + "-" + end));
        }
      }
      hit = anchors.find(utf8, at, utf8.length, LiteralAutomaton.state(hit));
    }
    return found;
  }

  private static List<String> inWhole(RedactionRule rule, String text) {
    return inWhole(rule, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The rule's meaning, written as directly as possible. */
  private static List<String> inWhole(RedactionRule rule, byte[] utf8) {
    Matcher matcher =
        Expressions.compile(rule.pattern()).matcher(EngineText.of(utf8, 0, utf8.length));
    Conditions conditions = new Conditions(rule.conditions(), Placeholders.NONE);
    int group = matcher.groupCount() > 0 ? 1 : 0;
    List<String> found = new ArrayList<>();
    int next = 0;
    while (next <= utf8.length && matcher.find(next)) {
      int start = matcher.start(group);
      int end = matcher.end(group);
      boolean isSecret = start >= 0 && end > start;
      if (isSecret && conditions.hold(utf8, 0, utf8.length, start, end)) {
        found.add(start + "-" + end);
      }
      next = matcher.end();
      if (isSecret && next - end <= 8) { // they may share it
        next = end;
      }
      next = Math.max(next, matcher.start() + 1);
    }
    return found;
  }

  /** The same with Java's expressions, for rules of which no expression asks for other letters. */
  private static List<String> inJava(RedactionRule rule, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    // To the engine what is not ASCII is no part of a word. Each stays one character: two matches
    // one behind the other cannot share it.
    String characters = text.replaceAll("[^\\x00-\\x7f]", "\u00a4");
    var matcher =
        java.util.regex.Pattern.compile(rule.pattern(), java.util.regex.Pattern.UNIX_LINES)
            .matcher(characters);
    Conditions conditions = new Conditions(rule.conditions(), Placeholders.NONE);
    int group = matcher.groupCount() > 0 ? 1 : 0;
    List<String> found = new ArrayList<>();
    int next = 0;
    while (next <= characters.length() && matcher.find(next)) {
      int start = bytesBefore(text, matcher.start(group));
      int end = bytesBefore(text, matcher.end(group));
      if (end > start && conditions.hold(utf8, 0, utf8.length, start, end)) {
        found.add(start + "-" + end);
      }
      next = matcher.end();
      if (end > start && bytesBefore(text, next) - end <= 8) { // they may share it
        next = matcher.end(group);
      }
      next = Math.max(next, matcher.start() + 1);
    }
    return found;
  }

  private static int bytesBefore(String text, int character) {
    return text.substring(0, character).getBytes(StandardCharsets.UTF_8).length;
  }

  private static RedactionRule rule(String pattern, int maxLength, String... keywords) {
    return rule(pattern, new ValueConditions(maxLength, List.of(), 48, null, List.of()), keywords);
  }

  private static RedactionRule rule(String pattern, ValueConditions asked, String... keywords) {
    return new RedactionRule(
        "test",
        "test",
        "A rule.",
        RuleMode.ENFORCE,
        Detector.PATTERN,
        List.of(),
        pattern,
        List.of(keywords),
        asked,
        RedactionAction.REDACT,
        "[test]",
        List.of(),
        List.of());
  }
}
