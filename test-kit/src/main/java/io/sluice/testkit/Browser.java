package io.sluice.testkit;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.awaitility.core.ConditionFactory;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.Rectangle;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;

/**
 * The machine's own Chromium, without a window, on one console's page. Nothing is downloaded. Tests
 * that use it have Selenium's Chrome driver among their libraries, and axe-core for {@link
 * #barriers}.
 */
public final class Browser implements AutoCloseable {

  /** The programs that this needs, as {@link NeedsProgram} takes them. */
  public static final String CHROMIUM = "chromium";

  public static final String DRIVER = "chromedriver";

  public static final Duration AT_MOST = Duration.ofMinutes(1);
  private static final Duration EVERY = Duration.ofMillis(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ChromeDriver driver;

  public Browser() {
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(Programs.path(DRIVER).toFile())
            .usingAnyFreePort()
            .build();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(Programs.path(CHROMIUM).toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync");
    options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL", "performance", "ALL"));
    driver = new ChromeDriver(service, options);
    width(1400);
  }

  /** Loads the page anew and waits for the view of this heading. */
  public void open(String url, String heading) {
    load(url);
    awaitHeading(heading);
  }

  /** Loads the page anew and waits for any view. */
  public void open(String url) {
    load(url);
    waiting("a view").until(() -> !all("main h1").isEmpty());
  }

  private void load(String url) {
    driver.get("about:blank");
    driver.get(url);
  }

  public void awaitHeading(String heading) {
    awaitText("main h1", text -> text.equals(heading));
  }

  /** Waits until the first such element has this text, as users see it. */
  public void awaitText(String selector, Predicate<String> expected) {
    waiting("text of " + selector)
        .ignoreException(StaleElementReferenceException.class)
        .until(() -> texts(selector), found -> !found.isEmpty() && expected.test(found.get(0)));
  }

  /** Waits until so many such elements are there. */
  public void awaitCount(String selector, int expected) {
    waiting("number of " + selector).until(() -> all(selector).size(), found -> found == expected);
  }

  private static ConditionFactory waiting(String what) {
    return await(what).atMost(AT_MOST).pollDelay(Duration.ZERO).pollInterval(EVERY);
  }

  public WebElement element(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  public WebElement link(String text) {
    return driver.findElement(By.linkText(text));
  }

  public List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** The text of each such element, as users see it. */
  public List<String> texts(String selector) {
    return all(selector).stream().map(WebElement::getText).toList();
  }

  public String text(String selector) {
    return element(selector).getText();
  }

  public String title() {
    return String.valueOf(driver.getTitle());
  }

  public String address() {
    String url = String.valueOf(driver.getCurrentUrl());
    return url.substring(url.indexOf('#') + 1);
  }

  public void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  public void tab() {
    press(Keys.TAB);
  }

  /** Moves it with the mouse's button held. */
  public void drag(String selector, int right, int down) {
    new Actions(driver).dragAndDropBy(element(selector), right, down).perform();
  }

  /** Moves it with a finger. */
  public void swipe(String selector, int right) {
    Rectangle place = element(selector).getRect();
    JsonNode scrolled = script("return [scrollX, scrollY]");
    driver.executeCdpCommand(
        "Input.synthesizeScrollGesture",
        Map.of(
            "x",
            place.x + place.width / 2 - scrolled.get(0).asInt(),
            "y",
            place.y + place.height / 2 - scrolled.get(1).asInt(),
            "xDistance",
            right,
            "gestureSourceType",
            "touch"));
  }

  public WebElement focused() {
    return driver.switchTo().activeElement();
  }

  /** The value of a function's body in the page: JSON of it. */
  public JsonNode script(String body) {
    String wrapped = "return JSON.stringify((() => {" + body + "})() ?? null)";
    return parse(String.valueOf(driver.executeScript(wrapped)));
  }

  /**
   * What axe finds wrong for people who use the page in another way, of what is serious: a sentence
   * and the elements, one a line.
   */
  public List<String> barriers() {
    driver.executeScript(resource("/axe.min.js"));
    driver.manage().timeouts().scriptTimeout(AT_MOST);
    Object found =
        driver.executeAsyncScript(
            """
            const done = arguments[0];
            axe.run(document, {resultTypes: ['violations']}).then(({violations}) => done(JSON.stringify(
              violations.filter(({impact}) => impact === 'serious' || impact === 'critical')
                .map(({help, nodes}) => help + ': ' + nodes.slice(0, 3).map(({html, failureSummary}) =>
                  html.slice(0, 200) + ' ' + failureSummary).join(' | ')))));
            """);
    List<String> barriers = new ArrayList<>();
    parse(String.valueOf(found)).forEach(each -> barriers.add(each.asText()));
    return barriers;
  }

  /** The JSON that its server answers to it. */
  public JsonNode fetch(String path) {
    driver.manage().timeouts().scriptTimeout(AT_MOST);
    Object text =
        driver.executeAsyncScript(
            "const [path, done] = arguments; fetch(path).then(reply => reply.text()).then(done)",
            path);
    return parse(String.valueOf(text));
  }

  /** Waits until what was asked for has been drawn. */
  public void awaitIdle() {
    driver.executeAsyncScript(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))");
  }

  /** Milliseconds from the page's address to its first view. */
  public double firstView() {
    return script("return performance.getEntriesByName('view')[0].startTime").asDouble();
  }

  /** What it shows now, as a small WebP. */
  public void screenshot(Path file) throws IOException {
    Object data =
        driver
            .executeCdpCommand("Page.captureScreenshot", Map.of("format", "webp", "quality", 80))
            .get("data");
    Files.write(file, Base64.getDecoder().decode(String.valueOf(data)));
  }

  public void width(int pixels) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", pixels, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    waiting("width of " + pixels)
        .until(() -> script("return innerWidth").asInt(), shown -> shown == pixels);
  }

  /** {@code light} or {@code dark}, as the user's system says. */
  public void colours(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  public void zone(String name) {
    driver.executeCdpCommand("Emulation.setTimezoneOverride", Map.of("timezoneId", name));
  }

  /** What the browser's console says, since the last call. */
  public List<String> problems() {
    return driver.manage().logs().get("browser").getAll().stream().map(LogEntry::toString).toList();
  }

  /** What was asked for, since the last call. */
  public List<String> requests() {
    List<String> urls = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get("performance")) {
      JsonNode message = parse(entry.getMessage()).get("message");
      if (message.get("method").asText().equals("Network.requestWillBeSent")) {
        urls.add(message.at("/params/request/url").asText());
      }
    }
    return urls;
  }

  @Override
  public void close() {
    driver.quit();
  }

  private static String resource(String path) {
    try (InputStream in = Browser.class.getResourceAsStream(path)) {
      return new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
