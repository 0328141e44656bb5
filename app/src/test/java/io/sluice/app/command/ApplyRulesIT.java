package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.schemas.RecordHeaders;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules change while batches come in without a pause. */
@WithBroker
class ApplyRulesIT {

  private static final Duration START = Duration.ofMinutes(2);

  /** Rules are in force within seconds; a busy machine gets some more. */
  private static final Duration SECONDS = Duration.ofSeconds(40);

  private static final int LINES = 40;

  @TempDir private Path directory;

  @Test
  void newRulesHoldForWholeBatchesAndBadOnesChangeNothing(TestBroker broker) throws Exception {
    broker.createTopics(1);
    LoadedConfig loaded =
        LoadedConfig.load(
            null,
            Map.of(),
            Map.of("telemetry.tracesPerSecond", "0", "topics.partitions", "1"),
            Processors.load());
    AtomicBoolean sending = new AtomicBoolean(true);
    Thread sender = new Thread(() -> sendWhile(sending, broker), "sender");
    try (DataDirectory data = DataDirectory.open(directory.resolve("data"));
        SluiceProcess process =
            SluiceProcess.start(
                loaded,
                Processors.load(),
                Set.of("sanitizer"),
                broker.connection(),
                data,
                Map.of())) {
      sender.start();
      await().atMost(START).until(() -> versions(broker).contains("0"));

      String first = apply(broker, rules("one", "alpha"));
      awaitVersion(broker, first);
      refuse(broker, rules("broken", "alpha").replace("detector: pattern", "detector: patern"));
      refuse(broker, rules("broken", "alpha").replace("«alpha»", "«beta»"));
      int before = versions(broker).size();
      await().atMost(SECONDS).until(() -> versions(broker).size() > before + 5);
      assertThat(versions(broker)).last().as("the old rules stay").isEqualTo(first);
      String second = apply(broker, rules("two", "alpha", "beta"));
      awaitVersion(broker, second);

      sending.set(false);
      sender.join();
      assertThat(process.health()).allSatisfy((name, health) -> assertThat(health.live()).isTrue());
      assertThat(versions(broker).stream().distinct()).containsExactly("0", first, second);
      Map<String, List<Boolean>> expected =
          Map.of(
              "0", List.of(true, true), first, List.of(false, true), second, List.of(false, false));
      for (ConsumerRecord<byte[], byte[]> record : broker.records(Topics.LOGS)) {
        assertThat(bodies(record))
            .hasSize(LINES)
            .allSatisfy(
                body ->
                    assertThat(List.of(body.contains("alpha"), body.contains("beta")))
                        .isEqualTo(expected.get(version(record))));
      }
    } finally {
      sending.set(false);
      sender.join();
    }
  }

  private static void sendWhile(AtomicBoolean sending, TestBroker broker) {
    List<LogBuilder> lines = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      lines.add(Telemetry.service("shop").log("line " + i + " has alpha and beta"));
    }
    byte[] batch = Telemetry.logs(lines).toByteArray();
    while (sending.get()) {
      broker.produce(Topics.RAW_LOGS, null, batch);
    }
  }

  private static void awaitVersion(TestBroker broker, String version) {
    await().atMost(SECONDS).until(() -> versions(broker).contains(version));
  }

  /** Of all clean batches, in their order. */
  private static List<String> versions(TestBroker broker) {
    return broker.records(Topics.LOGS).stream().map(ApplyRulesIT::version).toList();
  }

  private static String version(ConsumerRecord<byte[], byte[]> record) {
    return new String(
        record.headers().lastHeader(RecordHeaders.RULES_VERSION).value(), StandardCharsets.UTF_8);
  }

  private static List<String> bodies(ConsumerRecord<byte[], byte[]> record) throws Exception {
    return ExportLogsServiceRequest.parseFrom(record.value())
        .getResourceLogs(0)
        .getScopeLogs(0)
        .getLogRecordsList()
        .stream()
        .map(log -> log.getBody().getStringValue())
        .toList();
  }

  private String apply(TestBroker broker, String rules) throws Exception {
    CommandLineRun run = runApply(broker, rules);
    assertThat(run.status()).as(run.errors()).isZero();
    assertThat(run.output()).startsWith("applied redaction-rules version ");
    return run.output().split(" ", -1)[3];
  }

  private void refuse(TestBroker broker, String rules) throws Exception {
    CommandLineRun run = runApply(broker, rules);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.errors()).contains("rules.yaml:");
    assertThat(run.output()).isEmpty();
  }

  private CommandLineRun runApply(TestBroker broker, String rules) throws Exception {
    Path file = Files.writeString(directory.resolve("rules.yaml"), rules);
    KafkaConnection kafka = broker.connection();
    return CommandLineRun.of(
        "apply",
        "-f",
        file.toString(),
        "--bootstrap-servers",
        kafka.bootstrapServers(),
        "--set",
        "namespace=" + kafka.namespace().name());
  }

  private static String rules(String family, String... words) {
    return List.of(words).stream()
        .map(
            word ->
                """
                  - id: %1$s.%2$s
                    description: A word.
                    detector: pattern
                    pattern: %2$s
                    keywords: [%2$s]
                    examples: {positive: [«%2$s»], negative: [gamma]}
                """
                    .formatted(family, word))
        .collect(
            Collectors.joining("", "kind: redaction-rules\nfamily: " + family + "\nrules:\n", ""));
  }
}
