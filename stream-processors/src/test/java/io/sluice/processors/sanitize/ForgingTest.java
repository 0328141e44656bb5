package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.sluice.processors.sanitize.SanitizedRequest.Count;
import io.sluice.schemas.Signal;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForgingTest {

  private static final Sanitizer RULES =
      Sanitizer.of(RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)));
  private static final TextSanitizer TEXT = TextSanitizer.shipped();

  private static final String STACK_TRACE =
      "java.lang.IllegalStateException: no stock\r\n\tat shop.Cart.add(Cart.java:7)\n\t... 3 more\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        STACK_TRACE,
        "apiVersion: v1\nkind: Pod\n  name: a\n\n",
        "a\tb",
        "ends in a carriage return\r",
        "نام \u200f(می\u200cخواهم)\u200e und 👨\u200d👩\u200d👧",
        "\ufefffirst",
        "it is \\u001b already and \\n too",
      })
  void leavesOrdinaryTextAlone(String text) {
    assertThat(TEXT.sanitize(text)).isSameAs(text);
  }

  @Test
  void writesWhatForgesInAWayThatShows() {
    assertForged("a\u001b[2Kb\u0007\u0000\u007f", "a\\u001b[2Kb\\u0007\\u0000\\u007f");
    assertForged("100 %\rall is well", "100 %\\rall is well");
    assertForged("\u202egpj.exe \u2067x\u2069", "\\u202egpj.exe \\u2067x\\u2069");
    assertForged("\u009b2J\u0085\u2028", "\\u009b2J\\u0085\\u2028");
    assertForged("ad\u200b\u200dmin", "ad\\u200b\\u200dmin");
  }

  private static void assertForged(String text, String shown) {
    assertThat(TEXT.sanitize(text)).isEqualTo(shown);
    assertThat(TEXT.sanitize(shown)).isEqualTo(shown);
  }

  @Test
  void escapesLineBreaksWhereAFieldIsOneLine() throws Exception {
    byte[] request =
        Telemetry.logs(
                service("shop")
                    .log(STACK_TRACE)
                    .attribute("user_agent.original", "curl\r\n2026-01-01 INFO admin logged in")
                    .attribute("http.request.header.x-id", "7\n\n8")
                    .attribute("exception.stacktrace", STACK_TRACE)
                    .attribute("db.query.text", "SELECT 1\nFROM shop"))
            .toByteArray();

    SanitizedRequest sanitized = new RequestSanitizer(RULES, Signal.LOGS).sanitize(request);

    LogRecord left =
        ExportLogsServiceRequest.parseFrom(sanitized.bytes())
            .getResourceLogs(0)
            .getScopeLogs(0)
            .getLogRecords(0);
    assertThat(left.getBody().getStringValue()).isEqualTo(STACK_TRACE);
    assertThat(left.getAttributesList())
        .extracting(KeyValue::getKey, attribute -> attribute.getValue().getStringValue())
        .containsExactlyInAnyOrder(
            tuple("user_agent.original", "curl\\r\\n2026-01-01 INFO admin logged in"),
            tuple("http.request.header.x-id", "7\\n\\n8"),
            tuple("exception.stacktrace", STACK_TRACE),
            tuple("db.query.text", "SELECT ?\nFROM shop"));
    assertThat(sanitized.counts())
        .extracting(Count::ruleId, Count::fieldPath, Count::count)
        .containsExactlyInAnyOrder(
            tuple("forging.line-break", "log.attributes.user_agent.original", 1L),
            tuple("forging.line-break", "log.attributes.http.request.header.x-id", 1L),
            tuple("statements.literals", "log.attributes.db.query.text", 1L));
    assertThat(new RequestSanitizer(RULES, Signal.LOGS).sanitize(sanitized.bytes()).bytes())
        .isSameAs(sanitized.bytes());
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void leavesBytesAndWhatIsNoText() {
    ByteString data = ByteString.copyFrom(new byte[] {0, 27, '[', '2', 'J', 10, -1});
    LogRecord.Builder record =
        LogRecord.newBuilder()
            .setTraceId(data)
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("user.picture")
                    .setValue(AnyValue.newBuilder().setBytesValue(data)));
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request.addResourceLogsBuilder().addScopeLogsBuilder().addLogRecords(record);
    byte[] bytes = request.build().toByteArray();

    assertThat(new RequestSanitizer(RULES, Signal.LOGS).sanitize(bytes).bytes()).isSameAs(bytes);
  }

  @Test
  void goesWithTheRecordWhereARuleSaysSo() {
    Sanitizer drops =
        TestRules.sanitizer(
            "{id: r, description: d, detector: control, action: drop-record,"
                + " examples: {positive: ['«a»'], negative: [b]}}");
    byte[] request =
        Telemetry.logs(service("s").log("a\u001b[2J"), service("s").log("b")).toByteArray();

    byte[] left = new RequestSanitizer(drops, Signal.LOGS).sanitize(request).bytes();

    assertThat(utf8(left)).contains("b").doesNotContain("a\u001b");
  }

  @Property(tries = 2000)
  void noTextKeepsWhatATerminalObeys(@ForAll @Size(max = 60) byte[] bytes) {
    byte[] once = TEXT.sanitize(bytes);
    for (byte b : once) {
      assertThat(b == 27 || b == 8 || b == 127 || b == 0).isFalse();
    }
    assertThat(TEXT.sanitize(once)).isSameAs(once);
  }
}
