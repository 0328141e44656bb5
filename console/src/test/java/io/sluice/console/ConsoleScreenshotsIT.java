package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Pictures of the pages of a demo that runs: {@code mvn -pl console -am verify
 * -Dit.test=ConsoleScreenshotsIT -Dconsole.screenshots=DIRECTORY
 * -Dconsole.url=http://localhost:8080/}. Those of docs/console.md were taken after some minutes
 * with the fault payment-errors.
 */
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@EnabledIfSystemProperty(named = "console.screenshots", matches = ".+")
class ConsoleScreenshotsIT {

  /** In the docs stand those of 1280 pixels in light, and some others. */
  private static final int[] WIDTHS = {390, 1280, 1920};

  @Test
  void takesPicturesOfThePages() throws IOException {
    Path pictures = Path.of(System.getProperty("console.screenshots"));
    Files.createDirectories(pictures);
    String url = System.getProperty("console.url", "http://localhost:8080/");
    try (Browser browser = new Browser()) {
      List<Double> firstViews = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        browser.open(url, "Overview");
        firstViews.add(browser.firstView());
      }
      System.out.println("milliseconds to the first view: " + firstViews);
      assertThat(firstViews.stream().sorted().toList().get(3)).as("the median").isLessThan(1000);
      for (Map.Entry<String, String> page : pages(browser).entrySet()) {
        for (String colours : new String[] {"light", "dark"}) {
          browser.colours(colours);
          for (int width : WIDTHS) {
            browser.width(width);
            browser.open(url + page.getValue());
            if (page.getKey().equals("tail")) {
              browser.awaitText(".log .body", line -> !line.isEmpty());
            }
            browser.awaitIdle();
            String name = page.getKey() + "-" + colours + "-" + width + ".webp";
            browser.screenshot(pictures.resolve(name));
          }
        }
      }
      assertThat(browser.problems()).isEmpty();
    }
  }

  private static Map<String, String> pages(Browser browser) {
    JsonNode alert = browser.fetch("/api/v1/alerts").at("/alerts/0");
    JsonNode failed = browser.fetch("/api/v1/traces?error=true&service=payment").at("/traces/0");
    String line = browser.fetch("/api/v1/logs").at("/logs/20/id").asText();
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("overview", "");
    pages.put("service", "#/services/" + failed.get("errorService").asText());
    pages.put("traces", "#/traces");
    String trace = failed.get("traceId").asText();
    String guilty = browser.fetch("/api/v1/traces/" + trace).at("/errorOrigin/spanId").asText();
    pages.put("trace", "#/traces/" + trace);
    pages.put("span", "#/traces/" + trace + "?span=" + guilty);
    pages.put("logs", "#/logs");
    pages.put("tail", "#/logs?live=true");
    pages.put("line", "#/logs?around=" + line);
    pages.put("map", "#/map");
    pages.put("databases", "#/databases");
    pages.put("slos", "#/slos");
    pages.put("slo", "#/slos/" + alert.at("/labels/slo").asText());
    pages.put("alerts", "#/alerts");
    pages.put("alert", "#/alerts/" + alert.get("fingerprint").asText());
    pages.put("runbook", "#/runbooks/" + alert.at("/labels/slo").asText());
    pages.put("redactions", "#/redactions");
    pages.put("cardinality", "#/cardinality");
    pages.put("pipeline", "#/pipeline");
    return pages;
  }
}
