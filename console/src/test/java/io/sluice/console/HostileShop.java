package io.sluice.console;

import static io.sluice.testkit.Telemetry.service;

import io.sluice.schemas.AlertState;
import io.sluice.schemas.AuditRecord;
import io.sluice.schemas.StatementRanking;
import io.sluice.schemas.Topics;
import io.sluice.schemas.cardinality.CardinalityReport;
import io.sluice.schemas.stage.Health;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Telemetry of somebody who attacks its readers: the same text wherever text can be. */
final class HostileShop {

  /** Markup that runs a script where it is taken for markup. */
  static final String MARKUP = "\"'><img src=x onerror=\"window.ran=1\">";

  /** From here to the end of its paragraph, letters stand in reverse. */
  static final String REVERSED = "\u202Egpj.exe";

  /** Without a place to break it, wider than any screen. */
  static final String LONG = "0123456789".repeat(40);

  static final String HOSTILE = MARKUP + REVERSED + LONG;

  static final String TRACE = HexFormat.of().formatHex(Telemetry.traceId(9));

  /** The page of the service that is called so. */
  static final String SERVICE =
      "#/services/" + URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8).replace("+", "%20");

  /** Names that mean something in an address. */
  static final List<String> NAMES = List.of(".", "..", "/../", "a;b?c#d&e%2Ff +=\\");

  private static final String SCRIPT_LINK = "javascript:window.ran=1//";

  private HostileShop() {}

  static void fill(ConsoleFixture console, TestBroker broker) {
    SpanBuilder span =
        service(HOSTILE)
            .span(HOSTILE)
            .kind(SpanKind.SERVER)
            .took(Duration.ofMillis(3))
            .attribute(HOSTILE, HOSTILE)
            .attribute("link", SCRIPT_LINK)
            .event(HOSTILE, Map.of(HOSTILE, HOSTILE))
            .error(HOSTILE)
            .calls(service("shop").span("honest"));
    TraceBuilder trace = TraceBuilder.trace(Telemetry.traceId(9), span);
    console.store().put(Samples.trace(trace, HOSTILE, HOSTILE));
    for (String name : NAMES) {
      byte[] id = Telemetry.traceId(10 + NAMES.indexOf(name));
      TraceBuilder named = TraceBuilder.trace(id, service(name).span(name));
      console.store().put(Samples.trace(named, name, name));
      Shop.asked(broker, name);
    }
    Map<String, String> attributes = Map.of(HOSTILE, HOSTILE, "link", SCRIPT_LINK);
    console.store().put(Samples.log(1, HOSTILE, HOSTILE, 17, HOSTILE, TRACE, attributes));
    console.store().refresh();
    ConsoleFixture.send(
        broker,
        Topics.ALERTS,
        "f1",
        Samples.alert("f1", AlertState.FIRING, HOSTILE)
            .setLabels(Map.of("slo", HOSTILE, "severity", HOSTILE, "alertname", HOSTILE))
            .setAnnotations(Map.of("summary", HOSTILE, "runbook_url", SCRIPT_LINK))
            .build());
    ConsoleFixture.send(
        broker,
        Topics.ALERTS,
        "f2",
        Samples.alert("f2", AlertState.PENDING, SCRIPT_LINK + "/#/runbooks/" + MARKUP)
            .setAnnotations(Map.of("runbook_url", SCRIPT_LINK + "/#/runbooks/" + MARKUP))
            .build());
    ConsoleFixture.send(broker, Topics.DEAD_LETTERS, "k", Samples.deadLetter(HOSTILE));
    ConsoleFixture.send(
        broker,
        Topics.REDACTIONS,
        "k",
        Samples.redaction(Duration.ZERO, "credentials.keys", HOSTILE, HOSTILE, 1));
    ConsoleFixture.send(
        broker,
        Topics.STATEMENTS,
        "k",
        StatementRanking.newBuilder(
                Samples.ranking(HOSTILE, Samples.statement(HOSTILE, 1, 1, TRACE)))
            .setDbSystem(HOSTILE)
            .build());
    ConsoleFixture.send(
        broker,
        Topics.AUDIT,
        "k",
        AuditRecord.newBuilder(Samples.audited(HOSTILE, HOSTILE, HOSTILE))
            .setOrigin(HOSTILE)
            .setDetail(HOSTILE)
            .build());
    cardinality(broker, CardinalityReport.DEMAND, "", 5000);
    cardinality(broker, CardinalityReport.DEMAND, HOSTILE, 5000);
    cardinality(broker, CardinalityReport.LIMIT, HOSTILE, 1000);
    Shop.asked(broker, HOSTILE);
    console.setPart(new Health(true, true, HOSTILE));
    console.awaitAnswer("/api/v1/alerts", "f1", "f2");
    console.awaitAnswer("/api/v1/dead-letters", "gpj.exe");
    console.awaitAnswer("/api/v1/audit", "gpj.exe");
    console.awaitAnswer("/api/v1/redactions", "gpj.exe");
    console.awaitAnswer("/api/v1/statements", "gpj.exe");
    console.awaitAnswer("/api/v1/cardinality", "\"limit\":1000");
  }

  private static void cardinality(TestBroker broker, String name, String label, double value) {
    ConsoleFixture.send(
        broker,
        Topics.SERIES,
        name + "{" + label + "}",
        Samples.cardinality(name, HOSTILE, HOSTILE, label, value));
  }
}
