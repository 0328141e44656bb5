package io.sluice.console;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topics;
import io.sluice.sinks.search.LogEntry;
import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** A page that draws itself anew every few seconds does not take from users what they do. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageLiveIT {

  private static Browser browser;

  @TempDir private Path directory;
  private final AtomicBoolean broken = new AtomicBoolean();
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
  void start(TestBroker broker) {
    console =
        ConsoleFixture.start(
            broker, directory, Map.of("/demo", (context, request) -> fault(request.method())));
    log(1, "cart", "first");
    log(2, "checkout", "second");
  }

  @AfterEach
  void stop() {
    console.close();
  }

  @Test
  void theLinesOfASpanAreThereHoweverManyItsTraceHasAndTheAddressOpensIt() {
    SpanBuilder first = service("cart").span("GET /cart");
    trace(3, service("frontend").span("GET /").calls(first));
    String id = HexFormat.of().formatHex(Telemetry.traceId(3));
    String span = HexFormat.of().formatHex(first.spanId());
    console.store().put(ofTrace(100, "the first line", id, span));
    for (int i = 101; i <= 320; i++) {
      console.store().put(ofTrace(i, "line " + i, id, ""));
    }
    console.store().refresh();
    browser.open(console.url() + "#/traces/" + id, "cart: GET /");
    assertThat(browser.all(".log")).hasSize(200);
    assertThat(browser.text("main")).contains("The newest 200 of 221").doesNotContain("first line");
    assertThat(browser.link("All of them").getDomAttribute("href")).isEqualTo("#/logs?trace=" + id);

    browser.all("button.span").get(1).click();
    browser.awaitText(".waterfall .log .body", "the first line"::equals);
    assertThat(browser.address()).isEqualTo("/traces/" + id + "?span=" + span);
    browser.open(console.url() + "#" + browser.address(), "cart: GET /");
    browser.awaitText(".waterfall .log .body", "the first line"::equals);

    browser.open(console.url() + "#/logs?q=%22the+first+line%22", "Logs");
    browser.element(".log summary").click();
    browser.link("Open its trace").click();
    browser.awaitText(".waterfall .log .body", "the first line"::equals);
  }

  @Test
  void theMapAndTheServicesShowWhoCallsWhom() {
    SpanBuilder charge =
        service("payment")
            .span("POST /charge")
            .kind(SpanKind.SERVER)
            .error()
            .calls(
                service("payment")
                    .span("INSERT charges")
                    .kind(SpanKind.CLIENT)
                    .attribute("db.system.name", "postgresql"));
    SpanBuilder checkout =
        service("checkout").span("POST /checkout").kind(SpanKind.SERVER).calls(charge);
    trace(
        3,
        service("frontend")
            .span("GET /buy")
            .kind(SpanKind.SERVER)
            .start(Instant.now().minusSeconds(5))
            .calls(checkout));
    browser.open(console.url() + "#/map", "Service map");
    assertThat(browser.texts(".map text")).contains("frontend", "checkout", "payment");
    assertThat(browser.texts(".map g:has(.dashed) text")).containsExactly("postgresql");
    assertThat(browser.all(".map a:has(.dashed)")).isEmpty();
    browser.element(".map a[href='#/services/payment'] text").click();
    browser.awaitHeading("payment");
    assertThat(browser.text("main"))
        .contains("called by checkout request 1 100.0 %", "calls postgresql database 1 0 %");
    browser.link("checkout").click();
    browser.awaitHeading("checkout");
    assertThat(browser.text("main"))
        .contains("called by frontend request 1", "calls payment request 1 100.0 %");
  }

  @Test
  void theMapIsSeenWholeOnATelephoneAndMovedByMouseFingerAndKeys() {
    SpanBuilder called = service("service-9").span("GET /").kind(SpanKind.SERVER);
    for (int i = 8; i > 0; i--) {
      called = service("service-" + i).span("GET /").kind(SpanKind.SERVER).calls(called);
    }
    trace(3, called.start(Instant.now().minusSeconds(5)));
    browser.width(390);
    try {
      browser.open(console.url() + "#/map", "Service map");
      assertThat(shown("scrollWidth")).isGreaterThan(2000);
      browser.drag(".pan", -30, 0);
      assertThat(shown("scrollLeft")).as("by mouse").isEqualTo(30);
      browser.swipe(".pan", -40);
      await()
          .atMost(Browser.AT_MOST)
          .untilAsserted(() -> assertThat(shown("scrollLeft")).as("by finger").isBetween(70, 90));

      browser.all(".zoom button").get(2).click();
      assertThat(shown("scrollWidth")).as("all of it").isEqualTo(shown("clientWidth"));
      browser.all(".zoom button").get(1).click();
      int zoomed = shown("scrollWidth");
      assertThat(zoomed).isGreaterThan(shown("clientWidth") * 5 / 4);
      assertThat(shown("scrollLeft")).as("its middle stays").isPositive();

      browser.link("Traces").click();
      browser.awaitHeading("Traces");
      browser.link("Map").click();
      browser.awaitHeading("Service map");
      assertThat(shown("scrollWidth")).as("it stays as it was").isEqualTo(zoomed);

      int before = shown("scrollLeft");
      browser.script("document.querySelector('.pan').focus()");
      browser.press(Keys.ARROW_RIGHT); // last: it goes on for a while, against whoever else scrolls
      await()
          .atMost(Browser.AT_MOST)
          .untilAsserted(() -> assertThat(shown("scrollLeft")).as("by keys").isGreaterThan(before));
    } finally {
      browser.width(1400);
    }
  }

  private static int shown(String property) {
    return browser.script("return document.querySelector('.pan')." + property).asInt();
  }

  @Test
  void aServiceBeyondTheBusiestIsNotSaidToBeQuiet(TestBroker broker) {
    for (int i = 1; i <= 100; i++) {
      asked(broker, "busy-" + i, 2);
    }
    asked(broker, "checkout", 1);
    console.awaitAnswer("/api/v1/service-metrics", "\"total\":101");
    browser.open(console.url(), "Overview");
    assertThat(browser.texts("#services tbody tr"))
        .hasSize(102)
        .endsWith("cart not among the busiest 100", "checkout not among the busiest 100");
  }

  @Test
  void anAlertThatFiresIsSeenHoweverManyWereResolvedSince(TestBroker broker) {
    Alert firing = Samples.alert("f1", AlertState.FIRING, "Checkout burns its budget").build();
    ConsoleFixture.send(broker, Topics.ALERTS, "f1", firing);
    for (int i = 1; i <= 101; i++) {
      String fingerprint = "resolved-" + i;
      Alert resolved =
          Samples.alert(fingerprint, AlertState.RESOLVED, "Cart burned its budget")
              .setLabels(Map.of("alertname", "x", "slo", "cart", "severity", "page"))
              .setTimeUnixNano(firing.getTimeUnixNano() + i)
              .build();
      ConsoleFixture.send(broker, Topics.ALERTS, fingerprint, resolved);
    }
    console.awaitAnswer("/api/v1/alerts", "\"total\":102");
    browser.open(console.url(), "Overview");
    assertThat(browser.texts(".alert b")).contains("Checkout burns its budget");
    assertThat(browser.text("main")).doesNotContain("quiet");
    browser.open(console.url() + "#/alerts", "Alerts");
    assertThat(browser.text(".alert")).contains("Checkout burns its budget");
    assertThat(browser.text("main")).contains("100 of 102");
    browser.open(console.url() + "#/slos/checkout-latency", "Checkout answers well and in time");
    browser.awaitText("main", text -> text.contains("checkout-latency f1 page"));
  }

  @Test
  void manyAlertsThatAreOpenAreCountedAndAllOfThemListed(TestBroker broker) {
    for (int i = 1; i <= 101; i++) {
      AlertState state = i == 1 ? AlertState.FIRING : AlertState.PENDING;
      ConsoleFixture.send(
          broker, Topics.ALERTS, "f" + i, Samples.alert("f" + i, state, "n" + i).build());
    }
    console.awaitAnswer("/api/v1/alerts", "\"total\":101");
    browser.open(console.url(), "Overview");
    assertThat(browser.all(".alert")).hasSize(20);
    assertThat(browser.texts(".alert").get(0)).containsIgnoringCase("firing"); // the oldest of them
    assertThat(browser.text("main")).contains("20 of 101 that are active. All of them");
    browser.link("All of them").click();
    browser.awaitHeading("Alerts");
    assertThat(browser.all(".alert")).hasSize(101);
  }

  @Test
  void aServiceThatIsSeldomAskedIsNotSaidToBeQuiet(TestBroker broker) {
    asked(broker, "cart", 1);
    console.awaitAnswer("/api/v1/service-metrics", "\"total\":1");
    browser.open(console.url(), "Overview");
    assertThat(browser.texts("#services tbody tr").get(0)).contains("0.033");
  }

  @Test
  void filtersShowWhatTheListShows() {
    browser.open(console.url() + "#/logs", "Logs");
    browser.element("select[name=service]").findElement(By.xpath("option[.='cart']")).click();
    browser.element("form button").click();
    browser.awaitCount(".log", 1);
    browser.link("Logs").click();
    browser.awaitCount(".log", 2);
    assertThat(browser.element("select[name=service]").getDomProperty("value")).isEmpty();

    trace(1, service("cart").span("GET /").error());
    trace(2, service("cart").span("GET /"));
    browser.open(console.url() + "#/traces", "Traces");
    browser.element("input[name=error]").click();
    browser.element("form button").click();
    browser.awaitCount("tbody tr", 1);
    browser.link("Traces").click();
    browser.awaitCount("tbody tr", 2);
    assertThat(browser.element("input[name=error]").isSelected()).isFalse();
  }

  @Test
  void whatIsBeingTypedStaysWhileTheRestRefreshes() {
    browser.open(console.url() + "#/logs", "Logs");
    browser.element("input[name=q]").sendKeys("sec");
    browser.element("h1").click(); // out of the form, so that it refreshes
    log(3, "cart", "third");
    browser.awaitCount(".log", 3);
    assertThat(browser.element("input[name=q]").getDomProperty("value")).isEqualTo("sec");
  }

  @Test
  void breaksAndMendsTheDemosShop() {
    browser.open(console.url(), "Overview");
    assertThat(browser.text(".fault")).contains("payment-slow", "Payments take long.");
    browser.element(".fault button").click();
    browser.awaitText(".fault button", text -> text.equals("Mend"));
    assertThat(broken).isTrue();
    assertThat(browser.element(".fault button").getDomAttribute("aria-pressed")).isEqualTo("true");
    browser.element(".fault button").click();
    browser.awaitText(".fault button", text -> text.equals("Break"));
    assertThat(broken).isFalse();
  }

  private static void asked(TestBroker broker, String service, int requests) {
    long now = System.currentTimeMillis() * 1_000_000;
    Map<String, String> labels = Map.of("service", service, "span_kind", "SPAN_KIND_SERVER");
    SeriesPoint point =
        Samples.point("traces_spanmetrics_latency", labels, now - 20_000_000_000L, now)
            .setHistogram(Samples.histogram(requests, 0.05))
            .build();
    ConsoleFixture.send(broker, Topics.SERIES, SeriesIdentity.of(point), point);
  }

  private void log(int number, String service, String body) {
    console.store().put(Samples.log(number, service, body));
    console.store().refresh();
  }

  private static LogEntry ofTrace(int number, String body, String trace, String span) {
    LogEntry log = Samples.log(number, "cart", "INFO", 9, body, trace, Map.of());
    return new LogEntry(
        log.id(),
        log.timeUnixNano(),
        log.service(),
        log.severityNumber(),
        log.severityText(),
        body,
        trace,
        span,
        log.attributes(),
        log.resource());
  }

  private void trace(int number, SpanBuilder span) {
    var trace = TraceBuilder.trace(Telemetry.traceId(number), span);
    console.store().put(Samples.trace(trace, "cart", "GET /"));
    console.store().refresh();
  }

  private HttpResponse fault(HttpMethod method) {
    if (method == HttpMethod.GET) {
      String fault =
          "{\"name\":\"payment-slow\",\"description\":\"Payments take long.\",\"active\":" + broken;
      return HttpResponse.of(HttpStatus.OK, MediaType.JSON, "{\"faults\":[" + fault + "}]}");
    }
    broken.set(method == HttpMethod.POST);
    return HttpResponse.of(HttpStatus.NO_CONTENT);
  }
}
