package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page on a telephone, a tablet and a desk, by day and by night. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageLayoutIT {

  private static final List<String> VIEWS =
      List.of(
          "",
          "#/traces",
          "#/traces/" + Shop.FAILED,
          "#/traces/" + HostileShop.TRACE,
          "#/traces/" + "0a".repeat(16),
          "#/logs",
          "#/map",
          "#/slos",
          "#/slos/checkout-latency",
          "#/alerts",
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

  @ParameterizedTest
  @ValueSource(ints = {390, 768, 1400, 1920})
  void nothingIsWiderThanTheScreen(int width) {
    browser.width(width);
    for (String view : VIEWS) {
      open(view);
      assertThat(browser.script("return innerWidth").asInt()).isEqualTo(width);
      assertThat(browser.script("return document.scrollingElement.scrollWidth").asInt())
          .as("width of %s, too wide is %s", view, browser.script(TOO_WIDE))
          .isLessThanOrEqualTo(width);
    }
  }

  /** WCAG's AA for text of this size. */
  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void textStandsOutFromItsGround(String scheme) {
    browser.width(1400);
    browser.colours(scheme);
    for (String view : VIEWS) {
      open(view);
      JsonNode texts = browser.script(CONTRASTS);
      assertThat(texts).as("texts of " + view).hasSizeGreaterThan(8);
      for (JsonNode text : texts) {
        assertThat(text.get("contrast").asDouble())
            .as("%s in %s: %s", scheme, view, text)
            .isGreaterThanOrEqualTo(4.5);
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

  /** Each piece of text with its contrast to the first ground behind it that is not clear. */
  private static final String CONTRASTS =
      """
      const channels = (colour) => {
        const parts = colour.match(/[\\d.]+/g).map(Number);
        return {rgb: parts.slice(0, 3), alpha: parts[3] ?? 1};
      };
      const luminance = (rgb) => rgb.map(c => c / 255)
        .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = (element) => {
        const colour = channels(getComputedStyle(element).backgroundColor);
        if (colour.alpha === 1) return colour.rgb;
        if (colour.alpha > 0) throw new Error('a ground that is half clear: ' + element.outerHTML);
        return ground(element.parentElement);
      };
      const found = [];
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node; (node = texts.nextNode());) {
        const element = node.parentElement;
        if (!node.data.trim() || element.closest('svg') || !element.checkVisibility()) continue;
        const lights = [luminance(channels(getComputedStyle(element).color).rgb),
          luminance(ground(element))].sort((a, b) => b - a);
        found.push({text: node.data.trim().slice(0, 30),
          contrast: (lights[0] + 0.05) / (lights[1] + 0.05)});
      }
      return found;
      """;

  private static void open(String view) {
    browser.open(console.url() + view);
    browser.script("document.querySelectorAll('.log').forEach(each => each.open = true)");
    int spans = browser.all("button.span").size();
    browser.script("document.querySelectorAll('button.span').forEach(each => each.click())");
    browser.awaitCount(".waterfall .detail", spans);
  }
}
