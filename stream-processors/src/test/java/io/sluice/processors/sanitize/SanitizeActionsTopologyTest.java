package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.Signal;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.settings.InvalidSettingException;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the actions of rules do to the records on the clean topics and to the ledger. */
class SanitizeActionsTopologyTest {

  private static final byte[] NO_KEY = {};
  private static final String CARD = "4111111111111111";
  private static final AvroSerde<Redaction> REDACTIONS = AvroSerde.of(Redaction.getClassSchema());
  private static final String TOKENIZE = TestRules.card("t.card", "action: tokenize");
  private static final String DROP_RECORD = TestRules.card("t.card", "action: drop-record");

  @TempDir private Path directory;
  private @Nullable StageTestDriver driver;

  @AfterEach
  void close() {
    if (driver != null) {
      driver.close();
    }
  }

  @Test
  void dropsRecordsAndCountsEachOnceInTheLedger() throws Exception {
    StageTestDriver stage = start(null, DROP_RECORD);
    stage.send(
        Topics.RAW_LOGS,
        NO_KEY,
        Telemetry.logs(
                service("shop").log("fine"),
                service("shop").log("paid " + CARD + " and " + CARD).attribute("pan", CARD),
                service("shop").log("paid " + CARD),
                service("bank").log("paid " + CARD))
            .toByteArray());

    TestRecord<byte[], byte[]> clean = only(stage, Topics.LOGS);
    assertThat(ExportLogsServiceRequest.parseFrom(clean.value()))
        .isEqualTo(Telemetry.logs(service("shop").log("fine")));
    assertThat(stage.deadLetters()).isEmpty();
    assertThat(stage.read(Topics.REDACTIONS, REDACTIONS))
        .extracting(
            Redaction::getSignal,
            Redaction::getService,
            Redaction::getFieldPath,
            Redaction::getCount)
        .containsExactlyInAnyOrder(
            tuple(Signal.LOGS, "shop", "log.body", 2L), tuple(Signal.LOGS, "bank", "log.body", 1L));
  }

  @Test
  void sendsNothingOfARequestOfWhichEveryRecordIsDropped() {
    StageTestDriver stage = start(null, DROP_RECORD);
    stage.send(Topics.RAW_LOGS, NO_KEY, service("a").log(CARD).toRequestBytes());
    stage.send(Topics.RAW_SPANS, NO_KEY, service("a").span(CARD).toRequestBytes());
    stage.send(
        Topics.RAW_METRICS,
        NO_KEY,
        service("a").counter("calls", 1).attribute("pan", CARD).toRequestBytes());

    for (Topic topic : List.of(Topics.LOGS, Topics.SPANS, Topics.METRICS)) {
      assertThat(stage.read(topic)).isEmpty();
    }
    assertThat(stage.deadLetters()).isEmpty();
    assertThat(stage.read(Topics.REDACTIONS, REDACTIONS))
        .extracting(Redaction::getSignal, Redaction::getAction, Redaction::getCount)
        .containsExactlyInAnyOrder(
            tuple(Signal.LOGS, RedactionAction.DROP_RECORD, 1L),
            tuple(Signal.SPANS, RedactionAction.DROP_RECORD, 1L),
            tuple(Signal.METRICS, RedactionAction.DROP_RECORD, 1L));
  }

  @Test
  void neverWritesASecretServiceNameWithTheRecordsThatItDrops() {
    StageTestDriver stage = start(null, DROP_RECORD);
    stage.send(
        Topics.RAW_LOGS,
        NO_KEY,
        Telemetry.logs(service("x" + CARD).log("1"), service("x" + CARD).log("2")).toByteArray());

    assertThat(stage.read(Topics.LOGS)).isEmpty();
    assertThat(stage.read(Topics.REDACTIONS, REDACTIONS))
        .extracting(Redaction::getService, Redaction::getFieldPath, Redaction::getCount)
        .containsExactly(tuple("x[redacted]", "resource.attributes.service.name", 2L));
  }

  @Test
  void dropsFieldsAndSendsTheRest() {
    StageTestDriver stage = start(null, TestRules.card("t.card", "action: drop-field"));
    SpanBuilder span = service("a").span("pay").trace(traceId(1));
    byte[] clean = span.toRequestBytes();
    stage.send(
        Topics.RAW_SPANS, NO_KEY, span.attribute("pan", 4.111111111111111E15).toRequestBytes());

    assertThat(only(stage, Topics.SPANS).value()).isEqualTo(clean);
    assertThat(stage.read(Topics.REDACTIONS, REDACTIONS))
        .extracting(Redaction::getAction, Redaction::getFieldPath, Redaction::getCount)
        .containsExactly(tuple(RedactionAction.DROP_FIELD, "span.attributes.pan", 1L));
  }

  @Test
  void tokenizesWithTheNewestKeyAndTakesANewerOneWithTheNextRules() throws Exception {
    Path file = directory.resolve("keys");
    Files.writeString(file, TestRules.FIRST_KEY);
    StageTestDriver stage = start("file:" + file, TOKENIZE);
    byte[] request = service("a").log(CARD).toRequestBytes();

    stage.send(Topics.RAW_LOGS, NO_KEY, request);
    Files.writeString(file, TestRules.FIRST_KEY + "\n" + TestRules.SECOND_KEY);
    stage.send(Topics.RAW_LOGS, NO_KEY, request);
    stage.define(TestRules.set(2, TOKENIZE));
    stage.send(Topics.RAW_LOGS, NO_KEY, request);
    Files.writeString(file, "half a k");
    stage.define(TestRules.set(3, TOKENIZE));
    stage.send(Topics.RAW_LOGS, NO_KEY, request);

    assertThat(stage.read(Topics.LOGS))
        .extracting(record -> token(record.value()))
        .containsExactly("[tok:k1:", "[tok:k1:", "[tok:k2:", "[tok:k2:");
  }

  @Test
  void redactsWhatItCannotTokenize() {
    StageTestDriver stage = start(null, TOKENIZE);
    stage.send(Topics.RAW_LOGS, NO_KEY, service("a").log("x " + CARD).toRequestBytes());

    assertThat(only(stage, Topics.LOGS).value())
        .isEqualTo(service("a").log("x [redacted]").toRequestBytes());
  }

  @Test
  void doesNotStartWithKeysThatItCannotRead() {
    assertThatThrownBy(() -> start("file:" + directory.resolve("absent"), TOKENIZE))
        .hasMessageContaining("cannot read token keys from " + directory.resolve("absent"));
    assertThatThrownBy(() -> config("k1=secret"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageNotContaining("k1=secret");
    assertThatThrownBy(() -> config("env:SLUICE_KEYS")).isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void countsWhatStandsBesideAllResourcesUnderNoService() {
    StageTestDriver stage = start(null, TestRules.card("t.card"));
    ByteString unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                9,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8(CARD))
                    .build())
            .build()
            .toByteString();
    byte[] clean = service("a").log("fine").toRequestBytes();
    stage.send(Topics.RAW_LOGS, NO_KEY, unknown.concat(ByteString.copyFrom(clean)).toByteArray());

    assertThat(only(stage, Topics.LOGS).value()).isEqualTo(clean);
    assertThat(stage.deadLetters()).isEmpty();
    assertThat(stage.read(Topics.REDACTIONS, REDACTIONS))
        .extracting(Redaction::getService)
        .containsExactly("");
  }

  private StageTestDriver start(@Nullable String tokenKeys, String... rules) {
    StageTestDriver started =
        StageTestDriver.of(new SanitizeProcessor())
            .config(config(tokenKeys))
            .partitions(1)
            .at(Telemetry.START)
            .define(TestRules.set(1, rules))
            .start();
    driver = started;
    return started;
  }

  private static SanitizeConfig config(@Nullable String tokenKeys) {
    SanitizeConfig defaults = SanitizeConfig.defaults();
    return new SanitizeConfig(
        defaults.maxRecordSize(),
        defaults.ledgerWindow(),
        tokenKeys,
        defaults.parseLogBodies(),
        defaults.maxLogBody());
  }

  private static TestRecord<byte[], byte[]> only(StageTestDriver stage, Topic topic) {
    List<TestRecord<byte[], byte[]>> records = stage.read(topic);
    assertThat(records).hasSize(1);
    return records.get(0);
  }

  private static String token(byte[] request) {
    String text = new String(request, StandardCharsets.ISO_8859_1);
    assertThat(text).doesNotContain(CARD).contains("[tok:");
    int start = text.indexOf("[tok:");
    return text.substring(start, start + 8);
  }
}
