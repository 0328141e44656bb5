package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever senders write, readers see it as text, and their browser talks to the console alone. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageSafetyIT {

  @TempDir private static Path directory;
  private static ConsoleFixture console;
  private static Browser browser;

  @BeforeAll
  static void start(TestBroker broker) {
    console = ConsoleFixture.start(broker, directory);
    HostileShop.fill(console, broker);
    browser = new Browser();
  }

  @AfterAll
  static void stop() {
    browser.close();
    console.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "#/traces",
        "#/traces/*",
        "#/logs",
        "#/services/*",
        "#/alerts",
        "#/alerts/f1",
        "#/slos",
        "#/databases",
        "#/cardinality",
        "#/redactions",
        "#/pipeline"
      })
  void showsHostileTextAsTextAndRunsNothing(String address) {
    open(address);
    if (!address.equals("#/slos")) {
      assertThat(browser.script("return document.querySelector('main').textContent").asText())
          .contains(HostileShop.HOSTILE);
    }
    assertThat(browser.script("return document.querySelectorAll('img:not(.brand img)').length"))
        .hasToString("0");
    assertThat(browser.script("return window.ran").isNull()).as("no script has run").isTrue();
    for (JsonNode href :
        browser.script(
            "return [...document.querySelectorAll('main a')]"
                + ".map(a => new URL(a.getAttribute('href'), document.baseURI).href)")) {
      assertThat(href.asText()).startsWith(console.url() + "#/");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "#/traces",
        "#/traces/*",
        "#/logs",
        "#/services/*",
        "#/alerts",
        "#/alerts/f1",
        "#/databases",
        "#/cardinality",
        "#/redactions",
        "#/pipeline"
      })
  void textThatRunsBackwardsTurnsNothingButItself(String address) {
    open(address);
    assertThat(browser.script(BACKWARDS)).isEmpty();
  }

  @Test
  void servicesHaveTheirPagesWhateverTheirNames() {
    for (String name : HostileShop.NAMES) {
      open("");
      browser.link(name).click();
      browser.awaitHeading(name);
      browser.awaitText(".figure b", "40"::equals);
    }
  }

  @Test
  void asksNobodyButTheConsoleAndLeavesTheBrowsersConsoleClean() {
    browser.requests();
    browser.problems();
    for (String address :
        List.of(
            "",
            "#/traces",
            "#/traces/*",
            "#/logs",
            "#/services/*",
            "#/map",
            "#/slos",
            "#/slos/checkout-latency",
            "#/databases",
            "#/cardinality",
            "#/alerts",
            "#/runbooks/checkout-latency",
            "#/redactions",
            "#/pipeline")) {
      open(address);
    }
    assertThat(browser.requests())
        .hasSizeGreaterThan(20)
        .filteredOn(url -> !url.equals("about:blank"))
        .allSatisfy(url -> assertThat(url).startsWith(console.url()))
        .noneSatisfy(url -> assertThat(url).endsWith("/x"));
    assertThat(browser.problems()).isEmpty();
  }

  private static void open(String address) {
    String page = address.replace("#/services/*", HostileShop.SERVICE);
    browser.open(console.url() + page.replace("*", HostileShop.TRACE));
    if (address.equals("#/traces/*")) {
      browser.element("button.span").click();
      browser.awaitCount(".waterfall .detail", 1);
    }
    if (address.equals("#/logs")) {
      browser.element(".log summary").click();
    }
  }

  /** Text that stands in reverse though no character in it says so: its last letter is first. */
  private static final String BACKWARDS =
      """
      const found = [];
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node; (node = texts.nextNode());) {
        const text = node.data;
        const first = text.search(/\\S/), last = text.trimEnd().length - 1;
        if (first === last || first < 0 || /[\\u202a-\\u202e]/.test(text)) continue;
        const place = (at) => {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          return range.getBoundingClientRect();
        };
        const a = place(first), b = place(last);
        if (a.width && b.width && a.top === b.top && a.left > b.left) found.push(text.trim());
      }
      return found;
      """;
}
