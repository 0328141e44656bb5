package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Trace;
import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page without a mouse. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageKeyboardIT {

  @TempDir private static Path directory;
  private static ConsoleFixture console;
  private static Browser browser;

  @BeforeAll
  static void start(TestBroker broker) {
    console = ConsoleFixture.start(broker, directory);
    Shop.fill(console, broker);
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
  }

  @Test
  void theFirstStopSkipsTheNavigationAndStaysInTheView() {
    browser.tab();
    assertThat(browser.focused().getText()).isEqualTo("Skip to content");
    assertThat(browser.focused().getLocation().getX()).as("in sight").isNotNegative();
    browser.press(Keys.ENTER);
    browser.tab();
    assertThat(browser.focused().getDomAttribute("name")).isEqualTo("service");
    assertThat(browser.address()).isEqualTo("/traces");
    assertThat(browser.text("main h1")).isEqualTo("Traces");
  }

  @Test
  void stopsComeAsTheyAreReadAndEachShowsThatItHasTheFocus() {
    List<String> stops = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      browser.tab();
      stops.add(browser.script(STOP).asText());
      assertThat(browser.script(OUTLINE).asText()).as(stops.get(i)).isEqualTo("solid");
    }
    assertThat(stops)
        .containsExactly(
            "Skip to content",
            "Sluice",
            "Overview",
            "Traces",
            "Logs",
            "Map",
            "Databases",
            "SLOs",
            "Alerts",
            "Redactions",
            "Cardinality",
            "Pipeline",
            "service",
            "operation",
            "minDuration",
            "maxDuration",
            "tag",
            "since",
            "error",
            "Search",
            "hold",
            "frontend GET /",
            "frontend GET /buy");
  }

  @Test
  void enterSearchesOpensATraceAndItsSpans() {
    browser.element("input[name=operation]").sendKeys("GET /buy", Keys.ENTER);
    browser.awaitCount("tbody tr", 1);
    tabTo("frontend GET /buy");
    browser.press(Keys.ENTER);
    browser.awaitHeading("frontend: GET /buy");
    assertThat(browser.title()).isEqualTo("frontend: GET /buy – Sluice");

    browser.script("document.querySelector('button.span').focus()");
    browser.press(Keys.ENTER);
    browser.awaitCount(".waterfall .detail", 1);
    assertThat(browser.focused().getDomAttribute("aria-expanded")).isEqualTo("true");
    assertThat(browser.address()).contains("?span=");
    browser.press(Keys.SPACE);
    browser.awaitCount(".waterfall .detail", 0);
    assertThat(browser.address()).doesNotContain("span");
  }

  @Test
  void aBarOfTheCountsLeadsToItsTime() {
    browser.open(console.url() + "#/logs?severity=error", "Logs");
    tabTo("1 error");
    assertThat(browser.focused().getAccessibleName()).contains("1 error");
    browser.press(Keys.ENTER);
    browser.awaitCount("input[name=from]", 1);
    assertThat(browser.address()).contains("severity=error", "from=", "to=");
    browser.awaitText("main .panel", text -> text.startsWith("1 found"));
  }

  @Test
  void aSearchKeepsBothEndsOfTheDuration() {
    browser.open(console.url() + "#/traces?maxDuration=100ms", "Traces");
    browser.awaitCount("tbody tr", 1);
    browser.element("input[name=minDuration]").sendKeys("1ms", Keys.ENTER);
    browser.awaitText("main .panel", text -> text.startsWith("1 traces"));
    assertThat(browser.address()).contains("minDuration=1ms", "maxDuration=100ms");
  }

  /** Of ten thousand spans those in sight are elements, and a key is answered at once. */
  @Test
  void aLongTraceIsReadToItsEnd() {
    console.store().put(longTrace());
    console.store().refresh();
    browser.open(console.url() + "#/traces/" + LONG, "frontend: GET /all");
    assertThat(browser.text("main")).contains("10,000 spans");
    assertThat(browser.all("button.span")).hasSizeBetween(20, 100);
    browser.script("document.querySelector('button.span').focus()");
    browser.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
    assertThat(focusedSpan()).isEqualTo("cart step 1");
    double usual = browser.script(TURN_PAGES).asDouble();
    assertThat(usual).as("milliseconds for a page, the median of 300").isLessThan(100);
    browser.press(Keys.END);
    assertThat(focusedSpan()).isEqualTo("cart step 9998");
    assertThat(browser.focused().isDisplayed()).isTrue();
    assertThat(browser.all("button.span")).hasSizeBetween(20, 100);

    browser.press(Keys.HOME);
    browser.press(Keys.ARROW_DOWN);
    browser.press(Keys.ARROW_LEFT);
    assertThat(focusedSpan()).isEqualTo("cart all +9,998");
    browser.awaitCount("button.span", 2);

    browser.element("input[name=sought]").sendKeys("step 7000", Keys.ENTER);
    browser.awaitText(".count", text -> text.equals("1 spans"));
    assertThat(browser.texts(".row.hit .label")).containsExactly("cart step 7000");
    assertThat(browser.element(".row.hit").isDisplayed()).isTrue();
  }

  @Test
  void whoComesBackIsWhereTheyWere() {
    browser.open(console.url() + "#/logs", "Logs");
    browser.script("scrollTo(0, 1200)");
    browser.all(".log summary").get(40).click();
    browser.link("Lines around it").click();
    browser.awaitHeading("Around a line");
    assertThat(browser.script("return scrollY").asInt()).isZero();
    browser.script("history.back()");
    browser.awaitHeading("Logs");
    assertThat(browser.script("return scrollY").asInt()).isGreaterThan(400);
  }

  @Test
  void enterOpensALog() {
    browser.open(console.url() + "#/logs?severity=error", "Logs");
    tabTo("declined");
    browser.press(Keys.ENTER);
    assertThat(browser.text(".log[open] .detail")).contains("attempt");
  }

  @Test
  void theNavigationSaysWhereOneIs() {
    tabTo("Alerts");
    browser.press(Keys.ENTER);
    browser.awaitHeading("Alerts");
    assertThat(browser.texts("nav [aria-current=page]")).containsExactly("Alerts");
  }

  private static String focusedSpan() {
    return browser.script(STOP).asText().replaceAll(" [0-9.]+ (s|ms|µs)$", "");
  }

  private static Trace longTrace() {
    SpanBuilder[] steps = new SpanBuilder[9998];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Telemetry.service("cart").span("step " + (i + 1)).took(Duration.ofMillis(1));
    }
    SpanBuilder root =
        Telemetry.service("frontend")
            .span("GET /all")
            .took(Duration.ofSeconds(11))
            .calls(Telemetry.service("cart").span("all").took(Duration.ofSeconds(10)).calls(steps));
    return Samples.trace(
        TraceBuilder.trace(Telemetry.traceId(10_000), root), "frontend", "GET /all");
  }

  private static final String LONG = HexFormat.of().formatHex(Telemetry.traceId(10_000));

  /**
   * The time that the page took for a key, with what it then had to lay out: the median of many, as
   * the machine may take a pause at any of them.
   */
  private static final String TURN_PAGES =
      """
      const times = [];
      for (let i = 0; i < 300; i++) {
        const begin = performance.now();
        document.activeElement.dispatchEvent(
          new KeyboardEvent('keydown', {key: 'PageDown', bubbles: true, cancelable: true}));
        document.querySelector('.waterfall').getBoundingClientRect();
        times.push(performance.now() - begin);
      }
      return times.sort((a, b) => a - b)[150];
      """;

  /** What has the focus: a field's name, else the text. */
  private static final String STOP =
      """
      const focused = document.activeElement;
      return focused.name || focused.textContent.trim().replace(/\\s+/g, ' ');
      """;

  private static final String OUTLINE =
      """
      return getComputedStyle(document.activeElement).outlineStyle;
      """;

  private static void tabTo(String text) {
    for (int i = 0; i < 40; i++) {
      browser.tab();
      if (browser.script(STOP).asText().contains(text)) {
        return;
      }
    }
    throw new AssertionError("no stop for " + text);
  }
}
