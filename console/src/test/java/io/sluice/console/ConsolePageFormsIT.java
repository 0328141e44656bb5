package io.sluice.console;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** Fields of a form have what is listed beside them, and a search asks for what they have. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageFormsIT {

  @TempDir private static Path directory;
  private static ConsoleFixture console;
  private static Browser browser;

  @BeforeAll
  static void start(TestBroker broker) {
    console = ConsoleFixture.start(broker, directory);
    console.store().put(Samples.log(1, "cart", "first"));
    console.store().put(Samples.log(2, "checkout", "second"));
    console.store().put(Samples.log(3, " two  spaces", "third"));
    for (int i = 1; i <= 51; i++) { // more than are listed at once
      TraceBuilder trace =
          TraceBuilder.trace(Telemetry.traceId(i), service("cart").span("GET /cart"));
      console.store().put(Samples.trace(trace, "cart", "GET /cart"));
    }
    console.store().refresh();
    browser = new Browser();
  }

  @AfterAll
  static void stop() {
    browser.close();
    console.close();
  }

  @Test
  void whatWasTypedAndNotSentIsGoneWithTheListThatItWasTypedFor() {
    browser.open(console.url() + "#/logs", "Logs");
    browser.element("input[name=q]").sendKeys("declined");
    browser.link("Follow as they come").click();
    browser.awaitText("main .panel", text -> text.startsWith("Following"));
    assertThat(value("input[name=q]")).isEmpty();

    browser.link("Stop").click();
    browser.awaitCount(".log", 3);
    choose("select[name=service]", "cart");
    browser.link("info 3").click();
    browser.awaitText("main .panel", text -> text.startsWith("3 found"));
    assertThat(browser.address()).isEqualTo("/logs?severity=info");
    assertThat(value("select[name=service]")).isEmpty();
    assertThat(value("select[name=severity]")).isEqualTo("info");
  }

  @Test
  void theFormOfTracesIsOfThePageThatIsListed() {
    browser.open(console.url() + "#/traces", "Traces");
    choose("select[name=service]", "cart");
    browser.element("input[name=operation]").sendKeys("POST");
    browser.element("input[name=error]").click();
    browser.link("Older").click();
    browser.awaitCount("tbody tr", 1);
    assertThat(value("select[name=service]")).isEmpty();
    assertThat(value("input[name=operation]")).isEmpty();
    assertThat(browser.element("input[name=error]").isSelected()).isFalse();
  }

  @Test
  void choosingATimeSendsWhatElseTheFormHas() {
    browser.open(console.url() + "#/logs", "Logs");
    browser.element("input[name=q]").sendKeys("second");
    choose("select[name=since]", "between …");
    browser.awaitCount("input[name=from]", 1);
    assertThat(browser.address()).contains("q=second", "from=", "to=").doesNotContain("since");
    assertThat(value("input[name=q]")).isEqualTo("second");
    assertThat(value("select[name=since]")).isEqualTo("between");
    assertThat(value("input[name=from]")).isNotEmpty();
  }

  @Test
  void aNameIsAskedForWithItsSpaces() {
    browser.open(console.url() + "#/logs", "Logs");
    browser.element("select[name=service] option[value=' two  spaces']").click();
    browser.element("button.primary").click();
    browser.awaitCount(".log", 1);
    assertThat(browser.text(".log .body")).isEqualTo("third");
  }

  @Test
  void whatAnAddressAsksForIsChosenThoughNoListHasIt() {
    browser.open(console.url() + "#/logs?severity=warning", "Logs");
    assertThat(value("select[name=severity]")).isEqualTo("warning");
    browser.open(console.url() + "#/redactions?since=6h", "Redactions");
    assertThat(value("select[name=since]")).isEqualTo("6h");
  }

  @Test
  void aTimeThatNoAddressCanHaveIsRefusedByItsField() {
    browser.open(console.url() + "#/logs?from=2026-01-01T00:00:00Z", "Logs");
    browser.script("document.querySelector('input[name=from]').value = '20261-01-01T00:00'");
    browser.element("button.primary").click();
    assertThat(
            browser.script("return document.querySelector('input[name=from]').validationMessage"))
        .asString()
        .contains("9999");
  }

  private static void choose(String select, String option) {
    browser.element(select).findElement(By.xpath("option[.='" + option + "']")).click();
  }

  private static String value(String field) {
    return String.valueOf(browser.element(field).getDomProperty("value"));
  }
}
