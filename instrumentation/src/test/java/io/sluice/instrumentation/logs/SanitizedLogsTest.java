package io.sluice.instrumentation.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.internal.otlp.logs.LogsRequestMarshaler;
import io.opentelemetry.instrumentation.log4j.appender.v2_17.OpenTelemetryAppender;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricExporter;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.sluice.instrumentation.ServiceTelemetry;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.testkit.MovingClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.message.StringMapMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No secret leaves the process, by whichever way it comes into a log record. */
class SanitizedLogsTest {

  private static final String SECRET = "hunter2-S3cr3t";

  private final InMemoryLogRecordExporter sent = InMemoryLogRecordExporter.create();
  private final ServiceTelemetry telemetry =
      ServiceTelemetry.builder("shop")
          .spanExporter(InMemorySpanExporter.create())
          .metricExporter(InMemoryMetricExporter.create())
          .logExporter(SanitizedLogs.before(sent))
          .build();

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  @SuppressWarnings("deprecation") // the settings are still off by default
  void ofLogback() throws IOException {
    LoggerContext context = new LoggerContext();
    LogbackMDCAdapter mdc = new LogbackMDCAdapter();
    context.setMDCAdapter(mdc);
    var appender =
        new io.opentelemetry.instrumentation.logback.appender.v1_0.OpenTelemetryAppender();
    appender.setContext(context);
    appender.setCaptureKeyValuePairAttributes(true);
    appender.setCaptureMdcAttributes("*");
    appender.setOpenTelemetry(telemetry.openTelemetry());
    appender.start();
    ch.qos.logback.classic.Logger logger = context.getLogger("shop");
    logger.addAppender(appender);
    Span order = telemetry.openTelemetry().getTracer("test").spanBuilder("order").startSpan();

    mdc.put("authorization", "Bearer " + SECRET);
    try (Scope current = order.makeCurrent()) {
      logger.info("login of ann failed, password={}", SECRET);
      logger.atWarn().addKeyValue("password", SECRET).addKeyValue("items", 3).log("retry");
      logger.error("cannot connect", failure());
      logger.info("paid");
    }

    List<LogRecordData> logs = logs(4);
    assertThat(bodies(logs))
        .containsExactly(
            "login of ann failed, password=[redacted]", "retry", "cannot connect", "paid");
    assertThat(logs).allMatch(log -> log.getSpanContext().equals(order.getSpanContext()));
    assertThat(logs.get(1).getAttributes().get(AttributeKey.stringKey("password")))
        .isEqualTo("[redacted]");
    assertThat(logs.get(1).getAttributes().get(AttributeKey.longKey("items"))).isEqualTo(3);
    assertThat(logs.get(1).getSeverity()).isEqualTo(Severity.WARN);
    assertThat(logs.get(2).getAttributes().get(AttributeKey.stringKey("exception.stacktrace")))
        .contains("password=[redacted]")
        .contains("Caused by: java.io.IOException")
        .contains("SanitizedLogsTest.java");
  }

  @Test
  void ofLog4j() throws IOException {
    var builder = ConfigurationBuilderFactory.newConfigurationBuilder();
    builder.add(
        builder
            .newAppender("otel", "OpenTelemetry")
            .addAttribute("captureContextDataAttributes", "*")
            .addAttribute("captureMapMessageAttributes", true));
    builder.add(builder.newRootLogger(Level.INFO).add(builder.newAppenderRef("otel")));
    try (var context = Configurator.initialize(builder.build())) {
      OpenTelemetryAppender.install(telemetry.openTelemetry());
      Logger logger = context.getLogger("shop");

      ThreadContext.put("x-api-key", SECRET);
      logger.info("login of ann failed, password={}", SECRET);
      logger.warn(new StringMapMessage().with("message", "retry").with("password", SECRET));
      logger.error("cannot connect", failure());
      ThreadContext.clearAll();
      logger.info("paid");

      List<LogRecordData> logs = logs(4);
      assertThat(bodies(logs)).startsWith("login of ann failed, password=[redacted]");
      assertThat(logs.get(0).getAttributes().asMap().toString()).contains("x-api-key=[");
      assertThat(logs.get(2).getAttributes().get(AttributeKey.stringKey("exception.stacktrace")))
          .contains("password=[redacted]")
          .contains("Caused by: java.io.IOException");
    }
  }

  @Test
  void ofStructuredBodiesAndAttributes() throws IOException {
    telemetry
        .openTelemetry()
        .getLogsBridge()
        .get("shop")
        .logRecordBuilder()
        .setSeverity(Severity.INFO)
        .setBody(
            Value.of(KeyValue.of("password", Value.of(SECRET)), KeyValue.of("items", Value.of(3))))
        .setAttribute(
            AttributeKey.stringArrayKey("args"), List.of("--user=ann", "--password=" + SECRET))
        .emit();

    LogRecordData log = logs(1).get(0);
    assertThat(String.valueOf(log.getBodyValue())).contains("[redacted]").contains("items");
    assertThat(log.getAttributes().asMap().toString()).contains("--user=ann");
  }

  @Test
  void ofNamesOfLoggersAndWhatTheirScopeSays() throws IOException {
    InstrumentationScopeInfo scope =
        InstrumentationScopeInfo.builder("session password=" + SECRET)
            .setVersion("2.1")
            .setSchemaUrl("https://opentelemetry.io/schemas/1.37.0")
            .setAttributes(Attributes.of(AttributeKey.stringKey("password"), SECRET))
            .build();

    SanitizedLogs.before(sent)
        .export(
            List.of(
                TestLogRecordData.builder()
                    .setInstrumentationScopeInfo(scope)
                    .setBody("paid")
                    .build()));

    InstrumentationScopeInfo clean = logs(1).get(0).getInstrumentationScopeInfo();
    assertThat(clean.getName()).isEqualTo("session password=[redacted]");
    assertThat(clean.getVersion()).isEqualTo("2.1");
    assertThat(clean.getSchemaUrl()).isEqualTo(scope.getSchemaUrl());
    assertThat(clean.getAttributes().get(AttributeKey.stringKey("password")))
        .isEqualTo("[redacted]");
  }

  @Test
  void keepsTheTraceOfARecordThatSaysItInAnAttribute() {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    String span = "b7ad6b7169203331";
    AttributeKey<String> traceId = AttributeKey.stringKey("trace_id");
    Attributes alone = Attributes.of(traceId, trace);
    Attributes both = Attributes.of(traceId, trace, AttributeKey.stringKey("span_id"), span);

    SanitizedLogs.before(sent)
        .export(
            List.of(
                TestLogRecordData.builder().setBody("paid").setAttributes(alone).build(),
                TestLogRecordData.builder().setBody("paid").setAttributes(both).build()));

    List<LogRecordData> logs = sent.getFinishedLogRecordItems();
    assertThat(logs.get(0).getAttributes().get(traceId)).isEqualTo(trace);
    assertThat(logs.get(1).getSpanContext().getTraceId()).isEqualTo(trace);
    assertThat(logs.get(1).getSpanContext().getSpanId()).isEqualTo(span);
  }

  @Test
  void passesARecordWithoutSecretsAsItIs() {
    LogRecordData clean =
        TestLogRecordData.builder()
            .setSeverity(Severity.INFO)
            .setSeverityText("INFO")
            .setBody("paid 12 EUR")
            .build();

    assertThat(SanitizedLogs.before(sent).export(List.of(clean)).isSuccess()).isTrue();

    assertThat(sent.getFinishedLogRecordItems()).singleElement().isSameAs(clean);
  }

  @Test
  void takesRulesOfTheService(@TempDir Path dir) throws IOException {
    Path rules = Files.writeString(dir.resolve("rules.yaml"), rule("VCH"));

    SanitizedLogs.before(sent, RedactionRules.read(rules)).export(List.of(vouchers()));

    assertThat(bodies(sent.getFinishedLogRecordItems()))
        .containsExactly("took [redacted] and GFT-123456");
  }

  @Test
  void takesRulesOfAFileAsItChangesAndKeepsThemWhenItIsWrongOrGone(@TempDir Path dir)
      throws IOException {
    Path rules = Files.writeString(dir.resolve("rules.yaml"), rule("VCH"));
    MovingClock clock = new MovingClock(Instant.EPOCH);
    LogRecordExporter exporter = new SanitizedLogs(sent, new RuleFiles(dir, clock));

    exporter.export(List.of(vouchers()));
    Files.writeString(rules, rule("VCH") + rule("GFT").substring(rule("GFT").indexOf("  - id")));
    exporter.export(List.of(vouchers())); // within the second
    clock.advance(Duration.ofSeconds(1));
    exporter.export(List.of(vouchers()));
    Files.writeString(rules, "kind: redaction-rules\nrules: [");
    clock.advance(Duration.ofSeconds(1));
    exporter.export(List.of(vouchers()));
    Files.delete(rules);
    clock.advance(Duration.ofSeconds(1));
    exporter.export(List.of(vouchers()));

    String first = "took [redacted] and GFT-123456";
    String both = "took [redacted] and [redacted]";
    assertThat(bodies(sent.getFinishedLogRecordItems()))
        .containsExactly(first, first, both, both, both);
  }

  @Test
  void refusesRulesAtTheStartThatCannotBeUsed(@TempDir Path dir) throws IOException {
    Path wrong = Files.writeString(dir.resolve("rules.yaml"), "kind: redaction-rules\nrules: [");

    assertThatThrownBy(() -> SanitizedLogs.before(sent, wrong))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> SanitizedLogs.before(sent, dir.resolve("none.yaml")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("none.yaml");
  }

  private static LogRecordData vouchers() {
    return TestLogRecordData.builder().setBody("took VCH-123456 and GFT-123456").build();
  }

  private static String rule(String kind) {
    return """
        kind: redaction-rules
        family: shop
        rules:
          - id: shop.%2$s
            description: Vouchers are money.
            detector: pattern
            pattern: '%1$s-[0-9]{6}'
            keywords: ["%2$s-"]
            maxLength: 16
            examples:
              positive: ["took «%1$s-123456»"]
              negative: ["took %1$s-1"]
        """
        .formatted(kind, kind.toLowerCase(Locale.ROOT));
  }

  @Test
  void sendsNothingOfARecordThatCannotBeSanitized() {
    Value<?> deep = Value.of("password=" + SECRET);
    for (int i = 0; i < 500; i++) {
      deep = Value.of(List.of(deep));
    }
    LogRecordData nested = TestLogRecordData.builder().setBodyValue(deep).build();
    LogRecordData other = TestLogRecordData.builder().setBody("paid").build();

    var result = SanitizedLogs.before(sent).export(List.of(nested, other));

    assertThat(result.isSuccess()).isFalse();
    assertThat(bodies(sent.getFinishedLogRecordItems())).containsExactly("paid");
  }

  private static Exception failure() {
    return new IllegalStateException(
        "jdbc password=" + SECRET, new IOException("Authorization: Bearer " + SECRET));
  }

  /** What was sent, in the bytes that leave the process. */
  private List<LogRecordData> logs(int count) throws IOException {
    assertThat(telemetry.flush(Duration.ofSeconds(10))).isTrue();
    List<LogRecordData> logs = sent.getFinishedLogRecordItems();
    assertThat(logs).hasSize(count);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LogsRequestMarshaler.create(logs).writeBinaryTo(bytes);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain(SECRET).contains("redacted");
    return logs;
  }

  private static List<String> bodies(List<LogRecordData> logs) {
    return logs.stream()
        .map(log -> log.getBodyValue() == null ? "" : log.getBodyValue().asString())
        .toList();
  }
}
