package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Browser;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** What users see of a shop whose payments fail, view by view. */
@WithBroker
@NeedsProgram({Browser.CHROMIUM, Browser.DRIVER})
@SuppressWarnings("NullAway.Init") // start comes first
class ConsolePageIT {

  @TempDir private static Path directory;
  private static ConsoleFixture console;
  private static Browser browser;

  @BeforeAll
  static void start(TestBroker broker) {
    console = ConsoleFixture.start(broker, directory);
    Shop.fill(console, broker);
    browser = new Browser();
    browser.zone("Asia/Kolkata");
  }

  @AfterAll
  static void stop() {
    browser.close();
    console.close();
  }

  @Test
  void overviewShowsActiveAlertsObjectivesServicesAndStages() {
    open("", "Overview");
    assertThat(browser.texts("section[aria-label='Active alerts'] .badge"))
        .as("not the resolved one")
        .containsExactlyInAnyOrder("FIRING", "PENDING");
    assertThat(browser.texts(".cards .card-title"))
        .as("the worst of its alerts")
        .anySatisfy(card -> assertThat(card).contains("Checkout answers well", "FIRING"));
    assertThat(browser.texts("#services tbody a"))
        .as("the busiest first")
        .containsExactly("cart", "frontend", "checkout", "payment");
    assertThat(browser.texts("#services tbody tr").get(0)).contains("50.0 %");
    assertThat(browser.texts("#services tbody tr").get(1))
        .as("not what it was asked for ten minutes ago")
        .startsWith("frontend\n0.0 50.0 %");
    assertThat(browser.text("#pipeline")).contains("part", "ready", "12,345", "12,000");
    browser.link("payment").click();
    browser.awaitHeading("payment");
    assertThat(browser.text("main")).contains("It was not asked for anything in the last hour");
    browser.element(".links a").click();
    browser.awaitHeading("Traces");
    browser.awaitCount("tbody tr", 1);
  }

  @Test
  void aServiceShowsWhatItIsAskedForAndWhomItCalls() {
    open("#/services/cart", "cart");
    browser.awaitCount(".charts canvas", 2);
    assertThat(browser.text("p.figures")).contains("40", "50.00 %", "failed (20)");
    String page = browser.text("main");
    assertThat(page).contains("GET /carts/{customer} 40 0 %").contains("2.0 KiB");
    assertThat(page).contains("carts 75.0 % 30 10").contains("no statement told postgresql 100");
    browser.element("a[href='#/databases?service=cart']").click();
    browser.awaitHeading("Databases");
    open("#/services/checkout", "checkout");
    assertThat(browser.text("main"))
        .contains("Checkout answers well and in time", "It was not asked for anything");
  }

  @Test
  void overviewOffersNoFaultsOutsideTheDemo() {
    open("", "Overview");
    assertThat(browser.texts("main h2")).containsExactly("Objectives", "Services", "Pipeline");
  }

  @Test
  void listsTracesNewestFirstInTheUsersTimeAndFiltersThem() {
    open("#/traces", "Traces");
    assertThat(browser.texts("tbody tr td:nth-child(2)"))
        .containsExactly("frontend GET /", "frontend GET /buy");
    assertThat(browser.texts("tbody tr").get(1))
        .contains("2026-01-01 05:30:00.000") // half past five in India is midnight in UTC
        .contains("cart, checkout, frontend, payment", " 4 ", "480 ms", "COMPLETE", "error");
    assertThat(browser.texts("tbody tr").get(0)).doesNotContain("error");

    browser.element("input[name=minDuration]").sendKeys("300ms");
    browser.press(Keys.ENTER);
    browser.awaitCount("tbody tr", 1);
    assertThat(browser.address()).isEqualTo("/traces?minDuration=300ms");
    browser.link("frontend GET /buy").click();
    browser.awaitHeading("frontend: GET /buy");
  }

  @Test
  void showsWhatIsRedactedWhereWhoLeaksMostAndWhatIsNew() {
    open("#/redactions", "Redactions");
    browser.awaitCount("main table", 3);
    assertThat(browser.texts("main .panel:nth-of-type(1) tbody tr"))
        .as("new since yesterday")
        .singleElement()
        .asString()
        .contains("7", "payment.card", "payment", "span.attributes.card", "redact");
    assertThat(browser.texts("main .panel:nth-of-type(2) tbody tr"))
        .as("services that leak most")
        .containsExactly("cart 42 1 1", "checkout 9 1 1", "payment 7 1 1");
    assertThat(browser.texts("main .panel:nth-of-type(3) tbody tr"))
        .hasSize(3)
        .element(0)
        .asString()
        .startsWith("42 credentials.keys cart log.body redact logs 3 20");

    browser.element("select[name=since] option[value='7d']").click();
    browser.element("button.primary").click();
    browser.awaitText("main .panel:nth-of-type(2) tbody tr", row -> row.equals("checkout 909 1 1"));
    browser.link("cart").click();
    browser.awaitCount("main .panel:nth-of-type(3) tbody tr", 1);
    assertThat(browser.address()).isEqualTo("/redactions?since=7d&service=cart");
    assertThat(browser.element("input[name=service]").getDomProperty("value")).isEqualTo("cart");
    browser.element("input[name=rule]").sendKeys("payment");
    browser.press(Keys.ENTER);
    browser.awaitText("main .panel:nth-of-type(3)", text -> text.contains("Nothing in this time"));
  }

  @Test
  void showsWhichStatementsTakeMostTimeAndOpensTheTraceOfTheSlowestCall() {
    open("#/databases", "Databases");
    browser.awaitCount("main table", 3);
    assertThat(browser.texts("main .panel:nth-of-type(1) tbody tr"))
        .containsExactly(
            "UPDATE accounts SET held = ? WHERE id = ? payment postgresql 100 2 30.00 s 75.0 % 400 ms"
                + " 800 ms",
            "SELECT * FROM cards WHERE token = ? payment postgresql 100 2 10.00 s 25.0 % 1.00 s"
                + " 2.00 s",
            "no statement told cart postgresql 100 2 5.00 s 100.0 % 50.0 ms 100 ms");
    assertThat(browser.texts("main .panel:nth-of-type(2) tbody tr").get(0))
        .startsWith("SELECT * FROM cards");
    assertThat(browser.texts("main .panel:nth-of-type(3) tbody tr").get(0))
        .startsWith("payment postgresql 40.00 s 200 2 2 ");

    browser.link("cart").click();
    browser.awaitCount("main .panel:nth-of-type(1) tbody tr", 1);
    assertThat(browser.address()).isEqualTo("/databases?service=cart");
    assertThat(browser.all("main td a[href*=traces]")).as("it has none").isEmpty();

    open("#/databases", "Databases");
    browser.link("800 ms").click();
    browser.awaitHeading("frontend: GET /buy");
  }

  @Test
  void showsWhichMetricsAndLabelsAreOverTheirLimitsAndWhatToDrop() {
    open("#/cardinality", "Cardinality");
    browser.awaitCount("main table", 3);
    assertThat(browser.texts("main .panel:nth-of-type(1) tbody tr"))
        .containsExactly("span_name traces_spanmetrics_latency payment 12,500 4");
    assertThat(browser.texts("main .panel:nth-of-type(2) tbody tr"))
        .containsExactly(
            "traces_spanmetrics_latency payment 12,500 2,000 10,500 over",
            "traces_spanmetrics_latency cart 30 2,000 none");
    assertThat(browser.texts("main .panel:nth-of-type(3) tbody tr"))
        .containsExactly("span_name traces_spanmetrics_latency payment 12,000 1,000 11,000 over 4");

    browser.link("cart").click();
    browser.awaitText("main .panel:nth-of-type(1)", text -> text.contains("within its limit"));
    assertThat(browser.address()).isEqualTo("/cardinality?service=cart");
  }

  @Test
  void opensATraceAsATreeWithItsErrorItsDetailsAndItsLogs() {
    open("#/traces/" + Shop.FAILED, "frontend: GET /buy");
    assertThat(browser.script(LABELS).findValuesAsText("name"))
        .containsExactly(
            "frontend GET /buy",
            "checkout POST /checkout",
            "payment POST /charge error",
            "cart DELETE /cart");
    assertThat(browser.script(LABELS).findValuesAsText("depth"))
        .containsExactly("0", "1", "2", "1");
    assertThat(browser.text("main")).contains("480 ms", "4 spans over 4 services");
    assertThat(browser.link("alert f1").getDomAttribute("href")).isEqualTo("#/alerts/f1");

    browser.all("button.span").get(2).click();
    browser.awaitCount(".detail dl", 3 + 2); // attributes, event, resource, and those of the log
    assertThat(browser.text(".waterfall .detail"))
        .contains("server span", "own time 300 ms", "card declined", "[card]", "CardDeclined")
        .contains("service.name\npayment");
    assertThat(browser.text(".waterfall .detail .chip")).isEqualTo("[card]");
    assertThat(browser.texts(".log .body")).containsExactly("card [card] declined");
  }

  @Test
  void findsLogsAndPagesToTheOldest() {
    open("#/logs", "Logs");
    browser.awaitCount(".log", 100);
    assertThat(browser.text("main .panel")).contains(Shop.LOGS + " found");
    assertThat(browser.texts(".log .body").get(0)).isEqualTo("card [card] declined");
    browser.link("Older").click();
    browser.awaitCount(".log", Shop.LOGS - 100);
    assertThat(browser.texts(".log .body").get(29)).isEqualTo("item 0 added");
    assertThat(browser.texts("main a")).doesNotContain("Older");

    browser.element("input[name=q]").sendKeys("\"item 12 added\"");
    browser.element("form button").click();
    browser.awaitCount(".log", 1);
    browser.element(".log summary").click();
    assertThat(browser.text(".log .detail")).contains("service.name", "cart");
  }

  @Test
  void opensTheTraceOfALog() {
    open("#/logs?severity=error", "Logs");
    browser.awaitCount(".log", 1);
    assertThat(browser.text(".log .badge.bad")).isEqualTo("ERROR");
    browser.element(".log summary").click();
    assertThat(browser.text(".log .detail")).contains("attempt", "3");
    browser.link("Open its trace").click();
    browser.awaitHeading("frontend: GET /buy");
  }

  @Test
  void showsAnObjectivesBurnWindowsAndRunbook() {
    open("#/slos", "Service level objectives");
    assertThat(browser.texts(".cards a"))
        .anySatisfy(card -> assertThat(card).contains("99 % good", "30.0×", "burn, last 15s"));
    browser.element(".cards a[href='#/slos/checkout-latency']").click();
    browser.awaitHeading("Checkout answers well and in time");
    browser.awaitCount("main canvas", 2);
    assertThat(browser.text("main"))
        .contains("page 5.0× 1m", "30.0× 3 / 10", "90 90", "7 10 1 1")
        .contains("1 of these windows were corrected, for 1 late events")
        .contains("31.0 % is left of 1h", "69 of 10,000 events were bad", "2.5× in the last 5s")
        .contains("nothing is left at 2026-01-01 05:50:00", "50 / 900 50.0 %", "route /pay 48");
    browser.link("runbook").click();
    browser.awaitHeading("Checkout is slow or fails");
    assertThat(browser.texts("main h2")).contains("Meaning", "First look");
  }

  @Test
  void alertsShowTheNumbersThatDecidedAndWhereToLook() {
    open("#/alerts", "Alerts");
    assertThat(browser.texts(".alert .badge"))
        .containsExactlyInAnyOrder("FIRING", "PENDING", "RESOLVED");
    String firing =
        browser.texts(".alert").stream().filter(text -> text.contains("FIRING")).findFirst().get();
    assertThat(firing)
        .contains("Checkout burns its budget", "since 2026-01-01 05:30:00.000")
        .contains("20.0× over 15s (2 of 10 bad)", "12.0× over 1m (120 of 1,000 bad)")
        .contains("due at 5.0× for an objective of 99 %");
    assertThat(browser.texts(".alert"))
        .anySatisfy(text -> assertThat(text).contains("RESOLVED", "over at 2026-01-01 05:31:30"));
    assertThat(browser.texts("tbody tr")).hasSize(3);

    assertThat(browser.link("Runbook").getDomAttribute("href"))
        .isEqualTo("#/runbooks/checkout-latency");
    browser.element(".alert a[href='#/traces/" + Shop.FAILED + "']").click();
    browser.awaitHeading("frontend: GET /buy");
  }

  /** By clicks: the alert, its example, the span where the error began, and what was logged. */
  @Test
  void leadsFromAnAlertToTheSpanThatFailedAndItsLogs() {
    open("", "Overview");
    browser.element("section[aria-label='Active alerts'] a[href='#/alerts/f1']").click();
    browser.awaitHeading("Checkout burns its budget");
    browser.element(".alert a[href='#/traces/" + Shop.FAILED + "']").click();
    browser.awaitHeading("frontend: GET /buy");
    browser.link("payment: POST /charge").click();
    browser.awaitCount(".waterfall .detail", 1);
    assertThat(browser.text(".waterfall .detail")).contains("card declined", "CardDeclined");
    assertThat(browser.texts(".log .body")).containsExactly("card [card] declined");
    browser.element(".log summary").click();
    browser.link("Lines around it").click();
    browser.awaitHeading("Around a line");
  }

  @Test
  void anAlertHasItsRunbookWithItsValues() {
    open("#/alerts", "Alerts");
    browser.element(".alert a[href='#/alerts/f1']").click();
    browser.awaitHeading("Checkout burns its budget");
    assertThat(browser.texts("main h2")).contains("What to do", "Meaning", "Escalation");
    assertThat(browser.text("main"))
        .contains("slo:current_burn_rate:ratio{sluice_slo=\"checkout-latency\"}")
        .doesNotContain("{{");
    assertThat(browser.texts(".runbook th")).contains("cause", "how to tell");
    assertThat(browser.texts(".panel.scroll tbody tr")).as("its own history").hasSize(1);
  }

  @Test
  void pipelineShowsStagesAndWhyRecordsWereRefused() {
    open("#/pipeline", "Pipeline");
    List<String> tables = browser.texts("main table");
    assertThat(tables.get(0)).contains("part", "ready", "a sentence", "12,345", "12,000");
    assertThat(browser.element("td[title='malformed: 1']").getText()).isEqualTo("1");
    assertThat(tables.get(1))
        .contains("0-0", "traces", "MALFORMED", "sluice.spans-0@5", "not an OTLP request");
    assertThat(browser.text("main")).doesNotContain("the secret value");
    assertThat(browser.texts("main .panel:nth-of-type(3) tbody tr"))
        .as("newest first")
        .satisfiesExactly(
            row -> assertThat(row).endsWith(" bob 10.0.0.9 DELETE /demo/faults/x refused operate"),
            row -> assertThat(row).endsWith(" ann host apply slos done"));
  }

  /** Each row of a trace: its text, and how many times an em it is indented. */
  private static final String LABELS =
      """
      return [...document.querySelectorAll('.span .label')].map(label => ({
        name: label.textContent.trim().replace(/\\s+/g, ' '),
        depth: String((label.textContent.match(/\\u2003/g) ?? []).length)}))
      """;

  private static void open(String address, String heading) {
    browser.open(console.url() + address, heading);
  }
}
