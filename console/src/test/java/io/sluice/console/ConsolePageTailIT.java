package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.Topics;
import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;

/** Lines that come are on the page, whatever else happens to it. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageTailIT {

  private static Browser browser;

  @TempDir private Path directory;
  private TestBroker broker;
  private ConsoleFixture console;

  @BeforeAll
  static void open() {
    browser = new Browser();
  }

  @AfterAll
  static void quit() {
    browser.close();
  }

  @BeforeEach
  void start(TestBroker freshBroker) {
    broker = freshBroker;
  }

  @AfterEach
  void stop() {
    console.close();
  }

  @Test
  void aSearchByEnterFollowsOn() {
    console = ConsoleFixture.start(broker, directory);
    follow();
    browser.element("input[name=q]").sendKeys("payment", Keys.ENTER);
    browser.awaitText("main .panel", text -> text.contains("Following"));
    assertThat(browser.address()).contains("q=payment", "live=true");
    produceUntilOneIsShown("cart 1", "payment 1"); // it takes what comes once it follows
    browser.element("input[name=q]").sendKeys(Keys.ENTER); // the same address once more
    produceUntilOneIsShown("cart 2", "payment 2");
    assertThat(browser.texts(".log .body")).isSubsetOf("payment 1", "payment 2");
  }

  @Test
  void aLineThatIsReadStaysWhileOthersComeAndAreCounted() {
    console = ConsoleFixture.start(broker, directory);
    follow();
    produce("a line to read");
    browser.awaitCount(".log", 1);
    browser.element(".log summary").click();
    produce("second", "third");
    browser.awaitText("#status", "held; 2 came since"::equals);
    assertThat(browser.texts(".log .body")).containsExactly("a line to read");
    browser.element(".log summary").click();
    browser.awaitCount(".log", 3);
    assertThat(browser.text("#status")).isEmpty();
  }

  @Test
  void aSearchByEnterIsRefreshed() {
    console = ConsoleFixture.start(broker, directory);
    put(1, "payment 1");
    browser.open(console.url() + "#/logs", "Logs");
    browser.element("input[name=q]").sendKeys("payment", Keys.ENTER);
    browser.awaitText("main .panel", text -> text.contains("1 found"));
    put(2, "payment 2");
    browser.awaitCount(".log", 2);
  }

  @Test
  void goesOnWhenTheServerIsBackAndSaysThatItWasInterrupted() {
    console = ConsoleFixture.start(broker, directory);
    int port = console.port();
    follow();
    produce("before");
    browser.awaitCount(".log", 1);
    console.stop();
    browser.awaitText("#status", text -> text.contains("Sluice does not answer"));
    console.restart(port);
    browser.awaitText(
        "main .panel", text -> text.startsWith("Following") && text.contains("interrupted at"));
    produce("after");
    browser.awaitCount(".log", 2);
    assertThat(browser.texts(".log .body")).containsExactly("after", "before");
    assertThat(browser.text("main .panel")).contains("2 came", "interrupted at");
    assertThat(browser.text("#status")).isEmpty();
  }

  @Test
  void goesOnWhileALineIsReadAndSaysThatItWasInterrupted() {
    console = ConsoleFixture.start(broker, directory);
    int port = console.port();
    follow();
    produce("a line to read");
    browser.awaitCount(".log", 1);
    browser.element(".log summary").click();
    console.stop();
    browser.awaitText("#status", text -> text.startsWith("held; interrupted at"));
    console.restart(port);
    await()
        .atMost(Browser.AT_MOST)
        .until(
            () -> {
              produce("after"); // it takes what comes once it is there again
              return browser.text("#status").contains(" came since; interrupted at");
            });
    assertThat(browser.texts(".log .body")).containsExactly("a line to read");
    browser.element(".log summary").click();
    browser.awaitText(".log .body", "after"::equals);
    assertThat(browser.text("main .panel")).contains("interrupted at");
    assertThat(browser.text("#status")).isEmpty();
  }

  @Test
  void startsWhenTheServerIsThereAgain() {
    console = ConsoleFixture.start(broker, directory);
    int port = console.port();
    browser.open(console.url() + "#/logs", "Logs");
    console.stop();
    browser.link("Follow as they come").click();
    browser.awaitHeading("Nothing to show");
    console.restart(port);
    browser.awaitText("main .panel", text -> text.startsWith("Following"));
  }

  @Test
  void isDrawnWhereNamesOfServicesTakeLongerThanLinesTakeToCome() {
    console = ConsoleFixture.start(broker, directory);
    browser.open(console.url(), "Overview");
    browser.script(
        """
        const ask = window.fetch;
        window.fetch = async (url, options) => {
          const reply = await ask(url, options);
          if (String(url).endsWith('/services')) await new Promise(done => setTimeout(done, 2000));
          return reply;
        };
        """);
    browser.link("Logs").click();
    browser.awaitHeading("Logs");
    browser.link("Follow as they come").click();
    browser.awaitText("main .panel", text -> text.startsWith("Following"));
    produce("a line");
    browser.awaitCount(".log", 1);
  }

  @Test
  void takesNoIndex() {
    console = ConsoleFixture.startWithoutIndex(broker, directory);
    browser.open(console.url() + "#/logs?live=true&service=cart", "Logs");
    browser.awaitText("main .panel", text -> text.startsWith("Following"));
    assertThat(browser.element("select[name=service]").getDomProperty("value")).isEqualTo("cart");
    produce("a line");
    browser.awaitCount(".log", 1);
  }

  private void follow() {
    browser.open(console.url() + "#/logs?live=true", "Logs");
    browser.awaitText("main .panel", text -> text.startsWith("Following"));
  }

  private void produce(String... lines) {
    for (String line : lines) {
      broker.produce(
          Topics.LOGS, null, Telemetry.logs(Telemetry.service("cart").log(line)).toByteArray());
    }
  }

  private void produceUntilOneIsShown(String hidden, String shown) {
    await()
        .atMost(Browser.AT_MOST)
        .ignoreException(StaleElementReferenceException.class)
        .until(
            () -> {
              produce(hidden, shown);
              return browser.texts(".log .body").contains(shown);
            });
  }

  private void put(int number, String line) {
    console.store().put(Samples.log(number, "cart", line));
    console.store().refresh();
  }
}
