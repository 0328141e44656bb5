package io.sluice.processors.sanitize.logs;

import static io.sluice.processors.sanitize.logs.Shaped.bare;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.node.TextNode;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.sluice.testkit.LogBuilder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {

  @Test
  void makesTheMessageTheBodyAndTheRestAttributes() {
    Shaped shaped =
        Shaped.ofBody(
            """
            {"time":"2026-01-01T00:00:00Z","level":"warn","msg":"slow \\"query\\"","ms":1500,"ok":false,
             "tags":["a",1,null],"user":{"id":7,"name":"Zo\\u00eb \\ud83d\\ude00"},"none":null,"e":{}}
            """);

    assertThat(shaped.body()).isEqualTo("slow \"query\"");
    assertThat(shaped.severity()).isEqualTo(13);
    assertThat(shaped.attributes())
        .containsOnly(
            entry("time", "2026-01-01T00:00:00Z"),
            entry("ms", 1500L),
            entry("ok", false),
            entry("tags", List.of("a", 1L, "(nothing)")),
            entry("user", Map.of("id", 7L, "name", "Zoë 😀")),
            entry("none", "(nothing)"),
            entry("e", Map.of()));
    assertThat(shaped.counts())
        .containsOnly(entry(LogChange.JSON, 1L), entry(LogChange.SEVERITY, 1L));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, -1",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808",
  })
  void keepsIntegersExactly(String text, long value) {
    assertThat(Shaped.ofBody("{\"n\":" + text + "}").attributes()).containsEntry("n", value);
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "-0, -0.0",
    "1.50, 1.5",
    "1e3, 1000",
    "123456789.012345, 123456789.012345",
    "-2.5E-7, -2.5e-7",
    "0.000001, 0.000001",
  })
  void keepsDecimalsThatADoubleHolds(String text, double value) {
    assertThat(Shaped.ofBody("{\"n\":" + text + "}").attributes()).containsEntry("n", value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "0.1234567890123456789",
        "1e400",
        "1e-400",
        "1e99999999999",
        "1.7976931348623157e308",
      })
  void keepsOtherNumbersAsTheirText(String text) {
    assertThat(Shaped.ofBody("{\"n\":" + text + "}").attributes()).containsEntry("n", text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":01}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":1.}",
        "{\"a\":NaN}",
        "{\"a\":tru}",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"x\ny\"}",
        "{\"a\":[1,]}",
        "{\"a\":[1}",
        "{\"a\":{\"b\":1}",
        "{'a':1}",
        "{\"a\":1} trailing",
        "{\"\":1}",
        "{\"a\":1,\"a\":2}",
        "{\"o\":{\"a\":1,\"\\u0061\":2}}",
        "{\"\\u0061\":1,\"a\":2}",
        "{\"trace\":{\"id\":1},\"trace.id\":2}",
        "{}",
        "[1,2]",
        "{\"a\":1}\n{\"a\":2}",
      })
  void leavesWhatItCannotReadWithoutLossAsText(String body) {
    Shaped shaped = Shaped.ofBody(body);
    assertThat(shaped.body()).isEqualTo(body);
    assertThat(shaped.attributes()).isEmpty();
  }

  @Test
  void countsWhatLookedLikeJson() {
    assertThat(Shaped.ofBody("{\"a\":01}").counts()).containsOnly(entry(LogChange.UNPARSED, 1L));
    assertThat(Shaped.ofBody("GET {id}").counts()).isEmpty();
  }

  @Test
  void leavesBodiesOverTheLimitsAsText() {
    assertThat(Shaped.ofBody(fields(BodyFields.MAX_FIELDS)).attributes()).hasSize(128);
    for (String body :
        List.of(
            fields(129), nested(JsonBody.MAX_DEPTH + 1), "{\"a\":[" + "0,".repeat(1024) + "0]}")) {
      Shaped shaped = Shaped.ofBody(body);
      assertThat(shaped.body()).isEqualTo(body);
      assertThat(shaped.attributes()).isEmpty();
      assertThat(shaped.counts()).containsOnly(entry(LogChange.UNPARSED, 1L));
    }
    assertThat(Shaped.ofBody(nested(JsonBody.MAX_DEPTH)).attributes()).hasSize(1);
  }

  private static String fields(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"f" + i + "\":" + i)
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String nested(int depth) {
    return "{\"a\":" + "[".repeat(depth - 1) + "1" + "]".repeat(depth - 1) + "}";
  }

  @Test
  void makesTheBodyAMapWhenItHasNoMessage() {
    Shaped shaped = Shaped.ofBody("{\"method\":\"GET\",\"level\":\"info\",\"status\":200}");
    assertThat(shaped.structuredBody())
        .isEqualTo(Map.of("method", "GET", "level", "info", "status", 200L));
    assertThat(shaped.attributes()).containsOnly(entry("method", "GET"), entry("status", 200L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"msg\":5}", "{\"msg\":\" \"}", "{\"msg\":{\"text\":\"hi\"}}"})
  void takesNoMessageThatIsNoText(String body) {
    assertThat(Shaped.ofBody(body).attributes()).containsOnlyKeys("msg");
  }

  @Test
  void callsAFieldWhoseNameIsTakenByAnother() {
    Shaped shaped =
        Shaped.of(
            bare("{\"msg\":\"hi\",\"user\":\"bob\",\"host\":\"h1\"}")
                .attribute("user", "ann")
                .attribute("host", "h1"));
    assertThat(shaped.attributes())
        .containsOnly(entry("user", "ann"), entry("host", "h1"), entry("body.user", "bob"));
  }

  @Test
  void findsTheMessageThatIsAnAttributeAlready() {
    for (String sent : new String[] {"hi", "another"}) {
      Shaped shaped = Shaped.of(bare("{\"message\":\"hi\",\"n\":1}").attribute("message", sent));
      assertThat(shaped.body()).isEqualTo("hi");
      assertThat(shaped.attributes()).containsOnly(entry("message", sent), entry("n", 1L));
    }
  }

  @Test
  void keepsTheBodyWhenThatNameIsTakenToo() {
    Shaped shaped =
        Shaped.of(
            bare("{\"msg\":\"hi\",\"user\":\"bob\"}")
                .attribute("user", "ann")
                .attribute("body.user", "eve"));
    assertThat(shaped.body()).isEqualTo("{\"msg\":\"hi\",\"user\":\"bob\"}");
    assertThat(shaped.counts()).containsOnly(entry(LogChange.UNPARSED, 1L));
  }

  @Test
  void unfoldsAMessageThatIsJsonAgain() {
    Shaped shaped =
        Shaped.ofBody(
            """
            {"log":"{\\"level\\":\\"error\\",\\"message\\":\\"boom\\",\\"code\\":7}\\n","stream":"stderr"}""");
    assertThat(shaped.body()).isEqualTo("boom");
    assertThat(shaped.severity()).isEqualTo(17);
    assertThat(shaped.attributes()).containsOnly(entry("stream", "stderr"), entry("code", 7L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // logstash-logback-encoder, ECS, zap, zerolog, pino, structlog, CLEF, hclog, tracing, GCP
        "{\"@timestamp\":\"t\",\"@version\":\"1\",\"message\":\"hi\",\"level\":\"ERROR\",\"level_value\":40000}",
        "{\"@timestamp\":\"t\",\"log.level\":\"ERROR\",\"message\":\"hi\",\"ecs.version\":\"1.2\"}",
        "{\"@timestamp\":\"t\",\"log\":{\"level\":\"error\",\"logger\":\"x\"},\"message\":\"hi\"}",
        "{\"level\":\"error\",\"ts\":1.5,\"caller\":\"a.go:1\",\"msg\":\"hi\"}",
        "{\"level\":\"error\",\"time\":1,\"message\":\"hi\"}",
        "{\"level\":50,\"time\":1,\"pid\":1,\"hostname\":\"h\",\"msg\":\"hi\"}",
        "{\"event\":\"hi\",\"level\":\"error\"}",
        "{\"@t\":\"t\",\"@m\":\"hi\",\"@l\":\"Error\"}",
        "{\"@level\":\"error\",\"@message\":\"hi\",\"@module\":\"x\"}",
        "{\"level\":\"ERROR\",\"fields\":{\"message\":\"hi\",\"n\":1},\"target\":\"x\"}",
        "{\"severity\":\"ERROR\",\"message\":\"hi\"}",
        "{\"EventId\":1,\"LogLevel\":\"Error\",\"Category\":\"c\",\"Message\":\"hi\"}",
        "{\"asctime\":\"t\",\"levelname\":\"ERROR\",\"message\":\"hi\"}",
      })
  void readsWhatLoggingLibrariesWrite(String body) {
    Shaped shaped = Shaped.ofBody(body);
    assertThat(shaped.body()).isEqualTo("hi");
    assertThat(shaped.severity()).isEqualTo(17);
  }

  @Test
  void leavesBodiesAloneWhenSwitchedOff() {
    byte[] request = bare("{\"level\":\"warn\",\"msg\":\"hi\"}").toRequestBytes();
    assertThat(new LogShaper(false, 1 << 20, (buf, start, end) -> false).shape(request))
        .isSameAs(request);
  }

  @Test
  void leavesBodiesThatHaveStructureAlready() {
    Shaped shaped = Shaped.of(bare(Map.of("msg", "hi", "level", "warn")));
    assertThat(shaped.counts()).isEmpty();
  }

  @Test
  void leavesTheBodyOfARecordWithAttributesWithoutEnd() {
    LogBuilder log = bare("{\"level\":\"warn\",\"msg\":\"hi\"}").attribute("level", "error");
    KeyValue more = KeyValue.newBuilder().setKey("k").build();
    LogRecord left =
        Shaped.of(log.with(record -> record.addAllAttributes(Collections.nCopies(1025, more))))
            .record();
    assertThat(left.getBody().getStringValue()).startsWith("{\"level\"");
    assertThat(left.getSeverityText()).as("what needs no body").isEqualTo("error");
    assertThat(left.getAttributesCount()).isEqualTo(1025);
  }

  @Test
  void unfoldsMessagesInMessagesSomeRoundsLong() {
    String body = "end";
    for (int i = 0; i < 12; i++) {
      body = "{\"k" + i + "\":1,\"message\":" + new TextNode(body) + "}";
    }
    Shaped shaped = Shaped.ofBody(body);
    assertThat(shaped.attributes())
        .containsOnlyKeys("k11", "k10", "k9", "k8", "k7", "k6", "k5", "k4");
    assertThat(shaped.body()).startsWith("{\"k3\":1,");
  }
}
