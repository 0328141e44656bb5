package io.sluice.console;

import static io.sluice.testkit.Telemetry.service;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.AuditOutcome;
import io.sluice.schemas.AuditRecord;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topics;
import io.sluice.schemas.cardinality.CardinalityReport;
import io.sluice.schemas.stage.StageMeters;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A shop of four services whose payments have begun to fail, as the console gets to know it. */
final class Shop {

  /** A checkout whose payment failed. */
  static final String FAILED = HexFormat.of().formatHex(Telemetry.traceId(7));

  /** A visit to the first page, later than {@link #FAILED}. */
  static final String GOOD = HexFormat.of().formatHex(Telemetry.traceId(8));

  static final int LOGS = 130;

  private static final String LATENCY = "checkout-latency";

  private Shop() {}

  static void fill(ConsoleFixture console, TestBroker broker) {
    traces(console);
    logs(console);
    console.store().refresh();
    ConsoleFixture.send(
        broker, Topics.DEAD_LETTERS, "k", Samples.deadLetter("not an OTLP request"));
    ConsoleFixture.send(
        broker, Topics.SLIS, LATENCY, Samples.window(LATENCY, Duration.ofSeconds(40), 90, 90, 0));
    ConsoleFixture.send(
        broker, Topics.SLIS, LATENCY, Samples.window(LATENCY, Duration.ofSeconds(12), 7, 10, 1));
    ConsoleFixture.send(broker, Topics.BUDGETS, LATENCY, Samples.budget(LATENCY));
    Alert firing =
        Samples.alert("f1", AlertState.FIRING, "Checkout burns its budget")
            .setAnnotations(
                Map.of(
                    "summary",
                    "Checkout burns its budget",
                    "runbook_url",
                    "http://localhost:8080/#/runbooks/checkout-latency"))
            .build();
    ConsoleFixture.send(broker, Topics.ALERTS, "f1", firing);
    ConsoleFixture.send(
        broker,
        Topics.ALERTS,
        "f2",
        Samples.alert("f2", AlertState.PENDING, "Frontend may burn its budget").build());
    ConsoleFixture.send(
        broker,
        Topics.ALERTS,
        "f3",
        Samples.alert("f3", AlertState.RESOLVED, "Cart burned its budget").build());
    redactions(broker);
    statements(broker);
    cardinality(broker);
    asked(broker, "cart");
    asked(broker, "frontend", Duration.ofMinutes(10));
    AuditRecord applied = Samples.audited("ann", "apply", "slos");
    ConsoleFixture.send(broker, Topics.AUDIT, "ann", applied);
    ConsoleFixture.send(
        broker,
        Topics.AUDIT,
        "bob",
        AuditRecord.newBuilder(Samples.audited("bob", "DELETE", "/demo/faults/x"))
            .setTimeUnixNano(applied.getTimeUnixNano() + 1)
            .setOrigin("10.0.0.9")
            .setOutcome(AuditOutcome.REFUSED)
            .setDetail("operate")
            .build());
    StageMeters meters = new StageMeters(console.registry(), "part");
    meters.in(12_345);
    meters.out(12_000);
    meters.dead(Reason.MALFORMED, 1);
    console.awaitAnswer("/api/v1/alerts", "f1", "f2", "f3");
    console.awaitAnswer("/api/v1/dead-letters", "not an OTLP request");
    console.awaitAnswer("/api/v1/audit", "ann", "bob");
    console.awaitAnswer("/api/v1/redactions", "cart", "\"count\":42", "checkout");
    console.awaitAnswer("/api/v1/statements", "cart", "payment");
    console.awaitAnswer("/api/v1/cardinality", "\"limit\":1000", "\"series\":12500");
    console.awaitAnswer("/api/v1/service-details?service=frontend", "\"requests\":40");
    console.awaitAnswer("/api/v1/service-details?service=cart", "\"requests\":40", "\"hits\":30.0");
    console.awaitAnswer("/api/v1/slos/" + LATENCY, "\"revision\":1");
  }

  private static void traces(ConsoleFixture console) {
    var frontend = service("frontend");
    var checkout = service("checkout");
    var failed =
        TraceBuilder.trace(
            Telemetry.traceId(7),
            frontend
                .span("GET /buy")
                .kind(SpanKind.SERVER)
                .took(Duration.ofMillis(480))
                .calls(
                    checkout
                        .span("POST /checkout")
                        .kind(SpanKind.SERVER)
                        .took(Duration.ofMillis(450))
                        .calls(
                            service("payment")
                                .span("POST /charge")
                                .kind(SpanKind.SERVER)
                                .took(Duration.ofMillis(300))
                                .attribute("card", "[card]")
                                .event("exception", Map.of("exception.type", "CardDeclined"))
                                .error("card declined")),
                    // Starts before the payment and stands below it all the same: it is no child.
                    service("cart")
                        .span("DELETE /cart")
                        .start(Telemetry.START.plusMillis(1).plusNanos(1))
                        .took(Duration.ofMillis(5))));
    console.store().put(Samples.trace(failed, "frontend", "GET /buy"));
    var good =
        TraceBuilder.trace(
            Telemetry.traceId(8),
            frontend
                .span("GET /")
                .start(Telemetry.START.plusSeconds(5))
                .took(Duration.ofMillis(12)));
    console.store().put(Samples.trace(good, "frontend", "GET /"));
  }

  /** The payment service has begun to write card numbers; the cart's passwords are known of. */
  private static void redactions(TestBroker broker) {
    for (Redaction entry :
        List.of(
            Samples.redaction(Duration.ofDays(3), "credentials.keys", "cart", "log.body", 5),
            Samples.redaction(Duration.ofHours(2), "credentials.keys", "cart", "log.body", 42),
            Samples.redaction(
                Duration.ofMinutes(1), "payment.card", "payment", "span.attributes.card", 7),
            Samples.redaction(
                Duration.ofDays(2), "credentials.bearer", "checkout", "log.body", 900),
            Samples.redaction(Duration.ZERO, "credentials.bearer", "checkout", "log.body", 9))) {
      ConsoleFixture.send(broker, Topics.REDACTIONS, entry.getRuleId(), entry);
    }
  }

  private static void statements(TestBroker broker) {
    ConsoleFixture.send(
        broker,
        Topics.STATEMENTS,
        "payment",
        Samples.ranking(
            "payment",
            Samples.statement("UPDATE accounts SET held = ? WHERE id = ?", 30, 0.8, FAILED),
            Samples.statement("SELECT * FROM cards WHERE token = ?", 10, 2, GOOD)));
    ConsoleFixture.send(
        broker,
        Topics.STATEMENTS,
        "cart",
        Samples.ranking("cart", Samples.statement("", 5, 0.1, null)));
  }

  /** The payment service puts the id of each order into its span names. */
  private static void cardinality(TestBroker broker) {
    point(broker, CardinalityReport.DEMAND, "payment", "", 12_500);
    point(broker, CardinalityReport.LIMIT, "payment", "", 2000);
    point(broker, CardinalityReport.DEMAND, "payment", "span_name", 12_000);
    point(broker, CardinalityReport.LIMIT, "payment", "span_name", 1000);
    point(broker, CardinalityReport.WITHOUT, "payment", "span_name", 4);
    point(broker, CardinalityReport.DEMAND, "cart", "", 30);
    point(broker, CardinalityReport.LIMIT, "cart", "", 2000);
  }

  /** A service was asked for itself forty times in the last minute, and half of it failed. */
  static void asked(TestBroker broker, String service) {
    asked(broker, service, Duration.ZERO);
  }

  /** The same, a while ago, and not since. */
  private static void asked(TestBroker broker, String service, Duration ago) {
    long now = System.currentTimeMillis() * 1_000_000 - ago.toNanos();
    long start = now - 20_000_000_000L;
    String server = "SPAN_KIND_SERVER";
    for (String status : List.of("STATUS_CODE_UNSET", "STATUS_CODE_ERROR")) {
      Map<String, String> labels =
          Map.of("service", service, "span_kind", server, "status_code", status);
      send(
          broker,
          Samples.point("traces_spanmetrics_latency", labels, start, now)
              .setHistogram(Samples.histogram(20, 0.05))
              .build());
    }
    Map<String, String> route =
        Map.of(
            "service",
            service,
            "span_kind",
            server,
            "http_request_method",
            "GET",
            "http_route",
            "/carts/{customer}",
            "http_status_class",
            "2xx");
    send(
        broker,
        Samples.point("traces_http_request_duration_seconds", route, start, now)
            .setHistogram(Samples.histogram(40, 0.05))
            .build());
    send(
        broker,
        Samples.point("traces_http_response_body_bytes", route, start, now)
            .setHistogram(Samples.histogram(40, 2048))
            .build());
    for (String result : List.of("hit", "miss")) {
      send(
          broker,
          Samples.point(
                  "cache_gets_total",
                  Map.of("service", service, "cache", "carts", "result", result),
                  start,
                  now)
              .setValue(result.equals("hit") ? 30 : 10)
              .build());
    }
  }

  private static void send(TestBroker broker, SeriesPoint point) {
    ConsoleFixture.send(broker, Topics.SERIES, SeriesIdentity.of(point), point);
  }

  private static void point(
      TestBroker broker, String name, String service, String label, double value) {
    SeriesPoint point =
        Samples.cardinality(name, service, "traces_spanmetrics_latency", label, value);
    ConsoleFixture.send(broker, Topics.SERIES, name + "{" + service + label + "}", point);
  }

  private static void logs(ConsoleFixture console) {
    for (int i = 0; i < LOGS - 1; i++) {
      console.store().put(Samples.log(i, i % 2 == 0 ? "cart" : "frontend", "item " + i + " added"));
    }
    console
        .store()
        .put(
            Samples.log(
                LOGS,
                "payment",
                "ERROR",
                17,
                "card [card] declined",
                FAILED,
                Map.of("attempt", "3")));
  }
}
