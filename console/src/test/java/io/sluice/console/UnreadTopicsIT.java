package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be asked while topics that are long, or not there, are not read. */
@WithBroker
class UnreadTopicsIT {

  private static final String SLO = "checkout-latency";

  @TempDir private Path directory;

  @Test
  void alertsDoNotWaitForWindowsAndDeadLetters(TestBroker broker) {
    for (Topic topic :
        new Topic[] {
          Topics.ALERTS,
          Topics.ALERT_HISTORY,
          Topics.BUDGETS,
          Topics.BACKFILLS,
          Topics.DEFINITIONS,
          Topics.AUDIT
        }) {
      broker.createTopic(topic, 1);
    }
    ConsoleFixture.send(
        broker, Topics.ALERTS, "f1", Samples.alert("f1", AlertState.FIRING, "x").build());
    ConsoleFixture.send(broker, Topics.BUDGETS, SLO, Samples.budget(SLO));
    try (ConsoleFixture console = ConsoleFixture.startUnread(broker.connection(), directory)) {
      console.awaitReady();
      assertThat(console.answer("/api/v1/alerts", 200).at("/alerts/0/state").asText())
          .isEqualTo("FIRING");
      console.answer("/api/v1/audit", 200);
      console.answer("/api/v1/redactions/placeholders", 200);
      console.awaitAnswer("/api/v1/dead-letters", "missing topics");
      console.awaitAnswer("/api/v1/slos/" + SLO, "windows cannot be read: missing topics");
      JsonNode slo = console.answer("/api/v1/slos/" + SLO, 200);
      assertThat(slo.at("/windows").isNull()).isTrue();
      assertThat(slo.at("/policies/0/short/burnRate").isNull()).isTrue();
      assertThat(slo.at("/policies/0/short/note").asText()).contains("cannot be read");
      assertThat(slo.at("/budget/remaining").asDouble()).isEqualTo(0.31);
      console.answer("/api/v1/slos/" + SLO + "/budget", 503);

      broker.createTopic(Topics.SLIS, 1);
      broker.createTopic(Topics.DEAD_LETTERS, 1);
      ConsoleFixture.send(
          broker, Topics.SLIS, SLO, Samples.window(SLO, Duration.ofSeconds(20), 8, 9, 0));
      console.awaitAnswer("/api/v1/slos/" + SLO, "\"total\":9", "\"windowsNote\":null");
      console.awaitAnswer("/api/v1/dead-letters", "[]");
    }
  }
}
