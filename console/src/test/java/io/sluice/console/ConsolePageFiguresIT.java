package io.sluice.console;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.BurnRateCause;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.SloBudget;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** A figure on the page says neither more nor less than is so. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageFiguresIT {

  private static final String WIKI = "https://wiki.example/#/pay";

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
    definePay();
    budget("pay", 0.004);
    budget("pay-99.99", -0.003);
    Alert alert =
        Samples.alert("f1", AlertState.FIRING, "Payments burn their budget")
            .setLabels(Map.of("alertname", "x", "slo", "pay", "severity", "page"))
            .setCause(new BurnRateCause(0.9995, 5.0, 60L, 12.0, 880L, 1000L, 15L, 20.0, 8L, 10L))
            .setAnnotations(Map.of("runbook_url", WIKI))
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
    assertThat(browser.link("Runbook").getDomAttribute("href")).isEqualTo(WIKI);
    browser.open(console.url() + "#/slos/pay", "pay: 99.95%");
    assertThat(browser.link("runbook").getDomAttribute("href")).isEqualTo(WIKI);
  }

  @Test
  void chartsOfEventsHaveWholeMarksAndBurnRatesOfAllTheWindowsOfAnObjective() {
    definePay();
    ConsoleFixture.send(
        broker, Topics.SLIS, "pay", Samples.window("pay", Duration.ofSeconds(40), 1, 1, 0));
    ConsoleFixture.send(
        broker, Topics.SLIS, "pay", Samples.window("pay", Duration.ofSeconds(20), 1, 1, 0));
    console.awaitAnswer("/api/v1/slos/pay", "\"total\":1");
    browser.open(console.url(), "Overview");
    browser.script(
        """
        const write = CanvasRenderingContext2D.prototype.fillText;
        window.marks = {}; // each text by where it stood
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
          (window.marks[text] ??= {})[y] = true;
          return write.apply(this, arguments);
        };
        """);
    browser.script("location.hash = '#/slos/pay'");
    browser.awaitHeading("pay: 99.95%");
    browser.awaitCount("[aria-label='Burn rates over time'] .u-label", 6);
    JsonNode marks = browser.script("return window.marks");
    assertThat(marks.get("0")).hasSize(1);
    assertThat(marks.get("1")).hasSize(1);
  }

  @Test
  void timesAreInDaysAndHoursAndMayBeNegative() {
    SpanBuilder root =
        service("batch")
            .span("night")
            .took(Duration.ofHours(36))
            .with(
                span ->
                    span.addEvents(
                        Span.Event.newBuilder()
                            .setName("queued")
                            .setTimeUnixNano(
                                Telemetry.START.toEpochMilli() * 1_000_000 - 3_000_000)))
            .calls(service("batch").span("load").took(Duration.ofMinutes(90)));
    TraceBuilder trace = TraceBuilder.trace(Telemetry.traceId(1), root);
    console.store().put(Samples.trace(trace, "batch", "night"));
    console.store().refresh();
    browser.open(
        console.url() + "#/traces/" + HexFormat.of().formatHex(Telemetry.traceId(1)),
        "batch: night");
    assertThat(browser.text("main")).contains("1.5 d", "1.5 h");
    browser.element("button.span").click();
    browser.awaitText(".waterfall .detail", text -> text.contains("queued after -3.0 ms"));
  }

  @Test
  void aTraceSaysWhichParentsAreMissingAndHowManyAndWhatElseIsKnownOfASpan() {
    SpanBuilder[] called = new SpanBuilder[101];
    for (int i = 0; i < called.length; i++) {
      called[i] = service("cart").with("host.name", "cart-7").span("step " + i);
    }
    called[0]
        .event("exception", Map.of("exception.type", "CartLost"))
        .with(
            span ->
                span.addLinks(
                    Span.Link.newBuilder()
                        .setTraceId(ByteString.copyFrom(Telemetry.traceId(2)))
                        .setSpanId(ByteString.copyFrom(Telemetry.spanId(3)))));
    TraceBuilder trace =
        TraceBuilder.trace(Telemetry.traceId(1), service("shop").span("GET /").calls(called));
    for (int i = 0; i < called.length; i++) {
      called[i].parent(Telemetry.spanId(900 + i));
    }
    console.store().put(Samples.trace(trace, "shop", "GET /"));
    console.store().refresh();

    browser.open(
        console.url() + "#/traces/" + HexFormat.of().formatHex(Telemetry.traceId(1)),
        "shop: GET /");
    assertThat(browser.text("main .error"))
        .contains("101 spans name 100 or more parents that never came");
    JsonNode labels = browser.script(LABELS);
    assertThat(labels.get(0).asText()).doesNotContain("missing");
    assertThat(labels.get(1).asText()).endsWith("step 0 parent missing");
    browser.element("input[name=sought]").sendKeys("cartlost");
    browser.awaitText(".count", "1 spans"::equals);
    browser.element(".row.hit button.span").click();
    browser.awaitCount(".waterfall .detail", 1);
    assertThat(browser.text(".waterfall .detail")).contains("host.name\ncart-7");
    String other = HexFormat.of().formatHex(Telemetry.traceId(2));
    assertThat(browser.link(other).getDomAttribute("href"))
        .isEqualTo("#/traces/" + other + "?span=" + HexFormat.of().formatHex(Telemetry.spanId(3)));
    browser.element("input[name=sought]").clear();
    browser.element("input[name=sought]").sendKeys("host.name=cart-7");
    browser.awaitText(".count", "101 spans"::equals);
  }

  @Test
  void servicesThatAnAnswerDoesNotNameAreNotSaidToSendNoSpans() {
    for (int i = 1; i <= 1000; i++) {
      console.store().put(Samples.log(i, "service-" + i, "one"));
    }
    TraceBuilder trace =
        TraceBuilder.trace(
            Telemetry.traceId(1),
            service("shop")
                .span("GET /")
                .kind(SpanKind.SERVER)
                .start(Instant.now().minusSeconds(5))
                .calls(service("the-last").span("GET /last").kind(SpanKind.SERVER)));
    console.store().put(Samples.trace(trace, "shop", "GET /"));
    console.store().refresh();
    browser.open(console.url() + "#/map", "Service map");
    assertThat(browser.texts(".map text")).contains("shop", "the-last");
    assertThat(browser.all(".map .dashed")).isEmpty();
    assertThat(browser.text("main")).contains("1,000 of 1,002 services").doesNotContain("dashed");
    browser.open(console.url() + "#/services/shop", "shop");
    assertThat(browser.link("the-last").getDomAttribute("href")).isEqualTo("#/services/the-last");
    browser.open(console.url(), "Overview");
    assertThat(browser.text("main")).contains("1,000 of 1,002 services");
    browser.open(console.url() + "#/traces", "Traces");
    browser.element("input[name=service]").sendKeys("the-last", Keys.ENTER);
    browser.awaitText("main .panel", text -> text.startsWith("1 traces"));
    assertThat(browser.address()).isEqualTo("/traces?service=the-last");
  }

  @Test
  void whatWasLeftOfABudgetStandsWhereItsStepEnds() {
    definePay();
    long end = System.currentTimeMillis() / 10_000 * 10_000 * 1_000_000;
    for (int i = 1; i <= 2; i++) {
      SliWindow window =
          SliWindow.newBuilder(Samples.window("pay", Duration.ZERO, 9, 10, 0))
              .setStartTimeUnixNano(end - i * 10_000_000_000L)
              .build();
      ConsoleFixture.send(broker, Topics.SLIS, "pay", window);
    }
    SloBudget budget =
        SloBudget.newBuilder(Samples.budget("pay"))
            .setTimeUnixNano(end)
            .setSinceUnixNano(end - 20_000_000_000L)
            .setRemaining(0.31)
            .build();
    ConsoleFixture.send(broker, Topics.BUDGETS, "pay", budget);
    console.awaitAnswer("/api/v1/slos/pay/budget", "\"remaining\":0.31");
    browser.open(console.url() + "#/slos/pay", "pay: 99.95%");
    int width = browser.script("return document.querySelector('.u-over').clientWidth").asInt();
    browser.drag(".u-over", width / 2 - 2, 0);
    browser.awaitText(".u-legend .u-value", text -> text.length() > 1);
    List<String> last = browser.texts(".u-legend .u-value");
    assertThat(browser.text("main")).contains(" to " + last.get(0) + " (");
    assertThat(last.get(1)).isEqualTo("31.0 %");
  }

  @Test
  void alertsAreThereThoughObjectivesAreNot() {
    Alert alert = Samples.alert("f1", AlertState.FIRING, "Checkout burns its budget").build();
    ConsoleFixture.send(broker, Topics.ALERTS, "f1", alert);
    console.awaitAnswer("/api/v1/alerts", "\"total\":1");
    browser.open(console.url() + "#/pipeline", "Pipeline");
    browser.script(
        """
        const ask = window.fetch;
        window.fetch = (url, options) => String(url).endsWith('/slos')
          ? Promise.reject(new Error('gone')) : ask(url, options);
        """);
    browser.link("Overview").click();
    browser.awaitHeading("Overview");
    assertThat(browser.texts(".alert b")).contains("Checkout burns its budget");
    assertThat(browser.texts("main .error")).singleElement().asString().contains("not answer");
  }

  @Test
  void overviewSaysThatNoObjectiveIsDefined() {
    ConsoleFixture.send(
        broker,
        Topics.DEFINITIONS,
        DefinitionKinds.SLOS,
        new DefinitionSet(DefinitionKinds.SLOS, 8L, 0L, List.of()));
    console.awaitAnswer("/api/v1/slos", "\"slos\":[]");
    browser.open(console.url(), "Overview");
    assertThat(browser.texts("main .empty").get(0)).startsWith("None is defined. Apply one");
  }

  /** At once: the rows that are elements change with the height of the page. */
  private static final String LABELS =
      """
      return [...document.querySelectorAll('button.span .label')]
        .map(each => each.textContent.trim().replace(/\\s+/g, ' '));
      """;

  private void definePay() {
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
        """
            .replace("{name: pay}", "{name: pay, annotations: {sluice.io/runbook: " + WIKI + "}}");
    ConsoleFixture.send(
        broker,
        Topics.DEFINITIONS,
        DefinitionKinds.SLOS,
        new DefinitionSet(
            DefinitionKinds.SLOS, 7L, 0L, List.of(new DefinitionDocument("a.yaml", file))));
  }

  private void budget(String slo, double remaining) {
    ConsoleFixture.send(
        broker,
        Topics.BUDGETS,
        slo,
        SloBudget.newBuilder(Samples.budget(slo)).setRemaining(remaining).build());
  }
}
