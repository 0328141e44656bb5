package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.demo.DemoSecrets;
import io.sluice.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a new user meets it: one process, looked at only from outside. */
class DemoIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  /** An alert of the first, slow checkouts ends by itself, and so does that of a fault. */
  private static final Duration END_OF_ALERT = Duration.ofMinutes(5);

  @TempDir private Path directory;

  @Test
  void showsJoinedTracesMetricsAndAlertsAndLeaksNothing() throws Exception {
    try (SluiceCommand demo = SluiceCommand.start(directory, "demo", "--java-agent")) {
      demo.awaitUp();

      awaitTracesAndLogs(demo, "reviews");
      await()
          .atMost(LONG)
          .until(() -> services(demo.api("/api/v1/traces?service=checkout&limit=5")) >= 4);
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> { // a late span may come between the two answers
                JsonNode summary =
                    demo.api("/api/v1/traces?service=checkout&limit=1").at("/traces/0");
                JsonNode trace = demo.api("/api/v1/traces/" + summary.get("traceId").asText());
                assertThat(trace.get("spans")).hasSize(summary.get("spanCount").asInt());
              });

      await().atMost(LONG).until(() -> demo.get(demo.address("metrics")), page -> hasRed(page));
      await()
          .atMost(LONG)
          .until(
              () ->
                  DemoSecrets.all().stream()
                      .filter(planted -> planted.signal() == DemoSecrets.Signal.LOGS)
                      .allMatch(planted -> found(demo, planted.marker())));
      String logs = demo.api("/api/v1/logs?limit=1000").toString();
      String metrics = demo.get(demo.address("metrics"));
      for (DemoSecrets.Planted planted : DemoSecrets.all()) {
        assertThat(logs.contains(planted.literal())).as("in logs: " + planted).isFalse();
        assertThat(metrics.contains(planted.literal())).as("in metrics: " + planted).isFalse();
      }

      for (JsonNode found : demo.api("/api/v1/traces?limit=100").get("traces")) {
        String whole = demo.api("/api/v1/traces/" + found.get("traceId").asText()).toString();
        for (DemoSecrets.Planted planted : DemoSecrets.all()) {
          assertThat(whole.contains(planted.literal())).as("in a trace: " + planted).isFalse();
        }
      }

      // On a busy machine the first checkouts may be slow enough for an alert of their own.
      await()
          .atMost(END_OF_ALERT)
          .until(() -> alert(demo), alert -> !alert.path("state").asText().equals("FIRING"));
      Instant broken = Instant.now();
      demo.change("POST", "/demo/faults/payment-slow");
      JsonNode firing =
          await()
              .atMost(END_OF_ALERT)
              .until(
                  () -> alert(demo),
                  alert ->
                      alert.path("state").asText().equals("FIRING")
                          && Instant.parse(alert.get("startsAt").asText()).isAfter(broken));
      assertThat(firing.at("/cause/shortBurnRate").asDouble())
          .isGreaterThanOrEqualTo(firing.at("/cause/threshold").asDouble());
      assertThat(firing.at("/annotations/runbook_url").asText()).contains("/#/runbooks/");
      String example = firing.at("/exampleTraces/0").asText();
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> assertThat(demo.api("/api/v1/traces/" + example).get("spans")).isNotEmpty());

      if (DemoPages.canOpen()) {
        try (DemoPages pages = DemoPages.of(demo.address("console"))) {
          pages.goFromTheAlertToTheLogsOfTheSlowSpan(firing.get("fingerprint").asText());
          pages.openAll();
        }
      }

      demo.change("DELETE", "/demo/faults/payment-slow");
      await()
          .atMost(END_OF_ALERT)
          .until(() -> alert(demo), alert -> alert.path("state").asText().equals("RESOLVED"));
    }
  }

  @Test
  void showsAServiceInNode() throws Exception {
    Assumptions.assumeTrue(canRunNode());
    try (SluiceCommand demo = SluiceCommand.start(directory, "demo", "--node")) {
      demo.awaitUp();
      assertThat(demo.output()).as(npmLog()).doesNotContain("is not started");
      awaitTracesAndLogs(demo, "recommendations");
    }
  }

  @Test
  void stopsByItselfAndSaysWhatWentThrough() throws Exception {
    try (SluiceCommand demo = SluiceCommand.start(directory, "demo", "--seconds", "30")) {
      demo.awaitUp();
      assertThat(demo.awaitExit(Duration.ofMinutes(6))).as(demo.output()).isZero();
      assertThat(demo.output()).contains("sanitizer").doesNotContain("FAILED");
    }
  }

  /** Its spans are in the traces of the shop, and its logs lead to them. */
  private static void awaitTracesAndLogs(SluiceCommand demo, String neighbour) {
    JsonNode log =
        await(neighbour)
            .atMost(LONG)
            .until(
                () -> demo.api("/api/v1/logs?limit=1&service=" + neighbour).at("/logs/0"),
                found -> !found.path("traceId").asText().isEmpty());
    await(neighbour)
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        demo.api("/api/v1/traces/" + log.get("traceId").asText())
                            .path("spans")
                            .findValuesAsText("service"))
                    .contains("frontend", neighbour));
  }

  private String npmLog() throws IOException {
    Path log = directory.resolve("data/demo/npm.log");
    return Files.exists(log) ? "npm.log: " + Files.readString(log) : "no npm.log";
  }

  /** Node.js is there, and npm reaches a registry that has the libraries. */
  private static boolean canRunNode() throws IOException, InterruptedException {
    boolean can =
        Programs.find("node").isPresent()
            && Programs.find("npm").isPresent()
            && npmReachesItsRegistry();
    if (!can && "true".equals(System.getenv("CI"))) {
      throw new IllegalStateException(
          "node, npm or its registry is not there; with CI=true no test may be left out");
    }
    return can;
  }

  private static boolean npmReachesItsRegistry() throws IOException, InterruptedException {
    for (int attempt = 1; attempt <= 3; attempt++) {
      Process asked =
          new ProcessBuilder("npm", "view", "@opentelemetry/api", "version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!asked.waitFor(2, TimeUnit.MINUTES)) {
        asked.destroyForcibly();
      } else if (asked.exitValue() == 0) {
        return true;
      }
    }
    return false;
  }

  /** The one of the fault; nothing when it never came up. */
  private static JsonNode alert(SluiceCommand demo) {
    for (JsonNode alert : demo.api("/api/v1/alerts").get("alerts")) {
      JsonNode labels = alert.get("labels");
      if (labels.get("alertname").asText().equals("ErrorBudgetBurn")
          && labels.get("slo").asText().equals("checkout-latency")) {
        return alert;
      }
    }
    return MissingNode.getInstance();
  }

  private static int services(JsonNode answer) {
    int most = 0;
    for (JsonNode trace : answer.get("traces")) {
      most = Math.max(most, trace.get("services").size());
    }
    return most;
  }

  private static boolean hasRed(String page) {
    return page.contains("traces_spanmetrics_calls_total{service=\"checkout\"")
        && page.contains("traces_spanmetrics_latency_bucket{service=\"checkout\"");
  }

  private static boolean found(SluiceCommand demo, String marker) {
    String query = "%22" + marker.replace(" ", "%20") + "%22";
    return !demo.api("/api/v1/logs?limit=1&q=" + query).get("logs").isEmpty();
  }
}
