package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.processors.sanitize.SanitizedRequest.Count;
import io.sluice.schemas.Signal;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements where they stand in requests. */
class StatementRulesTest {

  private static final Sanitizer SHIPPED =
      Sanitizer.of(RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)));

  /** Rules that write what may read as a literal. */
  private static final Sanitizer WRITING =
      TestRules.sanitizer(
          statement("s"),
          TestRules.word("w", "secret-word", "action: tokenize"),
          TestRules.assignment("p", "password"),
          TestRules.address("ip", "action: truncate-ip"),
          TestRules.card("c", "action: mask"));

  /** Only PostgreSQL reads this as a name and a string with a backslash at its end. */
  private static final String STATEMENT = "SELECT \"id\" FROM t WHERE a = 'x\\' AND b = 5";

  private static final String AS_POSTGRESQL = "SELECT \"id\" FROM t WHERE a = ? AND b = ?";
  private static final String AS_UNKNOWN = "SELECT ? FROM t WHERE a = ?";

  private static final byte[] TRACE = Telemetry.traceId(1);
  private static final byte[] ID = Telemetry.spanId(1);

  @ParameterizedTest
  @ValueSource(strings = {"db.system.name", "db.system"})
  void systemBesideTheStatementSaysHowToReadIt(String system) {
    for (String statement : List.of("db.query.text", "db.statement")) {
      assertThat(sanitized(span().attribute(system, "postgresql").attribute(statement, STATEMENT)))
          .isEqualTo(
              bytes(span().attribute(system, "postgresql").attribute(statement, AS_POSTGRESQL)));
      assertThat(sanitized(span().attribute(statement, STATEMENT).attribute(system, "postgresql")))
          .isEqualTo(
              bytes(span().attribute(statement, AS_POSTGRESQL).attribute(system, "postgresql")));
    }
  }

  @Test
  void newNameOfTheSystemGoesBeforeTheOldOne() {
    assertThat(
            sanitized(
                span()
                    .attribute("db.system", "mysql")
                    .attribute("db.query.text", STATEMENT)
                    .attribute("db.system.name", "postgresql")))
        .isEqualTo(
            bytes(
                span()
                    .attribute("db.system", "mysql")
                    .attribute("db.query.text", AS_POSTGRESQL)
                    .attribute("db.system.name", "postgresql")));
  }

  @Test
  void withoutAKnownSystemTheReadingIsTakenThatHidesMore() {
    assertThat(sanitized(span().attribute("db.query.text", STATEMENT)))
        .isEqualTo(bytes(span().attribute("db.query.text", AS_UNKNOWN)));
    assertThat(
            sanitized(span().attribute("db.system.name", 7).attribute("db.query.text", STATEMENT)))
        .isEqualTo(
            bytes(span().attribute("db.system.name", 7).attribute("db.query.text", AS_UNKNOWN)));
  }

  @Test
  void systemOfOneListOfAttributesSaysNothingOfAnother() {
    Map<String, Object> event = Map.of("db.query.text", STATEMENT);
    Map<String, Object> cleanEvent = Map.of("db.query.text", AS_UNKNOWN);
    byte[] request =
        Telemetry.spans(
                span()
                    .attribute("db.system.name", "postgresql")
                    .event("retry", event)
                    .attribute("db.query.text", STATEMENT),
                span().attribute("db.query.text", STATEMENT))
            .toByteArray();
    byte[] clean =
        Telemetry.spans(
                span()
                    .attribute("db.system.name", "postgresql")
                    .event("retry", cleanEvent)
                    .attribute("db.query.text", AS_POSTGRESQL),
                span().attribute("db.query.text", AS_UNKNOWN))
            .toByteArray();
    RequestSanitizer sanitizer = new RequestSanitizer(SHIPPED, Signal.SPANS);
    assertThat(sanitizer.sanitize(request).bytes()).isEqualTo(clean);
    // Another request: what was known of lists at the same places is forgotten.
    byte[] other =
        bytes(
            span().attribute("db.system.name", "mysql_____").attribute("db.query.text", STATEMENT));
    assertThat(sanitizer.sanitize(other).bytes())
        .isEqualTo(
            bytes(
                span()
                    .attribute("db.system.name", "mysql_____")
                    .attribute("db.query.text", AS_UNKNOWN)));
  }

  @Test
  void statementsInLogsAreReadInAttributesAndInMaps() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("db.query.text", STATEMENT);
    body.put("db.system", "postgresql");
    body.put("note", "5 'x'");
    Map<String, Object> clean = new LinkedHashMap<>(body);
    clean.put("db.query.text", AS_POSTGRESQL);
    byte[] request =
        service("a")
            .log(body)
            .attribute("db.statement", STATEMENT)
            .attribute("b", "5")
            .toRequestBytes();

    SanitizedRequest sanitized = new RequestSanitizer(SHIPPED, Signal.LOGS).sanitize(request);

    assertThat(sanitized.bytes())
        .isEqualTo(
            service("a")
                .log(clean)
                .attribute("db.statement", AS_UNKNOWN)
                .attribute("b", "5")
                .toRequestBytes());
    assertThat(sanitized.counts())
        .extracting(Count::ruleId, Count::fieldPath, Count::count)
        .containsExactlyInAnyOrder(
            tuple("statements.literals", "log.body.db.query.text", 1L),
            tuple("statements.literals", "log.attributes.db.statement", 1L));
  }

  @Test
  void everyTextUnderTheKeyIsAStatementAndNoneBehindIt() {
    List<Object> batch = List.of("SELECT 1", Map.of("k", "SELECT 2"), "SELECT 3", "BEGIN");
    List<Object> clean = List.of("SELECT ?", Map.of("k", "SELECT ?"), "SELECT ?", "BEGIN");
    assertThat(
            sanitized(
                span()
                    .attribute("db.query.text", batch)
                    .attribute("x 1", "y 2")
                    .event("part 5", Map.of("z 3", List.of("w 4")))))
        .isEqualTo(
            bytes(
                span()
                    .attribute("db.query.text", clean)
                    .attribute("x 1", "y 2")
                    .event("part 5", Map.of("z 3", List.of("w 4")))));
  }

  @Test
  void parametersGo() {
    assertThat(
            sanitized(
                span()
                    .attribute("db.query.parameter.0", "ann")
                    .attribute("db.operation.parameter.age", 42)
                    .attribute("db.operation.name", "SELECT")))
        .isEqualTo(
            bytes(
                span()
                    .attribute("db.query.parameter.0", "?")
                    .attribute("db.operation.parameter.age", "?")
                    .attribute("db.operation.name", "SELECT")));
  }

  @Test
  void statementsWithoutLiteralsStayToTheByte() {
    byte[] request =
        bytes(
            span()
                .attribute("db.system.name", "postgresql")
                .attribute("db.query.text", "SELECT a FROM t\n WHERE b IN ($1, $2)")
                .attribute("db.query.parameter.0", "?"));
    SanitizedRequest sanitized = new RequestSanitizer(SHIPPED, Signal.SPANS).sanitize(request);
    assertThat(sanitized.bytes()).isSameAs(request);
    assertThat(sanitized.counts()).isEmpty();
  }

  @Test
  void otherRulesLookAtWhatStays() {
    SpanBuilder planted =
        span()
            .attribute("db.system.name", "postgresql")
            .attribute("db.query.text", "SELECT 1 AS \"4111 1111 1111 1111\" -- 5");
    SanitizedRequest sanitized =
        new RequestSanitizer(SHIPPED, Signal.SPANS).sanitize(bytes(planted));
    assertThat(sanitized.bytes())
        .isEqualTo(
            bytes(
                span()
                    .attribute("db.system.name", "postgresql")
                    .attribute("db.query.text", "SELECT ? AS \"[card]\"")));
    assertThat(sanitized.counts())
        .extracting(Count::ruleId)
        .containsExactly("statements.literals", "payment.card-number");
  }

  @Test
  void otherRulesTakeAPlaceholderForWhatIsGone() {
    assertThat(sanitized(span().attribute("db.query.text", "UPDATE t SET password = 'hunter2'")))
        .isEqualTo(bytes(span().attribute("db.query.text", "UPDATE t SET password = ?")));
  }

  @Test
  void ruleInShadowCountsOnly() {
    RequestSanitizer sanitizer = spans(statement("s", "mode: shadow"));
    byte[] request = bytes(span().attribute("db.query.text", "SELECT 1, 2"));
    SanitizedRequest sanitized = sanitizer.sanitize(request);
    assertThat(sanitized.bytes()).isSameAs(request);
    assertThat(sanitized.counts())
        .extracting(Count::ruleId, Count::enforced, Count::count)
        .containsExactly(tuple("s", false, 1L));
  }

  @Test
  void ruleMayDropTheAttributeOrTheRecord() {
    byte[] request = bytes(span().attribute("a", "b").attribute("db.query.text", "SELECT 1"));
    assertThat(spans(statement("s", "action: drop-field")).sanitize(request).bytes())
        .isEqualTo(bytes(span().attribute("a", "b")));
    assertThat(
            new String(
                spans(statement("s", "action: drop-record")).sanitize(request).bytes(),
                StandardCharsets.UTF_8))
        .doesNotContain("SELECT");
  }

  @Test
  void ruleForTheWholeValueGoesBefore() {
    byte[] request = bytes(span().attribute("db.query.text", "SELECT 1"));
    byte[] hidden = bytes(span().attribute("db.query.text", "[redacted]"));
    byte[] scrubbed = bytes(span().attribute("db.query.text", "SELECT ?"));
    String statement = statement("s");
    assertThat(spans(statement, TestRules.keys("k", "query.text")).sanitize(request).bytes())
        .isEqualTo(hidden);
    String pattern = TestRules.keys("k", "nothing", "keyPatterns: ['que.y']");
    assertThat(spans(statement, pattern).sanitize(request).bytes()).isEqualTo(hidden);
    String list = TestRules.allowed("k", "other", "fields: [span.attributes]");
    assertThat(spans(statement, list).sanitize(request).bytes()).isEqualTo(hidden);
    String shadow = TestRules.keys("k", "db.query.text", "mode: shadow");
    assertThat(spans(statement, shadow).sanitize(request).bytes()).isEqualTo(scrubbed);
    String allowing = TestRules.allowed("k", "db.query.text", "fields: [span.attributes]");
    assertThat(spans(statement, allowing).sanitize(request).bytes()).isEqualTo(scrubbed);
  }

  @Test
  void exceptedStatementsAndOtherFieldsStay() {
    byte[] request = bytes(span().attribute("db.query.text", "SELECT 1"));
    assertThat(
            spans(statement("s", "exceptions: {values: ['SELECT 1']}")).sanitize(request).bytes())
        .isSameAs(request);
    assertThat(spans(statement("s", "signals: [logs]")).sanitize(request).bytes())
        .isSameAs(request);
    assertThat(spans(statement("s", "fields: [span.events]")).sanitize(request).bytes())
        .isSameAs(request);
  }

  @Test
  void textNamesNoSystemButAKeyMay() {
    TextSanitizer text = TestRules.text(statement("s"));
    assertThat(text.sanitize("db.query.text=SELECT 1")).isEqualTo("db.query.text=SELECT 1");
    assertThat(text.sanitizeKeyed("db.query.text", STATEMENT)).isEqualTo(AS_UNKNOWN);
    assertThat(text.sanitizeStatement("postgresql", STATEMENT)).isEqualTo(AS_POSTGRESQL);
  }

  /** What other rules write into statements, among what the scrubber turns at. */
  @Provide
  Arbitrary<String> statements() {
    return Arbitraries.of(
            "SELECT ",
            "a",
            "10.1.2.3",
            "4111111111111111",
            " ",
            "=",
            "'",
            "\"",
            "`",
            "[",
            "]",
            "secret-word",
            "password=",
            "hunter2",
            ",",
            "IN (",
            ")",
            "--",
            "\n",
            "{",
            "}",
            ":",
            "5",
            "GET ",
            "SET k ",
            "@")
        .list()
        .ofMaxSize(20)
        .map(parts -> String.join("", parts));
  }

  /** One of each dialect. */
  @Provide
  Arbitrary<String> systems() {
    return Arbitraries.of(
        "h2",
        "postgresql",
        "mysql",
        "mssql",
        "sqlite",
        "oracle",
        "snowflake",
        "spark",
        "neo4j",
        "redis",
        "memcached",
        "mongodb",
        "opensearch",
        "");
  }

  @Property(tries = 3000)
  void sanitizingTwiceChangesNothingMoreWhateverOtherRulesWrite(
      @ForAll("statements") String statement, @ForAll("systems") String system) {
    RequestSanitizer sanitizer = new RequestSanitizer(WRITING, Signal.SPANS);
    byte[] once =
        sanitizer
            .sanitize(
                bytes(
                    span()
                        .attribute("db.system.name", system)
                        .attribute("db.query.text", statement)))
            .bytes();
    assertThat(sanitizer.sanitize(once).bytes())
        .as(() -> new String(once, StandardCharsets.UTF_8))
        .isSameAs(once);
  }

  private static String statement(String id, String... properties) {
    return "{id: %s, description: d, detector: statement, keys: [db.query.text]%s, examples: {positive: ['mysql: SELECT «1»'], negative: ['mysql: BEGIN']}}"
        .formatted(id, properties.length == 0 ? "" : ", " + String.join(", ", properties));
  }

  private static RequestSanitizer spans(String... rules) {
    return new RequestSanitizer(TestRules.sanitizer(rules), Signal.SPANS);
  }

  private static SpanBuilder span() {
    return service("a").span("db").trace(TRACE).id(ID);
  }

  private static byte[] bytes(SpanBuilder span) {
    return span.toRequestBytes();
  }

  private static byte[] sanitized(SpanBuilder span) {
    return new RequestSanitizer(SHIPPED, Signal.SPANS).sanitize(bytes(span)).bytes();
  }
}
