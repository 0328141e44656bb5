package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.demo.DemoSecrets;
import io.sluice.testkit.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a new user meets it: one process, looked at only from outside. */
class DemoIT {

  @TempDir private Path directory;

  @Test
  void showsJoinedTracesMetricsAndAlertsAndLeaksNothing() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("demo", "--java-agent"));
    List<String> neighbours = new ArrayList<>(List.of("reviews"));
    if (canRunNode()) {
      arguments.add("--node");
      neighbours.add("recommendations");
    }
    try (SluiceCommand demo = SluiceCommand.start(directory, arguments.toArray(String[]::new))) {
      demo.awaitUp();

      for (String neighbour : neighbours) {
        awaitTracesAndLogs(demo, neighbour);
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> services(demo.api("/api/v1/traces?service=checkout&limit=5")) >= 4);
      JsonNode summary = demo.api("/api/v1/traces?service=checkout&limit=1").at("/traces/0");
      JsonNode trace = demo.api("/api/v1/traces/" + summary.get("traceId").asText());
      assertThat(trace.get("spans")).hasSize(summary.get("spanCount").asInt());

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> demo.get(demo.address("metrics")), page -> hasRed(page));
      await()
          .atMost(Duration.ofSeconds(30))
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
          .atMost(Duration.ofMinutes(1))
          .until(() -> alert(demo), alert -> !alert.path("state").asText().equals("FIRING"));
      Instant broken = Instant.now();
      demo.change("POST", "/demo/faults/payment-slow");
      JsonNode firing = awaitAlert(demo, "FIRING", Duration.ofMinutes(2));
      assertThat(Instant.parse(firing.get("startsAt").asText())).isAfter(broken);
      assertThat(firing.at("/cause/shortBurnRate").asDouble())
          .isGreaterThanOrEqualTo(firing.at("/cause/threshold").asDouble());
      assertThat(firing.at("/annotations/runbook_url").asText()).contains("/#/runbooks/");
      String example = firing.at("/exampleTraces/0").asText();
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThat(demo.api("/api/v1/traces/" + example).get("spans")).isNotEmpty());

      if (DemoPages.canOpen()) {
        try (DemoPages pages = DemoPages.of(demo.address("console"))) {
          pages.goFromTheAlertToTheLogsOfTheSlowSpan(firing.get("fingerprint").asText());
          pages.openAll();
        }
      }

      demo.change("DELETE", "/demo/faults/payment-slow");
      awaitAlert(demo, "RESOLVED", Duration.ofMinutes(5));
    }
  }

  @Test
  void stopsByItselfAndSaysWhatWentThrough() throws Exception {
    try (SluiceCommand demo = SluiceCommand.start(directory, "demo", "--seconds", "30")) {
      demo.awaitUp();
      assertThat(demo.awaitExit(Duration.ofMinutes(3))).as(demo.output()).isZero();
      assertThat(demo.output()).contains("sanitizer").doesNotContain("FAILED");
    }
  }

  /** Its spans are in the traces of the shop, and its logs lead to them. */
  private static void awaitTracesAndLogs(SluiceCommand demo, String neighbour) {
    JsonNode log =
        await(neighbour)
            .atMost(Duration.ofSeconds(60))
            .until(
                () -> demo.api("/api/v1/logs?limit=1&service=" + neighbour).at("/logs/0"),
                found -> !found.path("traceId").asText().isEmpty());
    await(neighbour)
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        demo.api("/api/v1/traces/" + log.get("traceId").asText())
                            .path("spans")
                            .findValuesAsText("service"))
                    .contains("frontend", neighbour));
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
    Process asked =
        new ProcessBuilder("npm", "view", "@opentelemetry/api", "version")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!asked.waitFor(20, TimeUnit.SECONDS)) {
      asked.destroyForcibly();
      return false;
    }
    return asked.exitValue() == 0;
  }

  private static JsonNode awaitAlert(SluiceCommand demo, String state, Duration longest) {
    return await()
        .atMost(longest)
        .until(() -> alert(demo), alert -> alert.path("state").asText().equals(state));
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
