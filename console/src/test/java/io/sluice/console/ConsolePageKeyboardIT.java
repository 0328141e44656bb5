package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.util.ArrayList;
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
    for (int i = 0; i < 20; i++) {
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
            "tag",
            "error",
            "Search",
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
    browser.press(Keys.SPACE);
    browser.awaitCount(".waterfall .detail", 0);
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
