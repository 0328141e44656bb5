package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Topics;
import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.RestartableBroker;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** What the page says when it cannot show what was asked for, and that it does not stay so. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // each test starts a console first
class ConsolePageTroubleIT {

  @TempDir private static Path shared;
  private static Browser browser;
  private static ConsoleFixture empty;

  @TempDir private Path directory;
  private @Nullable ConsoleFixture own;

  @BeforeAll
  static void start(TestBroker broker) {
    browser = new Browser();
    empty = ConsoleFixture.start(broker, shared);
  }

  @AfterAll
  static void quit() {
    browser.close();
    empty.close();
  }

  @AfterEach
  void stop() {
    if (own != null) {
      own.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "#/traces/0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a, no trace of this id is in the index",
    "#/traces/%zz, 32 hex digits",
    "#/foo, there is no such page: #/foo",
    "#/map/x, there is no such page",
    "#/slos/none, no SLO of this id is defined",
    "#/runbooks/none, no runbook of this name",
    "#/databases?limit=0, 'limit: expected 1 to 1000'",
    "#/cardinality?label=x, 'label: expected one of the parameters limit, service'",
    "#/redactions?since=9d, 'since: expected at most 8d'",
  })
  void saysInASentenceWhatIsWrongWithAnAddress(String address, String sentence) {
    browser.open(empty.url() + address, "Nothing to show");
    assertThat(browser.text("main [role=alert]")).contains(sentence).hasSizeGreaterThan(10);
    browser.link("Traces").click();
    browser.awaitHeading("Traces");
    assertThat(browser.all("main [role=alert]")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Logs, '#/logs?q=\"payment', q, '\"payment', '\"'",
    "Logs, '#/logs?q=payment&since=soon', q, payment, 'since: expected'",
    "Traces, '#/traces?minDuration=fast', minDuration, fast, 'minDuration: expected'",
    "Traces, '#/traces?operation=pay&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',"
        + " operation, pay, from",
  })
  void aSearchThatIsRefusedKeepsItsFormAndIsNotSentAgain(
      String heading, String address, String field, String text, String sentence) {
    browser.open(empty.url() + address, heading);
    assertThat(browser.text("main [role=alert]")).contains(sentence).hasSizeGreaterThan(10);
    assertThat(browser.element("input[name=" + field + "]").getDomProperty("value"))
        .isEqualTo(text);
    browser.requests();
    browser.script(
        """
        const box = document.createElement('input');
        box.name = 'hold'; // let go, so that the page goes on
        document.body.append(box);
        box.dispatchEvent(new Event('change', {bubbles: true}));
        box.remove();
        """);
    browser.awaitIdle();
    assertThat(browser.requests()).isEmpty();
  }

  @Test
  void aSearchThatIsPutRightIsShown() {
    browser.open(empty.url() + "#/logs?q=%22payment", "Logs");
    browser.element("input[name=q]").sendKeys("\"", Keys.ENTER);
    browser.awaitText("main .empty", text -> text.contains("Nothing matches"));
    assertThat(browser.all("main [role=alert]")).isEmpty();
    assertThat(browser.address()).contains("q=%22payment%22");
  }

  @Test
  void saysWhatToDoWhereNothingHasComeIn() {
    empty.awaitAnswer("/api/v1/statements", "\"databases\":[]");
    empty.awaitAnswer("/api/v1/cardinality", "\"metrics\":[]");
    browser.open(empty.url() + "#/databases", "Databases");
    assertThat(browser.text("main .empty")).contains("db.system.name", "db.query.text");
    browser.open(empty.url() + "#/databases?service=nobody", "Databases");
    assertThat(browser.text("main .empty")).contains("No calls of such a database");
    browser.link("Show all").click();
    browser.awaitText("main .empty", text -> text.contains("db.system.name"));
    browser.open(empty.url() + "#/cardinality", "Cardinality");
    assertThat(browser.text("main .empty")).contains("They come with the first spans");
    browser.open(empty.url() + "#/pipeline", "Pipeline");
    assertThat(browser.texts("main .empty")).last().asString().contains("Nobody has changed");
  }

  @Test
  void saysThatTheSearchFailsAndShowsWhatElseThereIs(TestBroker broker) {
    ConsoleFixture console = started(broker, directory);
    console.store().close();
    browser.open(console.url() + "#/logs", "Logs");
    assertThat(browser.text("main [role=alert]")).contains("the query failed");
    browser.open(console.url(), "Overview");
    assertThat(browser.texts("main .error")).singleElement().asString().contains("query failed");
    assertThat(browser.text("main")).contains("a sentence", "Checkout answers well");
    assertThat(browser.text("main")).doesNotContain("Nothing has come in yet");
  }

  @Test
  void saysThatKafkaIsAwayInsteadOfThatAllIsQuiet(RestartableBroker kafka) {
    TestBroker broker = kafka.newNamespace();
    broker.createTopics(1);
    ConsoleFixture.send(broker, Topics.DEAD_LETTERS, "k", Samples.deadLetter("x"));
    kafka.stop();
    ConsoleFixture console = ConsoleFixture.startUnread(broker.connection(), directory);
    own = console;
    console.store().put(Samples.log(1, "cart", "before"));
    TraceBuilder trace =
        TraceBuilder.trace(
            Telemetry.traceId(1),
            Telemetry.service("cart").span("GET /cart").kind(SpanKind.SERVER));
    console.store().put(Samples.trace(trace, "cart", "GET /cart"));
    console.store().refresh();

    String id = HexFormat.of().formatHex(Telemetry.traceId(1));
    browser.open(console.url() + "#/traces/" + id, "cart: GET /cart");
    assertThat(browser.text("main")).contains("alerts are still being read");
    browser.open(console.url() + "#/alerts", "Nothing to show");
    assertThat(browser.text("main [role=alert]")).contains("Kafka does not answer");
    browser.open(console.url() + "#/databases", "Nothing to show");
    assertThat(browser.text("main [role=alert]")).contains("Kafka does not answer");
    browser.open(console.url() + "#/cardinality", "Nothing to show");
    assertThat(browser.text("main [role=alert]")).contains("Kafka does not answer");
    browser.open(console.url() + "#/redactions", "Nothing to show");
    assertThat(browser.text("main [role=alert]")).contains("Kafka does not answer");
    browser.open(console.url() + "#/pipeline", "Pipeline");
    assertThat(browser.text("main")).contains("a sentence", "Kafka does not answer");
    browser.open(console.url(), "Overview");
    assertThat(browser.text("main")).contains("Kafka does not answer").doesNotContain("quiet");
    assertThat(browser.texts("#services tbody tr")).containsExactly("cart not known");

    kafka.restart();
    browser.awaitText("main", text -> text.contains("No alert is active."));
    browser.link("Pipeline").click();
    browser.awaitText("main", text -> text.contains("MALFORMED"));
    broker.close();
  }

  @Test
  void showsTracesAndTheMapThoughNobodyKnowsTheNamesOfServices(TestBroker broker) {
    ConsoleFixture console = started(broker, directory);
    var trace =
        TraceBuilder.trace(
            Telemetry.traceId(1),
            Telemetry.service("shop")
                .span("GET /")
                .kind(SpanKind.SERVER)
                .start(Instant.now().minusSeconds(5))
                .calls(Telemetry.service("cart").span("GET /cart").kind(SpanKind.SERVER)));
    console.store().put(Samples.trace(trace, "shop", "GET /"));
    console.store().refresh();
    browser.open(console.url() + "#/pipeline", "Pipeline");
    browser.script(
        """
        const ask = window.fetch;
        window.fetch = (url, options) => String(url).endsWith('/services')
          ? Promise.reject(new Error('gone')) : ask(url, options);
        """);
    browser.script("location.hash = '#/traces?service=shop'");
    browser.awaitHeading("Traces");
    assertThat(browser.all("tbody tr")).hasSize(1);
    assertThat(browser.element("select[name=service]").getDomProperty("value")).isEqualTo("shop");
    browser.link("Map").click();
    browser.awaitHeading("Service map");
    assertThat(browser.texts(".map text")).contains("shop", "cart");
    assertThat(browser.all(".map .dashed")).isEmpty();
    assertThat(browser.text("main .error")).contains("does not answer");
  }

  @Test
  void keepsWhatItShowsWhileTheServerIsAwayAndGoesOnWhenItIsBack(TestBroker broker) {
    ConsoleFixture console = started(broker, directory);
    console.store().put(Samples.log(1, "cart", "before"));
    console.store().refresh();
    browser.open(console.url() + "#/logs", "Logs");
    int port = console.port();
    console.stop();
    browser.awaitText("#status", text -> text.contains("Sluice does not answer"));
    assertThat(browser.texts(".log .body")).containsExactly("before");

    console.store().put(Samples.log(2, "cart", "after"));
    console.store().refresh();
    console.restart(port);
    browser.awaitText(".log .body", text -> text.equals("after"));
    assertThat(browser.text("#status")).isEmpty();
  }

  @Test
  void opensByItselfAViewThatTheServerWasAwayFor(TestBroker broker) {
    ConsoleFixture console = started(broker, directory);
    browser.open(console.url(), "Overview");
    int port = console.port();
    console.stop();
    browser.link("Alerts").click();
    browser.awaitHeading("Nothing to show");
    assertThat(browser.text("main")).contains("Sluice does not answer");
    console.restart(port);
    browser.awaitHeading("Alerts");
    assertThat(browser.title()).isEqualTo("Alerts – Sluice");
  }

  /** One of the test's own, to be broken; the topics are there. */
  private ConsoleFixture started(TestBroker broker, Path in) {
    ConsoleFixture console = ConsoleFixture.startUnread(broker.connection(), in);
    own = console;
    console.awaitReady();
    return console;
  }
}
