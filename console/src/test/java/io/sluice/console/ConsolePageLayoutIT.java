package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page on a telephone, a tablet and a desk, by day and by night, for everybody. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageLayoutIT {

  private static final List<String> VIEWS =
      List.of(
          "",
          "#/services/cart",
          "#/services/nobody",
          HostileShop.SERVICE,
          "#/traces",
          "#/traces/" + Shop.FAILED,
          "#/traces/" + HostileShop.TRACE,
          "#/traces/" + "0a".repeat(16),
          "#/logs",
          "#/logs?live=true",
          "#/logs?around=0-0-5",
          "#/map",
          "#/slos",
          "#/slos/checkout-latency",
          "#/alerts",
          "#/alerts/f1",
          "#/runbooks/checkout-latency",
          "#/databases",
          "#/databases?service=nobody",
          "#/cardinality",
          "#/cardinality?service=nobody",
          "#/redactions",
          "#/redactions?since=7d&service=nobody",
          "#/pipeline");

  @TempDir private static Path directory;
  private static ConsoleFixture console;
  private static Browser browser;

  @BeforeAll
  static void start(TestBroker broker) {
    console = ConsoleFixture.start(broker, directory);
    Shop.fill(console, broker);
    HostileShop.fill(console, broker);
    browser = new Browser();
  }

  @AfterAll
  static void stop() {
    browser.close();
    console.close();
  }

  @Test
  void nothingIsWiderThanTheScreen() {
    for (String view : VIEWS) {
      open(view);
      for (int width : new int[] {390, 768, 1400, 1920}) {
        browser.width(width);
        browser.awaitIdle();
        assertThat(browser.script("return innerWidth").asInt()).isEqualTo(width);
        assertThat(browser.script("return document.scrollingElement.scrollWidth").asInt())
            .as("width of %s at %s, too wide is %s", view, width, browser.script(TOO_WIDE))
            .isLessThanOrEqualTo(width);
      }
    }
  }

  /** Names, roles, and WCAG's AA for the contrast of text. */
  @Test
  void nobodyIsKeptOut() {
    browser.width(1400);
    for (String view : VIEWS) {
      open(view);
      for (String scheme : new String[] {"light", "dark"}) {
        browser.colours(scheme);
        assertThat(browser.barriers()).as("%s in %s", view, scheme).isEmpty();
      }
    }
  }

  @Test
  void nightIsDarkerThanDay() {
    browser.colours("light");
    open("");
    int day = browser.script(BRIGHTNESS).asInt();
    browser.colours("dark");
    assertThat(browser.script(BRIGHTNESS).asInt()).isLessThan(day / 4);
  }

  private static final String BRIGHTNESS =
      """
      return Number(/\\d+/.exec(getComputedStyle(document.body).backgroundColor)[0]);
      """;

  /** What reaches beyond the screen and is not within a part that scrolls by itself. */
  private static final String TOO_WIDE =
      """
      return [...document.querySelectorAll('main *, header *')]
        .filter(each => each.getBoundingClientRect().right > innerWidth && !each.closest('.scroll'))
        .map(each => each.tagName + '.' + each.className).slice(0, 5);
      """;

  private static void open(String view) {
    browser.open(console.url() + view);
    browser.script("document.querySelectorAll('.log').forEach(each => each.open = true)");
    int spans = browser.all("button.span").size();
    browser.script("document.querySelectorAll('button.span').forEach(each => each.click())");
    browser.awaitCount(".waterfall .detail", spans);
  }
}
