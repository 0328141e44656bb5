package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.processors.sanitize.logs.LogChange;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogShapingTopologyTest {

  private static final byte[] NO_KEY = {};
  private static final AvroSerde<Redaction> REDACTIONS = AvroSerde.of(Redaction.getClassSchema());

  private final StageTestDriver driver =
      StageTestDriver.of(new SanitizeProcessor())
          .config(SanitizeConfig.defaults())
          .partitions(1)
          .at(Telemetry.START)
          .define(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES))
          .start();

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void givesEveryRecordOneShapeAndCountsIt() throws Exception {
    byte[] fine = service("shop").log("GET /orders 200").toRequestBytes();
    driver.send(Topics.RAW_LOGS, NO_KEY, fine);
    driver.send(
        Topics.RAW_LOGS,
        NO_KEY,
        Telemetry.logs(
                bare("{\"level\":\"warn\",\"msg\":\"slow\",\"password\":\"hunter2\",\"n\":1}"),
                bare("level=error msg=\"no way\" token=hunter2hunter2"),
                bare("failed\njava.lang.Error: x\n\tat A.b(A.java:1)"),
                bare("plain").attribute("trace_id", "0af7651916cd43dd8448eb211c80319c"),
                bare("{\"broken\":" + "}"),
                bare("x".repeat(100_000)))
            .toByteArray());

    List<byte[]> clean = driver.read(Topics.LOGS).stream().map(record -> record.value()).toList();
    assertThat(clean.get(0)).isEqualTo(fine);
    List<LogRecord> logs =
        ExportLogsServiceRequest.parseFrom(clean.get(1))
            .getResourceLogs(0)
            .getScopeLogs(0)
            .getLogRecordsList();
    assertThat(logs)
        .extracting(log -> log.getBody().getStringValue())
        .startsWith("slow", "no way", "failed", "plain");
    assertThat(logs)
        .extracting(LogRecord::getSeverityNumberValue)
        .containsExactly(13, 17, 0, 0, 0, 0);
    assertThat(new String(clean.get(1), StandardCharsets.UTF_8)).doesNotContain("hunter2");
    assertThat(driver.deadLetters()).isEmpty();
    assertThat(driver.read(Topics.REDACTIONS, REDACTIONS)).isNotEmpty();
    assertCounted(LogChange.JSON, 1);
    assertCounted(LogChange.LOGFMT, 1);
    assertCounted(LogChange.SEVERITY, 2);
    assertCounted(LogChange.TRACE_CONTEXT, 1);
    assertCounted(LogChange.EXCEPTION, 1);
    assertCounted(LogChange.UNPARSED, 1);
    assertCounted(LogChange.CUT, 1);
  }

  @Test
  void leavesOtherSignalsAlone() {
    byte[] spans = service("a").span("{\"msg\":\"x\"}").attribute("level", "warn").toRequestBytes();
    driver.send(Topics.RAW_SPANS, NO_KEY, spans);
    assertThat(driver.read(Topics.SPANS).get(0).value()).isEqualTo(spans);
  }

  private void assertCounted(LogChange change, int count) {
    assertThat(
            driver
                .meters()
                .get("sluice.sanitizer.log.changes")
                .tag("kind", change.label())
                .counter()
                .count())
        .as(change.label())
        .isEqualTo(count);
  }

  private static LogBuilder bare(String body) {
    return service("shop")
        .log(body)
        .with(
            log ->
                log.clearSeverityText()
                    .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_UNSPECIFIED));
  }
}
