package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Namespace;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TraceBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page where the console wants a token. */
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
class ConsolePageLoginIT {

  private static final String TOKEN = "a-long-and-random-token";

  @TempDir private Path directory;

  /** Until the form stands there, in a page that has nothing of the one before. */
  private static void leave(Browser browser, String address, String heading) {
    browser.script("location.hash = '" + address + "'; window.before = true");
    browser.awaitHeading(heading);
    browser.element("#who button").click();
    browser.awaitHeading("Sluice asks who you are");
    assertThat(browser.script("return window.before").isNull()).isTrue();
    assertThat(browser.script("return sessionStorage.length").asInt()).isZero();
  }

  @Test
  void asksForATokenAndKeepsItInTheTab() throws Exception {
    Path tokens = directory.resolve("tokens");
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8));
    Files.writeString(tokens, "ann read " + HexFormat.of().formatHex(hash));
    ConsoleFixture console =
        ConsoleFixture.startUnread(
            new KafkaConnection("127.0.0.1:1", Map.of(), new Namespace("")),
            directory.resolve("index"),
            Map.of(),
            tokens.toString());
    try (Browser browser = new Browser()) {
      console.store().put(Samples.log(1, "cart", "a line"));
      console.store().refresh();
      browser.open(console.url() + "#/logs", "Sluice asks who you are");
      assertThat(browser.all("main [role=alert]")).isEmpty();
      browser.element("input[name=token]").sendKeys("wrong", Keys.ENTER);
      browser.awaitText("main [role=alert]", text -> text.contains("nobody has this token"));
      browser.element("input[name=token]").sendKeys(TOKEN, Keys.ENTER);
      browser.awaitHeading("Logs");
      assertThat(browser.text("main")).contains("a line");
      assertThat(browser.address()).doesNotContain(TOKEN);
      assertThat(browser.requests()).noneMatch(url -> url.contains(TOKEN));
      assertThat(browser.script("return localStorage.length").asInt()).isZero();

      var trace = TraceBuilder.trace(Telemetry.traceId(1), Telemetry.service("cart").span("GET /"));
      console.store().put(Samples.trace(trace, "cart", "GET /"));
      console.store().refresh();
      String id = HexFormat.of().formatHex(Telemetry.traceId(1));
      leave(browser, "#/traces/" + id, "cart: GET /");
      browser.element("input[name=token]").sendKeys(TOKEN, Keys.ENTER);
      browser.awaitHeading("cart: GET /");
      leave(browser, "#/logs?live=true", "Logs");
    } finally {
      console.close();
    }
  }
}
