package io.sluice.console;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** An answer that comes late changes nothing in a view that nobody asked it for. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageRaceIT {

  private static final String FIRST = HexFormat.of().formatHex(Telemetry.traceId(1));
  private static final String SECOND = HexFormat.of().formatHex(Telemetry.traceId(2));

  @TempDir private static Path directory;
  private static ConsoleFixture console;
  private static Browser browser;

  @BeforeAll
  static void start(TestBroker broker) {
    console = ConsoleFixture.start(broker, directory);
    trace(1, "GET /first");
    trace(2, "GET /second");
    browser = new Browser();
  }

  @AfterAll
  static void stop() {
    browser.close();
    console.close();
  }

  @BeforeEach
  void open() {
    browser.open(console.url() + "#/traces", "Traces");
    browser.script(SLOW);
    browser.problems();
  }

  @Test
  void aTraceThatComesAfterAnotherWasOpenedLeavesThatOneToTheKeys() {
    hold("traces/" + FIRST);
    browser.link("cart GET /first").click();
    browser.awaitText("#held", "1"::equals);
    browser.script("history.back()");
    await().atMost(Browser.AT_MOST).until(() -> browser.address().equals("/traces"));
    browser.link("cart GET /second").click();
    browser.awaitHeading("cart: GET /second");
    release();
    browser.script("document.querySelector('button.span').focus()");
    browser.press(Keys.ARROW_DOWN);
    assertThat(browser.focused().getText()).contains("step 1");
    browser.press(Keys.END);
    assertThat(browser.focused().getText()).contains("step 200");
    assertThat(browser.focused().isDisplayed()).isTrue();
    assertThat(browser.problems()).isEmpty();
  }

  @Test
  void aSpanThatWasClosedStaysClosedWhenItsTraceWasAskedForBefore() {
    browser.link("cart GET /second").click();
    browser.awaitHeading("cart: GET /second");
    browser.element("button.span").click();
    browser.awaitCount(".waterfall .detail", 1);
    hold("traces/" + SECOND);
    later();
    browser.awaitText("#held", "1"::equals);
    browser.element("button.span").click();
    browser.awaitCount(".waterfall .detail", 0);
    release();
    assertThat(browser.all(".waterfall .detail")).isEmpty();
    assertThat(browser.address()).isEqualTo("/traces/" + SECOND);
  }

  @Test
  void aSpanThatIsOpenedOnTheWayToAnotherTraceDoesNotKeepThatOneAway() {
    browser.link("cart GET /second").click();
    browser.awaitHeading("cart: GET /second");
    hold("traces/" + FIRST);
    browser.script("location.hash = '#/traces/" + FIRST + "'");
    browser.awaitText("#held", "1"::equals);
    browser.element("button.span").click();
    browser.awaitCount(".waterfall .detail", 1);
    release();
    browser.awaitHeading("cart: GET /first");
    assertThat(browser.address()).isEqualTo("/traces/" + FIRST);
  }

  @Test
  void aLineThatIsReadStaysWhateverComesUntilItIsClosed() {
    log(1, "a line to read");
    browser.link("Logs").click();
    browser.awaitHeading("Logs");
    hold("/logs?");
    browser.awaitText("#held", "1"::equals);
    browser.element(".log summary").click();
    browser.awaitText("#status", "held"::equals);
    log(2, "a newer line");
    release();
    assertThat(browser.texts(".log[open] .body")).containsExactly("a line to read");
    assertThat(browser.all(".log")).hasSize(1);
    assertThat(browser.text("#status")).isEqualTo("held");
    browser.element(".log summary").click();
    browser.awaitCount(".log", 2);
    assertThat(browser.text("#status")).isEmpty();
  }

  @Test
  void aListOfTracesStaysAsItIsWhileItIsHeld() {
    int before = browser.all("tbody tr").size();
    hold("/traces?");
    browser.awaitText("#held", "1"::equals);
    browser.element("input[name=hold]").click();
    browser.awaitText("#status", "held"::equals);
    trace(3, "GET /third");
    release();
    assertThat(browser.all("tbody tr")).hasSize(before);
    browser.element("input[name=hold]").click();
    browser.awaitCount("tbody tr", before + 1);
    assertThat(browser.text("#status")).isEmpty();
  }

  @Test
  void linesAreNotFollowedOnceTheirViewWasLeft() {
    hold("/placeholders");
    later();
    browser.awaitText("#held", "1"::equals);
    browser.requests();
    browser.script("location.hash = '#/logs?live=true'");
    browser.awaitText("nav a[aria-current=page]", "Logs"::equals);
    browser.link("Alerts").click();
    browser.awaitText("nav a[aria-current=page]", "Alerts"::equals);
    release();
    browser.awaitHeading("Alerts");
    assertThat(browser.requests()).noneMatch(url -> url.contains("/logs/tail"));
  }

  /** From now on what is asked for at such addresses waits. */
  private static void hold(String part) {
    browser.script("window.hold('" + part + "')");
  }

  /** What was kept for a while is asked for again. */
  private static void later() {
    browser.script(
        "const now = performance.now.bind(performance); performance.now = () => now() + 120000");
  }

  /** Lets them come, and waits until the page has taken them. */
  private static void release() {
    browser.script("window.release()");
    browser.awaitText("#held", "0"::equals);
    browser.awaitIdle();
  }

  private static void log(int number, String body) {
    console.store().put(Samples.log(number, "cart", body));
    console.store().refresh();
  }

  private static void trace(int number, String operation) {
    SpanBuilder[] steps = new SpanBuilder[200];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = service("cart").span("step " + (i + 1));
    }
    SpanBuilder root = service("cart").span(operation).calls(steps);
    TraceBuilder trace = TraceBuilder.trace(Telemetry.traceId(number), root);
    console.store().put(Samples.trace(trace, "cart", operation));
    console.store().refresh();
  }

  /** Asks no more of such, until they are let go; the page then has whole answers at once. */
  private static final String SLOW =
      """
      const ask = window.fetch, shown = document.createElement('p');
      let part = null, held = 0, let_go;
      const gate = new Promise(done => { let_go = done; });
      const count = (n) => { held += n; shown.textContent = String(held); };
      shown.id = 'held';
      count(0);
      document.body.append(shown);
      window.hold = (wanted) => { part = wanted; };
      window.release = () => { part = null; let_go(); };
      window.fetch = async (url, options) => {
        if (!part || !String(url).includes(part)) return ask(url, options);
        count(1);
        await gate;
        const reply = await ask(url, options);
        const text = await reply.text();
        setTimeout(() => count(-1));
        return new Response(text, {status: reply.status, headers: reply.headers});
      };
      """;
}
