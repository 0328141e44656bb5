package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the whole process with SIGKILL while spans and logs are on their way, three times on the
 * same data, and then finds each of them exactly once.
 */
class KillIT {

  private static final int ROUNDS = 3;
  private static final int PER_ROUND = 150;
  private static final int SPANS = 2;
  private static final String SERVICE = "kill-test";

  @TempDir private Path directory;

  @Test
  void losesNothingAndDoublesNothingWhenKilled() throws Exception {
    int sent = 0;
    for (int round = 0; round < ROUNDS; round++) {
      try (SluiceCommand sluice = start()) {
        for (int i = 0; i < PER_ROUND; i++) {
          send(sluice, ++sent);
        }
        // Everything is acknowledged; the stages are in the middle of it.
        sluice.kill();
      }
    }
    int total = sent;
    boolean stopped;
    try (SluiceCommand sluice = start()) {
      await()
          .atMost(Duration.ofMinutes(3))
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(
              () -> {
                assertThat(logNumbers(sluice)).hasSize(total);
                assertThat(calls(sluice)).isEqualTo(SPANS * total);
                assertThat(traceIds(sluice)).hasSize(total);
              });
      JsonNode logs = sluice.api("/api/v1/logs?limit=1000&service=" + SERVICE);
      assertThat(logs.get("logs")).as("entries, repeated ones too").hasSize(total);
      for (String trace : traceIds(sluice)) {
        JsonNode shown = sluice.api("/api/v1/traces/" + trace);
        int emitted = 0;
        for (JsonNode version : shown.get("versions")) {
          emitted += version.get("spanCount").asInt();
        }
        assertThat(shown.get("spans")).as("spans of " + trace).hasSize(SPANS);
        assertThat(emitted).as("spans in all versions of " + trace).isEqualTo(SPANS);
      }
      stopped = sluice.stop();
    }
    for (int again = 1; !stopped && again < ROUNDS; again++) { // what else the machine does
      try (SluiceCommand idle = start()) {
        stopped = idle.stop();
      }
    }
    assertThat(stopped).as("drained and stopped in time").isTrue();
  }

  private SluiceCommand start() {
    SluiceCommand sluice =
        SluiceCommand.start(
            directory,
            "up",
            "--data",
            directory.resolve("data").toString(),
            "--set",
            "telemetry.tracesPerSecond=0");
    sluice.awaitUp();
    return sluice;
  }

  private static void send(SluiceCommand sluice, int number) {
    byte[] root = Telemetry.spanId(2L * number);
    // The child first, in a request of its own: until its root comes it is open.
    sluice.post("/v1/traces", span(number, 2L * number + 1).parent(root).toRequestBytes());
    byte[] logs =
        Telemetry.service(SERVICE).log("number " + number).at(Instant.now()).toRequestBytes();
    sluice.post("/v1/traces", span(number, 2L * number).toRequestBytes());
    sluice.post("/v1/logs", logs);
  }

  private static SpanBuilder span(int trace, long id) {
    return Telemetry.service(SERVICE)
        .span("work")
        .trace(Telemetry.traceId(trace))
        .id(Telemetry.spanId(id))
        .start(Instant.now())
        .took(Duration.ofMillis(5));
  }

  private static Set<String> logNumbers(SluiceCommand sluice) {
    Set<String> numbers = new HashSet<>();
    for (JsonNode log : sluice.api("/api/v1/logs?limit=1000&service=" + SERVICE).get("logs")) {
      numbers.add(log.get("body").asText());
    }
    return numbers;
  }

  private static Set<String> traceIds(SluiceCommand sluice) {
    Set<String> ids = new HashSet<>();
    for (JsonNode trace :
        sluice.api("/api/v1/traces?limit=1000&service=" + SERVICE).get("traces")) {
      ids.add(trace.get("traceId").asText());
    }
    return ids;
  }

  private static int calls(SluiceCommand sluice) {
    double sum = 0;
    for (String line : sluice.get(sluice.address("metrics")).split("\n", -1)) {
      if (line.startsWith("traces_spanmetrics_calls_total{") && line.contains(SERVICE)) {
        sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
      }
    }
    return (int) sum;
  }
}
