package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.BurnRateCause;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SloBudget;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A figure on the page says neither more nor less than is so. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageFiguresIT {

  private static Browser browser;

  @TempDir private Path directory;
  private TestBroker broker;
  private ConsoleFixture console;

  @BeforeAll
  static void open() {
    browser = new Browser();
  }

  @AfterAll
  static void quit() {
    browser.close();
  }

  @BeforeEach
  void start(TestBroker freshBroker) {
    broker = freshBroker;
    console = ConsoleFixture.start(broker, directory);
  }

  @AfterEach
  void stop() {
    console.close();
  }

  @Test
  void objectivesHaveAllTheirDigitsAndWhatIsLeftOfABudgetIsNotRoundedAway() {
    String file =
        """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: pay}
        spec:
          service: shop
          indicator:
            spec:
              ratioMetric:
                good: {metricSource: {type: sluice, spec: {noError: true}}}
                total:
                  metricSource: {type: sluice, spec: {signal: spans, selector: {service: shop}}}
          timeWindow: [{duration: 1h, isRolling: true}]
          budgetingMethod: Occurrences
          objectives: [{target: 0.9995}, {target: 0.9999}]
        """;
    ConsoleFixture.send(
        broker,
        Topics.DEFINITIONS,
        DefinitionKinds.SLOS,
        new DefinitionSet(
            DefinitionKinds.SLOS, 7L, 0L, List.of(new DefinitionDocument("a.yaml", file))));
    budget("pay", 0.004);
    budget("pay-99.99", -0.003);
    Alert alert =
        Samples.alert("f1", AlertState.FIRING, "Payments burn their budget")
            .setLabels(Map.of("alertname", "x", "slo", "pay", "severity", "page"))
            .setCause(new BurnRateCause(0.9995, 5.0, 60L, 12.0, 880L, 1000L, 15L, 20.0, 8L, 10L))
            .setBudgetRemaining(0.00004)
            .build();
    ConsoleFixture.send(broker, Topics.ALERTS, "f1", alert);
    console.awaitAnswer("/api/v1/slos", "pay-99.99", "-0.003", "\"f1\"");

    browser.open(console.url() + "#/slos", "Service level objectives");
    assertThat(browser.texts(".cards a"))
        .satisfiesExactly(
            card -> assertThat(card).contains("99.95 % good", "0.4 %\nbudget left"),
            card -> assertThat(card).contains("99.99 % good", "-0.3 %\nbudget left"));
    browser.open(console.url() + "#/alerts", "Alerts");
    assertThat(browser.text(".alert"))
        .contains("an objective of 99.95 %", "< 0.1 % of the budget was left");
  }

  private void budget(String slo, double remaining) {
    ConsoleFixture.send(
        broker,
        Topics.BUDGETS,
        slo,
        SloBudget.newBuilder(Samples.budget(slo)).setRemaining(remaining).build());
  }
}
