package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.processor.StreamProcessor;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Reason;
import io.sluice.schemas.RecordHeaders;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.Signal;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.DataSize;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SanitizeTopologyTest {

  private static final byte[] NO_KEY = {};
  private static final AvroSerde<Redaction> REDACTIONS = AvroSerde.of(Redaction.getClassSchema());

  private StageTestDriver driver = start(1, SanitizeConfig.defaults());

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(StreamProcessor.class))
        .filteredOn(processor -> processor.name().equals("sanitizer"))
        .hasSize(1);
  }

  @Test
  void passesACleanBatchOfOneResourceAsTheSameBytes() {
    byte[] request =
        Telemetry.logs(service("shop").log("GET /orders 200"), service("shop").log(Map.of("n", 42)))
            .toByteArray();

    send(Topics.RAW_LOGS, request);

    TestRecord<byte[], byte[]> clean = only(Topics.LOGS);
    assertThat(clean.value()).isEqualTo(request);
    assertThat(header(clean, RecordHeaders.SERVICE)).isEqualTo("shop");
    assertThat(header(clean, RecordHeaders.RULES_VERSION)).isEqualTo("0");
    assertThat(driver.read(Topics.REDACTIONS)).isEmpty();
    assertThat(driver.deadLetters()).isEmpty();
  }

  @Test
  void takesSecretsOutOfEverySignal() {
    send(Topics.RAW_LOGS, service("shop").log("password=hunter2").toRequestBytes());
    send(
        Topics.RAW_SPANS,
        service("shop")
            .span("pay 4111111111111111")
            .error("bearer abcdefgh12345678")
            .toRequestBytes());
    send(
        Topics.RAW_METRICS,
        service("shop").counter("calls", 1).attribute("api_key", "hunter2").toRequestBytes());

    for (Topic topic : List.of(Topics.LOGS, Topics.SPANS, Topics.METRICS)) {
      assertThat(new String(only(topic).value(), StandardCharsets.ISO_8859_1))
          .doesNotContain("hunter2", "4111111111111111", "abcdefgh12345678");
    }
  }

  @Test
  void givesEachResourceARecord() throws Exception {
    send(
        Topics.RAW_LOGS,
        Telemetry.logs(service("a").log("1"), service("b").log("2")).toByteArray());

    List<TestRecord<byte[], byte[]>> clean = driver.read(Topics.LOGS);

    assertThat(clean)
        .extracting(record -> header(record, RecordHeaders.SERVICE))
        .containsExactly("a", "b");
    assertThat(ExportLogsServiceRequest.parseFrom(clean.get(1).value()))
        .isEqualTo(Telemetry.logs(service("b").log("2")));
  }

  @Test
  void givesEachPartitionItsSpans() throws Exception {
    restart(4, SanitizeConfig.defaults());
    send(
        Topics.RAW_SPANS,
        Telemetry.spans(
                service("a").span("s1").trace(traceId(1)),
                service("a").span("s2").trace(traceId(2)),
                service("a").span("s3").trace(traceId(3)),
                service("a").span("s1 again").trace(traceId(1)))
            .toByteArray());

    for (TestRecord<byte[], byte[]> clean : driver.read(Topics.SPANS)) {
      ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(clean.value());
      assertThat(
              request.getResourceSpans(0).getScopeSpans(0).getSpans(0).getTraceId().toByteArray())
          .isEqualTo(clean.key());
    }
  }

  @Test
  void writesPoisonToDeadLettersAndGoesOn() {
    byte[] poison = {1, 2, 3};
    byte[] good = service("shop").log("fine").toRequestBytes();

    send(Topics.RAW_LOGS, poison);
    send(Topics.RAW_LOGS, good);

    DeadLetter letter = driver.deadLetters().get(0);
    assertThat(letter.getReason()).isEqualTo(Reason.MALFORMED);
    assertThat(letter.getStage()).isEqualTo("sanitizer");
    assertThat(value(letter)).isEqualTo(poison);
    assertThat(only(Topics.LOGS).value()).isEqualTo(good);
  }

  @Test
  void sendsNothingOfARequestThatFailsHalfWay() {
    byte[] good = service("shop").log("password=hunter2").toRequestBytes();
    byte[] cut = Arrays.copyOf(good, good.length + 3);
    cut[good.length] = 10; // another resource, longer than what is left
    cut[good.length + 1] = 100;

    send(Topics.RAW_LOGS, cut);

    assertThat(driver.read(Topics.LOGS)).isEmpty();
    assertThat(driver.read(Topics.REDACTIONS)).isEmpty();
    assertThat(driver.deadLetters()).hasSize(1);
  }

  @Test
  void writesSpansOfNoTraceToDeadLettersWithoutTheirSecrets() throws Exception {
    send(
        Topics.RAW_SPANS,
        Telemetry.spans(
                service("a").span("good").trace(traceId(1)),
                service("a")
                    .span("token=hunter2")
                    .with(span -> span.setTraceId(ByteString.copyFrom(new byte[3]))))
            .toByteArray());

    DeadLetter letter = driver.deadLetters().get(0);
    assertThat(letter.getReason()).isEqualTo(Reason.INVALID);
    assertThat(
            ExportTraceServiceRequest.parseFrom(value(letter))
                .getResourceSpans(0)
                .getScopeSpans(0)
                .getSpansList())
        .extracting(span -> span.getName())
        .containsExactly("token=[redacted]");
    assertThat(only(Topics.SPANS).key()).isEqualTo(traceId(1));
  }

  @Test
  void cutsWhatIsOverTheSizeLimit() {
    restart(
        1,
        new SanitizeConfig(
            DataSize.ofKiB(1), Duration.ofSeconds(10), null, true, DataSize.ofKiB(64)));
    send(
        Topics.RAW_LOGS,
        Telemetry.logs(
                service("a").log("x".repeat(600)),
                service("a").log("y".repeat(600)),
                service("a").log("z".repeat(6000)))
            .toByteArray());

    assertThat(driver.read(Topics.LOGS)).hasSize(2);
    assertThat(driver.deadLetters())
        .extracting(DeadLetter::getReason)
        .containsExactly(Reason.TOO_LARGE);
  }

  @Test
  void entersEveryRedactionInTheLedger() {
    driver.advance(Duration.ofSeconds(13));
    send(
        Topics.RAW_LOGS,
        Telemetry.logs(
                service("a").log("password=x"),
                service("a").log("password=y token=z"),
                service("password=hunter2").log(Map.of("user", Map.of("pwd", "x"))))
            .toByteArray());

    Instant start = Telemetry.START.plusSeconds(10);
    long startNanos = TimeUnit.SECONDS.toNanos(start.getEpochSecond());
    long tenSeconds = TimeUnit.SECONDS.toNanos(10);
    assertThat(driver.read(Topics.REDACTIONS, REDACTIONS))
        .containsExactlyInAnyOrder(
            redaction("credentials.assignment", "a", "log.body", 3, startNanos, tenSeconds),
            redaction(
                "credentials.assignment",
                "password=[redacted]",
                "resource.attributes.service.name",
                1,
                startNanos,
                tenSeconds),
            redaction(
                "credentials.keys",
                "password=[redacted]",
                "log.body.user.pwd",
                1,
                startNanos,
                tenSeconds));
  }

  @Test
  void takesNewRulesBetweenTwoRecordsAndKeepsThemWhenTheNextAreBroken() {
    byte[] request = service("a").log("the magic word is xyzzy").toRequestBytes();
    send(Topics.RAW_LOGS, request);
    driver.define(rules(1, rule("xyzzy")));
    send(Topics.RAW_LOGS, request);
    driver.define(rules(2, "kind: redaction-rules\nfamily: broken\nrules: nonsense\n"));
    send(Topics.RAW_LOGS, request);

    List<TestRecord<byte[], byte[]>> clean = driver.read(Topics.LOGS);

    assertThat(clean)
        .extracting(record -> header(record, RecordHeaders.RULES_VERSION))
        .containsExactly("0", "1", "1");
    assertThat(clean.get(0).value()).isEqualTo(request);
    assertThat(clean.get(1).value())
        .isEqualTo(service("a").log("the magic word is [magic]").toRequestBytes());
    assertThat(clean.get(2).value()).isEqualTo(clean.get(1).value());
    assertThat(driver.meters().get("sluice.sanitizer.rules.refused").counter().count()).isOne();
  }

  @Test
  void doesNotStartOnTheShippedRulesInPlaceOfAppliedOnesThatAreBroken() {
    StageTestDriver.Builder<?> broken =
        StageTestDriver.of(new SanitizeProcessor())
            .define(rules(2, "kind: redaction-rules\nfamily: broken\nrules: nonsense\n"));

    assertThatThrownBy(broken::start)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("rules");
  }

  @Test
  void countsShadowRulesWithoutChangingAnything() {
    driver.define(rules(1, rule("xyzzy").replace("detector:", "mode: shadow\n    detector:")));
    byte[] request = service("a").log("the magic word is xyzzy").toRequestBytes();

    send(Topics.RAW_LOGS, request);

    assertThat(only(Topics.LOGS).value()).isEqualTo(request);
    assertThat(driver.read(Topics.REDACTIONS)).isEmpty();
    assertThat(findings("shadow")).isOne();
  }

  @Test
  void countsOfEveryRuleBeginAtNothing() {
    driver.define(rules(1, rule("xyzzy")));
    byte[] request = service("a").log("no magic").toRequestBytes();

    send(Topics.RAW_LOGS, request);

    assertThat(findings("enforce")).isZero();
  }

  private double findings(String mode) {
    return driver
        .meters()
        .get("sluice.sanitizer.findings")
        .tags("rule", "magic.word", "mode", mode)
        .counter()
        .count();
  }

  private void restart(int partitions, SanitizeConfig config) {
    driver.close();
    driver = start(partitions, config);
  }

  private static StageTestDriver start(int partitions, SanitizeConfig config) {
    return StageTestDriver.of(new SanitizeProcessor())
        .config(config)
        .partitions(partitions)
        .at(Telemetry.START)
        .define(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES))
        .start();
  }

  private void send(Topic topic, byte[] request) {
    driver.send(topic, NO_KEY, request);
  }

  private TestRecord<byte[], byte[]> only(Topic topic) {
    List<TestRecord<byte[], byte[]>> records = driver.read(topic);
    assertThat(records).hasSize(1);
    return records.get(0);
  }

  private static String header(TestRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static byte[] value(DeadLetter letter) {
    return Objects.requireNonNull(letter.getValue()).array();
  }

  private static DefinitionSet rules(long version, String yaml) {
    return new DefinitionSet(
        DefinitionKinds.REDACTION_RULES,
        version,
        0L,
        List.of(new DefinitionDocument("test.yaml", yaml)));
  }

  private static String rule(String word) {
    return """
        kind: redaction-rules
        family: magic
        rules:
          - id: magic.word
            description: A word.
            detector: pattern
            pattern: "%1$s"
            keywords: ["%1$s"]
            placeholder: "[magic]"
            examples:
              positive: ["say «%1$s»"]
              negative: ["say nothing"]
        """
        .formatted(word);
  }

  private static Redaction redaction(
      String rule, String service, String path, long count, long start, long length) {
    return Redaction.newBuilder()
        .setRuleId(rule)
        .setRuleSetVersion(0)
        .setSignal(Signal.LOGS)
        .setService(service)
        .setFieldPath(path)
        .setAction(RedactionAction.REDACT)
        .setCount(count)
        .setWindowStartUnixNano(start)
        .setWindowLengthNanos(length)
        .build();
  }
}
