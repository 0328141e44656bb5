package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Browser;
import io.sluice.testkit.Programs;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openqa.selenium.Keys;

/** The console of a demo whose payments are slow, in a browser: its pages, with what it has. */
final class DemoPages implements AutoCloseable {

  /** By their addresses: their headings, and what is on them. */
  private static final Map<String, String[]> PAGES = new LinkedHashMap<>();

  static {
    page("#/", "Overview", "Checkout answers well and in time", "payment-slow", "frontend");
    page("#/services/checkout", "checkout", "called by", "calls", "/checkout", "p95");
    page("#/traces?service=checkout", "Traces", "COMPLETE");
    page("#/logs?service=payment", "Logs", "found", "payment", "info");
    page("#/map", "Service map", "frontend", "checkout", "payment", "request");
    page("#/databases", "Databases", "h2database", "payment");
    page("#/slos", "Service level objectives", "Checkout answers well and in time", "99 % good");
    page(
        "#/slos/checkout-latency", "Checkout answers well and in time", "What burned it", "FIRING");
    page("#/alerts", "Alerts", "FIRING", "checkout-latency", "Runbook");
    page("#/redactions", "Redactions", "payment", "What is redacted where");
    page("#/cardinality", "Cardinality", "traces_spanmetrics_latency");
    page("#/pipeline", "Pipeline", "sanitizer", "ready");
  }

  private final Browser browser = new Browser();
  private final String console;

  private DemoPages(String console) {
    this.console = console;
  }

  static boolean canOpen() {
    boolean can =
        Programs.find(Browser.CHROMIUM).isPresent() && Programs.find(Browser.DRIVER).isPresent();
    if (!can && "true".equals(System.getenv("CI"))) {
      throw new IllegalStateException(
          "chromium or its driver is not there; with CI=true no test may be left out");
    }
    return can;
  }

  /** Of the console at this address. */
  static DemoPages of(String console) {
    return new DemoPages(console + "/");
  }

  /** Each page has what the demo sent. */
  void openAll() {
    PAGES.forEach(
        (address, texts) -> {
          browser.open(console + address, texts[0]);
          for (String text : texts) {
            browser.awaitText("main", page -> page.contains(text));
          }
        });
    browser.open(console + "#/logs?live=true", "Logs");
    browser.awaitText("main .panel", text -> text.startsWith("Following"));
    browser.awaitText(".log .body", line -> !line.isEmpty());
    assertThat(browser.problems()).isEmpty();
  }

  /** By clicks: from the alert of the overview to the span that is slow, and what it logged. */
  void goFromTheAlertToTheLogsOfTheSlowSpan(String fingerprint) {
    browser.open(console, "Overview");
    browser
        .element("section[aria-label='Active alerts'] a[href='#/alerts/" + fingerprint + "']")
        .click();
    browser.awaitText("main", page -> page.contains("What to do"));
    browser.element(".alert a[href^='#/traces/']").click();
    browser.awaitText("main", page -> page.contains("Where the time went"));
    browser.element("input[name=sought]").sendKeys("service.name=payment", Keys.ENTER);
    browser.awaitText(".count", text -> text.matches("[1-9][0-9]* spans"));
    browser.element(".row.hit button.span").click();
    browser.awaitText(".waterfall .detail", detail -> detail.contains("Logs of this span"));
    browser.element(".waterfall .log summary").click();
    browser.link("Lines around it").click();
    browser.awaitHeading("Around a line");
    assertThat(browser.text(".log.marked")).contains("payment");
    assertThat(browser.problems()).isEmpty();
  }

  @Override
  public void close() {
    browser.close();
  }

  private static void page(String address, String... texts) {
    PAGES.put(address, texts);
  }
}
