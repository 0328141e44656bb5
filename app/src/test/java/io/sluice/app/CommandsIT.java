package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.app.SluiceCommand.Result;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands beside a pipeline that runs: each prints its result, and nothing else, to standard
 * output.
 */
class CommandsIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private static Path directory;

  private static SluiceCommand up;

  @BeforeAll
  static void start() {
    up = SluiceCommand.start(directory, "up", "--set", "telemetry.tracesPerSecond=5");
    up.awaitUp();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    try (SluiceCommand running = up) {
      running.stop();
    }
  }

  @Test
  void appliesDefinitionsShowsThemAndTakesThemBack() throws IOException {
    assertThat(ok("get")).containsPattern("(?m)^slos: shipped, \\d files$").doesNotContain("INFO");

    Path file = directory.resolve("mine.yaml");
    String slo = Files.readString(Path.of("../definitions/slos/checkout.yaml"));
    Files.writeString(file, slo.replace("name: checkout-latency\n", "name: mine\n"));
    Result applied = command("apply", "-f", file.toString());
    assertThat(applied.status()).as(applied.err()).isZero();
    assertThat(applied.text()).startsWith("applied slos version ");
    assertThat(applied.err()).endsWith("the history of 1 SLO is there\n");
    assertThat(ok("get")).containsPattern("(?m)^slos: version \\d+, 1 files$");
    assertThat(ok("get", "slos")).contains("name: mine\n");
    await().atMost(PATIENCE).until(() -> slos().equals(List.of("mine")));
    awaitAudit("apply", "slos", "version ");

    assertThat(ok("delete", "slos")).startsWith("deleted slos");
    await().atMost(PATIENCE).until(() -> slos().contains("checkout-latency"));
    awaitAudit("delete", "slos", "the shipped ones");
  }

  @Test
  void explainsWhatAnSloWouldMatchBeforeItIsApplied() throws IOException {
    Instant now = Instant.now();
    produce(
        Topics.SPANS,
        Telemetry.spans(
                Telemetry.service("explained").span("a").start(now),
                Telemetry.service("explained").span("b").start(now).error())
            .toByteArray());
    String slo = Files.readString(Path.of("../definitions/slos/frontend.yaml"));
    Path file = directory.resolve("explained.yaml");
    Files.writeString(
        file,
        slo.replace("service: frontend\n", "service: explained\n")
            .replace("                kind: server\n", ""));

    Result explained = command("slo", "explain", file.toString(), "--since", "10m");

    assertThat(explained.status()).isZero();
    assertThat(explained.text())
        .startsWith("frontend-availability: 1 of 2 events good, 50.00%; the objective is 99.5%\n")
        .contains("bad traces ", "good traces ", "operation: b 1");
    assertThat(explained.err()).contains("sluice.spans: ");
  }

  @Test
  void refusesDefinitionsThatAreWrong() throws IOException {
    Path file = Files.writeString(directory.resolve("wrong.yaml"), "kind: redaction-rulez\n");
    Result wrong = SluiceCommand.toItsEnd(directory, "apply", "-f", file.toString());
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err()).contains("wrong.yaml:1: kind: expected kind: redaction-rules");
    Result missing = SluiceCommand.toItsEnd(directory, "apply", "-f", "missing.yaml");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err())
        .isEqualTo("sluice: cannot read missing.yaml: there is no such file\n");
  }

  @Test
  void createsAndDescribesTheTopicsOfANamespace() {
    String[] acme = {"--set", "namespace=acme"};
    Result before = command("topics", "describe", acme[0], acme[1]);
    assertThat(before.status()).isEqualTo(1);
    assertThat(before.text()).containsPattern("acme.sluice.logs +MISSING");

    assertThat(ok("topics", "create", acme[0], acme[1])).contains("created acme.sluice.logs\n");
    assertThat(ok("topics", "describe", acme[0], acme[1])).doesNotContain("MISSING");
    assertThat(ok("topics", "create", acme[0], acme[1])).isEqualTo("0 topics created\n");
  }

  @Test
  void listsShowsAndRedrivesDeadLetters() {
    byte[] poison = {0x0a, (byte) 0xff, (byte) 0xff, 0x7f, 'n', '\n', 0};
    produce(Topics.RAW_LOGS, poison);
    await().atMost(PATIENCE).until(() -> letters("sanitizer").size() == 1);
    String line = letters("sanitizer").get(0);
    assertThat(line).contains("  sanitizer  MALFORMED  otlp_logs-");

    String id = line.substring(0, line.indexOf(' '));
    assertThat(command("dead-letters", "show", id).out()).isEqualTo(poison);

    // It is as bad as it was, so it comes back.
    assertThat(ok("dead-letters", "redrive", id)).isEqualTo("sent " + id + "\n");
    await().atMost(PATIENCE).until(() -> letters("sanitizer").size() == 2);
    awaitAudit("redrive", "dead letter " + id, "to otlp_logs");

    Result unknown = command("dead-letters", "show", "0-999999");
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.out()).isEmpty();
    assertThat(unknown.err()).contains("no dead letter 0-999999");
  }

  /** It would stand for how things are now. */
  @Test
  void redrivesNothingThatANewerRecordOfACompactedTopicTookThePlaceOf() {
    byte[] key = "gone".getBytes(StandardCharsets.UTF_8);
    RecordMetadata first = produce(new ProducerRecord<>(Topics.BUDGETS.name(), key, null));
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage("old-state")
            .setReason(Reason.TIMEOUT)
            .setMessage("nobody was there")
            .setTopic(first.topic())
            .setPartition(first.partition())
            .setOffset(first.offset())
            .setTimestampMillis(first.timestamp())
            .setKey(ByteBuffer.wrap(key))
            .setValue(ByteBuffer.wrap(new byte[] {1}))
            .build();
    produce(Topics.DEAD_LETTERS, AvroSerde.of(DeadLetter.getClassSchema()).encode(letter));
    String line = letters("old-state").get(0);
    String id = line.substring(0, line.indexOf(' '));
    produce(new ProducerRecord<>(Topics.BUDGETS.name(), key, null));

    Result refused = command("dead-letters", "redrive", id);

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .isEqualTo(
            "sluice: dead letter "
                + id
                + " is not sent: sluice.budgets has a newer record of its key, which it would"
                + " replace\n");
  }

  /** Whoever writes letters would write there by the hands of whoever redrives them. */
  @Test
  void redrivesNothingIntoATopicThatNoStageReads() {
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage("forger")
            .setReason(Reason.TIMEOUT)
            .setMessage("try again")
            .setTopic(Topics.DEFINITIONS.name())
            .setPartition(0)
            .setOffset(1_000_000)
            .setTimestampMillis(0)
            .setKey(ByteBuffer.wrap("redaction-rules".getBytes(StandardCharsets.UTF_8)))
            .setValue(ByteBuffer.wrap(new byte[] {1}))
            .build();
    produce(Topics.DEAD_LETTERS, AvroSerde.of(DeadLetter.getClassSchema()).encode(letter));
    String line = letters("forger").get(0);

    Result refused = command("dead-letters", "redrive", line.substring(0, line.indexOf(' ')));

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).contains("is not sent: sluice.definitions is no topic from which");
  }

  @Test
  void listsDeadLettersBesideWhatIsNone() {
    produce(Topics.DEAD_LETTERS, "not a letter".getBytes(StandardCharsets.UTF_8));
    Result listed = command("dead-letters", "list");
    assertThat(listed.status()).isZero();
    assertThat(listed.err()).contains("is no dead letter");
  }

  @Test
  void tellsWhichStatementsTakeMostTimeAndWhichTraceHasTheSlowestCall() {
    SpanBuilder slow =
        Telemetry.service("library")
            .span("find")
            .took(Duration.ofMillis(70))
            .attribute("db.system.name", "postgresql")
            .attribute("db.query.text", "SELECT * FROM books WHERE isbn = '4711'");
    up.post("/v1/traces", Telemetry.spans(slow).toByteArray());
    await()
        .atMost(PATIENCE)
        .until(
            () -> ok("statements", "--service", "library"),
            text -> text.contains("SELECT * FROM books WHERE isbn = ?"));

    String trace = HexFormat.of().formatHex(slow.traceId());
    String text = ok("statements", "--service", "library");
    assertThat(text)
        .contains("Statements that take most time", "0.070 s", "100.0 %", "70.0 ms", trace);
    assertThat(ok("statements", "--service", "library", "--json"))
        .contains("\"slowestTrace\" : \"" + trace + "\"");
    assertThat(ok("statements", "--system", "redis"))
        .startsWith("Databases that services wait for: 0");
    assertThat(up.api("/api/v1/traces/" + trace).get("spanCount").asInt()).isEqualTo(1);
  }

  @Test
  void saysThatTheClusterDoesNotAnswer() {
    Result away =
        SluiceCommand.toItsEnd(
            directory,
            "dead-letters",
            "list",
            "--bootstrap-servers",
            "localhost:1",
            "--set",
            "kafka.properties={default.api.timeout.ms: 3000}");
    assertThat(away.status()).isEqualTo(1);
    assertThat(away.out()).isEmpty();
    assertThat(away.err()).startsWith("sluice: Kafka: ");
  }

  @Test
  @NeedsProgram("curl")
  void takesWhatTheReadmeSendsWithCurl() throws Exception {
    String snippet = Readme.block("curl localhost:4318").replace("localhost:4318", otlpHttp());
    Process curl = new ProcessBuilder("sh", "-c", snippet).start();
    assertThat(curl.waitFor()).isZero();
    await()
        .atMost(PATIENCE)
        .until(() -> !up.api("/api/v1/logs?q=login&service=shell").get("logs").isEmpty());
    assertThat(up.api("/api/v1/logs?q=login&service=shell").toString())
        .contains("login with password=")
        .doesNotContain("hunter2");
  }

  @Test
  void tracesItselfThroughItsOwnIngest() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              produceLogOverHttp();
              return ownOperations();
            },
            operations -> operations.containsAll(List.of("ingest logs", "sanitizer process")));
  }

  @Test
  void keepsItsLogAsJson() throws IOException {
    List<String> lines = Files.readAllLines(directory.resolve("data/sluice.log"));
    assertThat(lines).isNotEmpty().allMatch(line -> line.startsWith("{\"@timestamp\""));
  }

  @Test
  void saysHowItIs() {
    String console = up.address("console");
    assertThat(up.get(console + "/health/live")).contains("\"ok\":true", "sanitizer");
    assertThat(up.get(console + "/health/ready"))
        .contains("\"ok\":true", "ingest")
        .doesNotContain("accepting OTLP");
  }

  private static List<String> ownOperations() {
    List<String> operations = new ArrayList<>();
    for (JsonNode found : up.api("/api/v1/traces?service=sluice&limit=50").get("traces")) {
      up.api("/api/v1/traces/" + found.get("traceId").asText())
          .get("spans")
          .forEach(span -> operations.add(span.get("name").asText()));
    }
    return operations;
  }

  private static void produceLogOverHttp() {
    up.post("/v1/logs", Telemetry.service("someone").log("hello").toRequestBytes());
  }

  private static void awaitAudit(String action, String target, String detail) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(up.api("/api/v1/audit").get("records"))
                    .anySatisfy(
                        record -> {
                          assertThat(record.get("user").asText())
                              .isEqualTo(System.getProperty("user.name"));
                          assertThat(record.get("origin").asText()).isNotEmpty();
                          assertThat(record.get("action").asText()).isEqualTo(action);
                          assertThat(record.get("target").asText()).isEqualTo(target);
                          assertThat(record.get("detail").asText()).startsWith(detail);
                        }));
  }

  private static List<String> slos() {
    List<String> ids = new ArrayList<>();
    up.api("/api/v1/slos").get("slos").forEach(slo -> ids.add(slo.get("id").asText()));
    return ids;
  }

  private static List<String> letters(String stage) {
    return command("dead-letters", "list", "--stage", stage).text().lines().toList();
  }

  private static String otlpHttp() {
    return up.address("OTLP/HTTP").replace("http://", "");
  }

  private static String ok(String... arguments) {
    Result result = command(arguments);
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.err()).isEmpty();
    return result.text();
  }

  /** Against the broker of the pipeline. */
  private static Result command(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--bootstrap-servers", up.address("Kafka")));
    return SluiceCommand.toItsEnd(directory, all.toArray(String[]::new));
  }

  private static void produce(Topic topic, byte[] value) {
    produce(new ProducerRecord<>(topic.name(), value));
  }

  private static RecordMetadata produce(ProducerRecord<byte[], byte[]> record) {
    Map<String, Object> settings = Map.of("bootstrap.servers", up.address("Kafka"));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      return producer.send(record).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
