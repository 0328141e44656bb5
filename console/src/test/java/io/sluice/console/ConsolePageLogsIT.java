package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Topics;
import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts, neighbours and the live tail on the page of logs. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageLogsIT {

  private static final String HOSTILE = "<img src=x onerror=\"window.ran=1\"> [card]";

  @TempDir private Path directory;
  private TestBroker broker;
  private ConsoleFixture console;
  private Browser browser;

  @BeforeEach
  void start(TestBroker freshBroker) {
    broker = freshBroker;
    console = ConsoleFixture.start(broker, directory);
    for (int i = 0; i < 40; i++) {
      boolean failed = i % 4 == 0;
      console
          .store()
          .put(
              Samples.log(
                  i,
                  i % 2 == 0 ? "cart" : "payment",
                  failed ? "ERROR" : "INFO",
                  failed ? 17 : 9,
                  "line " + i,
                  "",
                  Map.of()));
    }
    console.store().refresh();
    browser = new Browser();
  }

  @AfterEach
  void stop() {
    browser.close();
    console.close();
  }

  @Test
  void countsWhatItFindsAndLeadsToAPartOfIt() {
    browser.open(console.url() + "#/logs", "Logs");
    browser.awaitCount(".log", 40);
    assertThat(browser.all(".histogram .bar")).isNotEmpty();
    browser.link("error 10").click();
    browser.awaitCount(".log", 10);
    browser.link("cart 10").click();
    browser.awaitText("main .panel", text -> text.contains("10 found"));
    assertThat(browser.address()).contains("severity=error", "service=cart");
    assertThat(browser.problems()).isEmpty();
  }

  @Test
  void aCountIsOfWhatItLeadsTo() {
    browser.open(console.url() + "#/logs", "Logs");
    browser.link("info and above 40").click();
    browser.awaitText("main .panel", text -> text.startsWith("40 found"));
    assertThat(browser.address()).contains("severity=info");
    assertThat(browser.link("info and above 40").getDomAttribute("title")).isEqualTo("30 info");
  }

  @Test
  void servicesThatAreNotNamedAreCounted() {
    for (int i = 0; i < 20; i++) {
      console.store().put(Samples.log(200 + i, "service-" + i, "one"));
    }
    console.store().refresh();
    browser.open(console.url() + "#/logs", "Logs");
    assertThat(browser.text("section[aria-label=Counts]")).endsWith("and 10 further services");
  }

  @Test
  void looksIntoTheTimeThatWasChosenInTheUsersZone() {
    browser.zone("Asia/Kolkata");
    browser.open(console.url() + "#/logs?since=1h", "Logs");
    assertThat(browser.text("main .empty")).contains("Nothing in the last hour");
    browser.element("select[name=since]").sendKeys("between");
    browser.awaitCount("input[name=from]", 1);
    browser.script("document.querySelector('input[name=from]').value = '2026-01-01T05:29'");
    browser.script("document.querySelector('input[name=to]').value = '2026-01-01T05:31'");
    browser.element("button.primary").click();
    browser.awaitCount(".log", 40);
    browser.link("cart 20").click();
    browser.awaitCount(".log", 20);
    assertThat(browser.address())
        .contains("from=2025-12-31T23%3A59%3A00.000Z", "to=2026-01-01T00%3A01%3A00.000Z");
    assertThat(browser.problems()).isEmpty();
  }

  @Test
  void marksWhatRulesWriteInThePlaceOfSecretsAndNothingElse() {
    String token = "[tok:k1:" + "a1-_".repeat(5) + "xy]";
    String line =
        "INFO [main] [http-nio-8080-exec-1] [error] [tok:k1:short] a ? [private key] b /x?y=[private%20key] "
            + token;
    console.store().put(Samples.log(100, "cart", line));
    console.store().refresh();
    browser.open(console.url() + "#/logs?q=main", "Logs");
    browser.awaitText(".log .body", line::equals);
    assertThat(browser.texts(".log .chip"))
        .containsExactly("[private key]", "[private%20key]", token);
  }

  @Test
  void aLineHasItsAttributesBesideThoseOfItsResourceAndANameForItsSeverity() {
    console
        .store()
        .put(
            Samples.log(100, "cart", "", 17, "no text", "", Map.of("service.name", "of the line")));
    console.store().refresh();
    browser.open(console.url() + "#/logs?q=%22no+text%22", "Logs");
    assertThat(browser.text(".log summary .badge")).isEqualTo("error");
    browser.element(".log summary").click();
    assertThat(browser.texts(".log dl"))
        .containsExactly("service.name\nof the line", "service.name\ncart");
  }

  @Test
  void showsALineAmongItsNeighbours() {
    browser.open(console.url() + "#/logs?q=%22line+20%22", "Logs");
    browser.awaitCount(".log", 1);
    browser.element(".log summary").click();
    browser.link("Lines around it").click();
    browser.awaitHeading("Around a line");
    assertThat(browser.text(".log.marked .body")).isEqualTo("line 20");
    assertThat(browser.texts(".log .body"))
        .startsWith("line 0", "line 2")
        .doesNotContain("line 21");
  }

  @Test
  void followsTheLogsWithoutRunningThem() {
    browser.open(console.url() + "#/logs", "Logs");
    browser.link("Follow as they come").click();
    browser.awaitText("main .panel", text -> text.contains("Following"));
    broker.produce(
        Topics.LOGS, null, Telemetry.logs(Telemetry.service("cart").log(HOSTILE)).toByteArray());
    browser.awaitCount(".log", 1);
    assertThat(browser.text(".log .body")).isEqualTo(HOSTILE);
    assertThat(browser.text(".log .chip")).isEqualTo("[card]");
    assertThat(browser.script("return window.ran").isNull()).isTrue();
    browser.link("Stop").click();
    browser.awaitCount(".log", 40);
    assertThat(browser.problems()).isEmpty();
  }
}
