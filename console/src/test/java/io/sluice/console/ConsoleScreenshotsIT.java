package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import io.sluice.testkit.WithBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pictures of the pages, for people to look at: {@code mvn -pl console -am verify
 * -Dit.test=ConsoleScreenshotsIT -Dconsole.screenshots=DIRECTORY}.
 */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@EnabledIfSystemProperty(named = "console.screenshots", matches = ".+")
class ConsoleScreenshotsIT {

  @TempDir private Path directory;

  @Test
  void takesPicturesOfThePages(TestBroker broker) throws IOException {
    Path pictures = Path.of(System.getProperty("console.screenshots"));
    Files.createDirectories(pictures);
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("overview", "");
    pages.put("traces", "#/traces");
    pages.put("trace", "#/traces/" + Shop.FAILED);
    pages.put("logs", "#/logs");
    pages.put("context", "#/logs?around=0-0-3");
    pages.put("map", "#/map");
    pages.put("slo", "#/slos/checkout-latency");
    pages.put("alerts", "#/alerts");
    ConsoleFixture console = ConsoleFixture.start(broker, directory);
    try (Browser browser = new Browser()) {
      Shop.fill(console, broker);
      for (int i = 1; i <= 12; i++) {
        put(console, i);
      }
      console.store().refresh();
      for (int width : new int[] {1920, 390}) {
        browser.width(width);
        for (Map.Entry<String, String> page : pages.entrySet()) {
          browser.open(console.url() + page.getValue());
          browser.awaitText("h1", text -> !text.isEmpty());
          browser.screenshot(pictures.resolve(page.getKey() + "-" + width + ".png"));
        }
      }
      assertThat(browser.problems()).isEmpty();
    } finally {
      console.close();
    }
  }

  private static void put(ConsoleFixture console, int number) {
    var database =
        Telemetry.service("payment")
            .span("INSERT charges")
            .kind(SpanKind.CLIENT)
            .attribute("db.system.name", "postgresql");
    var charge = Telemetry.service("payment").span("POST /charge").kind(SpanKind.SERVER);
    if (number % 3 == 0) {
      charge.error();
    }
    var root =
        Telemetry.service("frontend")
            .span("GET /buy")
            .kind(SpanKind.SERVER)
            .start(Instant.now().minusSeconds(60L * number))
            .took(Duration.ofMillis(20L * number * number))
            .calls(
                Telemetry.service("cart").span("GET /cart").kind(SpanKind.SERVER),
                Telemetry.service("checkout")
                    .span("POST /checkout")
                    .kind(SpanKind.SERVER)
                    .calls(charge.calls(database)));
    console
        .store()
        .put(
            Samples.trace(
                TraceBuilder.trace(Telemetry.traceId(500 + number), root), "frontend", "GET /buy"));
  }
}
