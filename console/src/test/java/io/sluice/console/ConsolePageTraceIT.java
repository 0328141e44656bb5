package io.sluice.console;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
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

  private static String trace(int number) {
    return HexFormat.of().formatHex(Telemetry.traceId(number));
  }
}
