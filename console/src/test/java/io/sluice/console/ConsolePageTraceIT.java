package io.sluice.console;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace that is large, and links into it. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageTraceIT {

  private static final String LARGE = trace(1);

  @TempDir private static Path directory;
  private static ConsoleFixture console;
  private static Browser browser;

  @BeforeAll
  static void start(TestBroker broker) {
    console = ConsoleFixture.start(broker, directory);
    SpanBuilder failed = service("cart").span("fails").error();
    console.store().put(Samples.largeTrace(1, 10_000, service("cart").span("last").calls(failed)));
    SpanBuilder[] steps = new SpanBuilder[100];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = service("cart").span("step " + (i + 1));
    }
    TraceBuilder other =
        TraceBuilder.trace(Telemetry.traceId(2), service("cart").span("GET /other").calls(steps));
    console.store().put(Samples.trace(other, "cart", "GET /other"));
    console.store().refresh();
    browser = new Browser();
  }

  @AfterAll
  static void stop() {
    browser.close();
    console.close();
  }

  @Test
  void aLargeTraceHasItsRootAndLeadsToWhereItsErrorBegan() {
    browser.open(console.url() + "#/traces/" + LARGE, "cart: GET /all");
    assertThat(browser.text("button.span")).startsWith("cart GET /all");
    browser.link("cart: fails").click();
    browser.awaitCount(".waterfall .detail", 1);
    assertThat(browser.text("button.span[aria-expanded=true]")).contains("fails");
    assertThat(browser.texts("main .error")).isEmpty();
    assertThat(browser.text("main")).contains("3 further spans are left out");
  }

  @Test
  void saysThatTheSpanOfTheAddressIsLeftOut() {
    String step1 = HexFormat.of().formatHex(Telemetry.spanId(1002));
    browser.open(console.url() + "#/traces/" + LARGE + "?span=" + step1, "cart: GET /all");
    assertThat(browser.text("main .error")).contains(step1, "among those left out");
  }

  @Test
  void aLinkToTheSpanOfTheAddressLeadsToItOnceMoreAndAnotherTraceBeginsAtItsTop() {
    browser.open(console.url() + "#/traces/" + LARGE, "cart: GET /all");
    browser.link("cart: fails").click();
    browser.awaitText("button.span[aria-expanded=true]", text -> text.contains("fails"));
    browser.script("document.querySelector('.waterfall').scrollTop = 0");
    browser.awaitCount(".row:not(.away) button.span[aria-expanded=true]", 0);
    browser.link("cart: fails").click();
    browser.awaitText("button.span[aria-expanded=true]", text -> text.contains("fails"));
    browser.script("location.hash = '#/traces/" + trace(2) + "'");
    browser.awaitHeading("cart: GET /other");
    assertThat(browser.text("button.span")).startsWith("cart GET /other");
    assertThat(browser.script("return document.querySelector('.waterfall').scrollTop").asInt())
        .isZero();
  }

  @Test
  void whoComesBackSeesTheSpanOfTheAddress() {
    browser.open(console.url() + "#/traces/" + LARGE, "cart: GET /all");
    browser.link("cart: fails").click();
    browser.awaitCount(".row:not(.away) button.span[aria-expanded=true]", 1);
    browser.link("Logs").click();
    browser.awaitHeading("Logs");
    browser.script("history.back()");
    browser.awaitHeading("cart: GET /all");
    browser.awaitCount(".row:not(.away) button.span[aria-expanded=true]", 1);
    assertThat(browser.text("button.span[aria-expanded=true]")).contains("fails");
  }

  @Test
  void isThereThoughItsLogsAreNot() {
    browser.open(console.url() + "#/pipeline", "Pipeline");
    browser.script(
        """
        const ask = window.fetch;
        window.fetch = (url, options) => String(url).includes('/logs?')
          ? Promise.reject(new Error('gone')) : ask(url, options);
        """);
    browser.script("location.hash = '#/traces/" + trace(2) + "'");
    browser.awaitHeading("cart: GET /other");
    assertThat(browser.texts("main .error")).singleElement().asString().contains("not answer");
    browser.element("button.span").click();
    browser.awaitText(".waterfall .detail .error", text -> text.contains("not answer"));
  }

  private static String trace(int number) {
    return HexFormat.of().formatHex(Telemetry.traceId(number));
  }
}
