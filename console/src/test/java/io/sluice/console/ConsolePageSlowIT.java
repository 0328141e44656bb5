package io.sluice.console;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Topics;
import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the page does while an answer takes long, or no longer comes. Its seconds are the test's.
 */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageSlowIT {

  private static final String TRACE = HexFormat.of().formatHex(Telemetry.traceId(1));

  @TempDir private static Path directory;
  private static TestBroker broker;
  private static ConsoleFixture console;
  private static Browser browser;

  @BeforeAll
  static void start(TestBroker freshBroker) {
    broker = freshBroker;
    console = ConsoleFixture.start(broker, directory);
    TraceBuilder trace =
        TraceBuilder.trace(Telemetry.traceId(1), service("cart").span("GET /cart"));
    console.store().put(Samples.trace(trace, "cart", "GET /cart"));
    console.store().refresh();
    browser = new Browser();
  }

  @AfterAll
  static void stop() {
    browser.close();
    console.close();
  }

  @BeforeEach
  void open() {
    browser.open(console.url() + "#/alerts", "Alerts");
    browser.script(CLOCK);
    browser.script(STOPS);
  }

  @Test
  void aTailThatFallsSilentIsOpenedAnewAndSaysThatItWasInterrupted() {
    browser.script("window.stops = '/logs/tail'");
    browser.script("location.hash = '#/logs?live=true'");
    browser.awaitCount("#stopped", 1);
    browser.script("window.stops = null");
    pass(11);
    browser.awaitText(
        "main .panel", text -> text.startsWith("Following") && text.contains("interrupted at"));
    broker.produce(
        Topics.LOGS, null, Telemetry.logs(Telemetry.service("cart").log("a line")).toByteArray());
    browser.awaitText(".log .body", "a line"::equals);
  }

  @Test
  void anAnswerThatBeganMayComeForAMinuteAndIsAskedForOnce() {
    browser.script("window.stops = '/traces/" + TRACE + "'");
    browser.script("location.hash = '#/traces/" + TRACE + "'");
    browser.awaitCount("#stopped", 1);
    browser.script("history.back()");
    browser.awaitText("nav a[aria-current=page]", "Alerts"::equals);
    browser.script("location.hash = '#/traces/" + TRACE + "'");
    browser.awaitText("nav a[aria-current=page]", "Traces"::equals);
    pass(50);
    browser.script("window.goOn()");
    browser.awaitHeading("cart: GET /cart");
    assertThat(browser.script("return window.asked").asInt()).isEqualTo(1);
  }

  @Test
  void anAnswerThatBeganAndDoesNotComeIsGivenUp() {
    browser.script("window.stops = '/traces/" + TRACE + "'");
    browser.script("location.hash = '#/traces/" + TRACE + "'");
    browser.awaitCount("#stopped", 1);
    browser.script("window.stops = null");
    pass(61);
    browser.awaitHeading("cart: GET /cart"); // it is asked for again
  }

  /** So many seconds, for what waits for one or more. */
  private static void pass(int seconds) {
    browser.script("window.pass(" + seconds + "000)");
  }

  private static final String CLOCK =
      """
      const timers = new Map(), start = window.setTimeout, end = window.clearTimeout;
      let last = 1e9, now = 0;
      const put = (ms, run) => { timers.set(++last, {at: now + ms, run}); return last; };
      window.setTimeout = (run, ms) => ms >= 1000 ? put(ms, run) : start(run, ms);
      window.clearTimeout = (id) => timers.delete(id) || end(id);
      AbortSignal.timeout = (ms) => {
        const controller = new AbortController();
        put(ms, () => controller.abort());
        return controller.signal;
      };
      window.pass = (ms) => {
        now += ms;
        for (const [id, {at, run}] of timers) if (at <= now && timers.delete(id)) run();
      };
      """;

  /** An answer to such an address stops after its first bytes, until it may go on. */
  private static final String STOPS =
      """
      const ask = window.fetch;
      const gate = new Promise(done => { window.goOn = done; });
      window.asked = 0;
      window.fetch = async (url, options) => {
        const stops = window.stops && String(url).includes(window.stops);
        const reply = await ask(url, options);
        if (!stops) return reply;
        window.asked++;
        const reader = reply.body.getReader();
        let isFirst = true;
        const body = new ReadableStream({
          start(out) {
            options.signal.addEventListener('abort', () => out.error(options.signal.reason));
          },
          async pull(out) {
            if (!isFirst) {
              const mark = document.createElement('p');
              mark.id = 'stopped';
              document.body.append(mark);
              await gate;
            }
            isFirst = false;
            const {done, value} = await reader.read();
            done ? out.close() : out.enqueue(value);
          },
        });
        return new Response(body, {status: reply.status, headers: reply.headers});
      };
      """;
}
