package io.sluice.console;

import static io.sluice.console.ConsoleFixture.encoded;
import static io.sluice.console.ConsoleFixture.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.testkit.Service;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TraceBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Jaeger's page and Grafana's data source ask for and expect. */
@SuppressWarnings("NullAway.Init") // start comes first
class JaegerApiTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HOSTILE = "<img src=x onerror=alert(1)>\u2028/\"'%2F";
  private static final long START_MICROS = Telemetry.START.toEpochMilli() * 1000;
  private static final String IN_TIME =
      "&start=" + (START_MICROS - 1_000_000) + "&end=" + (START_MICROS + 60_000_000);

  @TempDir private Path directory;
  private ConsoleFixture console;
  private String shopTrace;

  @BeforeEach
  void start() {
    console = ConsoleFixture.startWithoutKafka(directory);
    shopTrace = put(shop(), "frontend", "GET /");
    console.store().refresh();
  }

  @AfterEach
  void stop() {
    console.close();
  }

  @Test
  void listsServicesAndTheirOperations() {
    assertThat(json("/jaeger/api/services"))
        .isEqualTo(
            quoted("{'data':['frontend','payment'],'total':2,'limit':0,'offset':0,'errors':null}"));
    assertThat(json("/jaeger/api/services/payment/operations").get("data"))
        .isEqualTo(quoted("['POST /charge','SELECT']"));
    assertThat(json("/jaeger/api/operations?service=payment&spanKind=server").get("data"))
        .isEqualTo(quoted("[{'name':'POST /charge','spanKind':'server'}]"));
    assertThat(json("/jaeger/api/services/unknown/operations").get("data")).isEmpty();
    assertThat(errors("/jaeger/api/operations", 400))
        .isEqualTo(quoted("[{'code':400,'msg':'parameter \\'service\\' is required'}]"));
  }

  @Test
  void showsATraceAsJaegerWritesIt() throws IOException {
    JsonNode answer = json("/jaeger/api/traces/" + shopTrace);
    try (InputStream expected = JaegerApiTest.class.getResourceAsStream("jaeger-trace.json")) {
      assertThat(answer).isEqualTo(JSON.readTree(expected));
    }
  }

  @Test
  void findsAnIdWithoutItsLeadingZeros() {
    byte[] id = new byte[16];
    id[15] = 0x2a;
    Service cart = Telemetry.service("cart");
    put(TraceBuilder.trace(id, cart.span("GET /cart")), "cart", "GET /cart");
    console.store().refresh();
    for (String written : List.of("2a", "2A", "000000000000002a", "0".repeat(30) + "2a")) {
      assertThat(json("/jaeger/api/traces/" + written).at("/data/0/traceID").asText())
          .isEqualTo("000000000000002a");
    }
  }

  @Test
  void saysThatATraceIsNotThereOrNoId() {
    assertThat(console.answer("/jaeger/api/traces/abc", 404))
        .isEqualTo(
            quoted(
                "{'data':null,'total':0,'limit':0,'offset':0,"
                    + "'errors':[{'code':404,'msg':'trace not found'}]}"));
    assertThat(errors("/jaeger/api/traces/xyz", 400).at("/0/msg").asText()).contains("traceID");
    assertThat(errors("/jaeger/api/traces/" + "1".repeat(33), 400)).hasSize(1);
    assertThat(errors("/jaeger/api/metrics/calls", 404)).hasSize(1);
  }

  @Test
  void givesTheTracesThatAreNamedAndSaysWhichAreNotThere() {
    JsonNode answer = json("/jaeger/api/traces?traceID=" + shopTrace + "&traceID=abc");
    assertThat(answer.at("/data/0/traceID").asText()).isEqualTo(shopTrace);
    assertThat(answer.get("errors"))
        .isEqualTo(quoted("[{'msg':'trace not found','traceID':'0000000000000abc'}]"));
  }

  @Test
  void findsWhatOneSpanIsAltogether() {
    assertThat(found("service=frontend")).isEqualTo(1);
    assertThat(found("service=payment&operation=SELECT")).isEqualTo(1);
    assertThat(found("service=frontend&operation=SELECT")).isZero();
    assertThat(found("service=payment&tags=" + encoded("{\"error\":\"true\"}"))).isEqualTo(1);
    assertThat(found("service=frontend&tags=" + encoded("{\"error\":\"true\"}"))).isZero();
    assertThat(found("service=frontend&tags=" + encoded("{\"error\":\"false\"}"))).isEqualTo(1);
    assertThat(found("service=frontend&tag=http.response.status_code:200")).isEqualTo(1);
    assertThat(found("service=payment&tag=http.response.status_code:200")).isZero();
    assertThat(found("service=payment&tag=note:" + encoded(HOSTILE))).isEqualTo(1);
    assertThat(found("service=payment&tag=host.name:pay-1&tag=span.kind:client")).isEqualTo(1);
    assertThat(found("service=frontend&minDuration=90ms&maxDuration=0.1s")).isEqualTo(1);
    assertThat(found("service=payment&minDuration=90ms")).as("its spans are shorter").isZero();
    assertThat(found("service=frontend&maxDuration=500us")).isZero();
    assertThat(found("service=frontend&lookback=custom&unknown=x")).isEqualTo(1);
    assertThat(json("/jaeger/api/traces?service=frontend&start=1&end=2").get("data")).isEmpty();
  }

  @Test
  void findsATraceByEveryTagThatItShows() {
    for (JsonNode span : json("/jaeger/api/traces/" + shopTrace).at("/data/0/spans")) {
      for (JsonNode tag : span.path("tags")) {
        String pair = tag.path("key").asText() + ":" + tag.path("value").asText();
        if (!tag.path("type").asText().equals("binary")) {
          assertThat(
                  found("service=payment&tag=" + encoded(pair)) //
                      + found("service=frontend&tag=" + encoded(pair)))
              .as(pair)
              .isPositive();
        }
      }
    }
    assertThat(found("service=frontend&tag=otel.scope.name:another")).isZero();
    assertThat(found("service=frontend&tag=otel.status_description:declined"))
        .as("another service's span")
        .isZero();
  }

  /** A browser writes no fraction that is 0, and an exponent where Java does not. */
  @Test
  void findsATraceByANumberAsABrowserShowsIt() {
    SpanBuilder span = Telemetry.service("stock").span("count");
    span.attribute("whole", 5.0).attribute("large", 1e10).attribute("small", 1.5e-7);
    put(TraceBuilder.trace(Telemetry.traceId(70), span), "stock", "count");
    console.store().refresh();
    assertThat(found("service=stock&tags=" + encoded("{\"whole\":\"5\",\"small\":\"1.5e-7\"}")))
        .isEqualTo(1);
    assertThat(found("service=stock&tags=" + encoded("{\"large\":\"10000000000\"}"))).isEqualTo(1);
    assertThat(found("service=stock&tag=whole:5.0&tag=large:1.0E10")).isEqualTo(1);
    assertThat(found("service=stock&tag=whole:6")).isZero();
  }

  /** With every field of their forms left as it was, too. */
  @Test
  void takesWhatJaegersPageAndGrafanaSend() {
    long end = START_MICROS + 60_000_000;
    String time = "&start=" + START_MICROS + "&end=" + end;
    String page =
        "/jaeger/api/traces?limit=20&lookback=1h&maxDuration&minDuration=&service=frontend" + time;
    assertThat(json(page).at("/data/0/traceID").asText()).isEqualTo(shopTrace);
    String grafana =
        "/jaeger/api/traces?limit=20&lookback=custom&operation=GET%20%2F&service=frontend&tags=%7B%22http.response.status_code%22%3A%22200%22%7D";
    assertThat(json(grafana + time).at("/data/0/traceID").asText()).isEqualTo(shopTrace);
    assertThat(json("/jaeger/api/traces?service=frontend&tags=%7B%7D&start=1&end=2"))
        .isEqualTo(quoted("{'data':[],'total':0,'limit':0,'offset':0,'errors':null}"));
    assertThat(json("/jaeger/api/traces/" + shopTrace + "?prettyPrint=true" + time))
        .isEqualTo(json("/jaeger/api/traces/" + shopTrace));
    assertThat(json("/jaeger/api/traces?traceID=abc&traceID=abd"))
        .isEqualTo(
            quoted(
                "{'data':[],'total':0,'limit':0,'offset':0,'errors':["
                    + "{'msg':'trace not found','traceID':'0000000000000abc'},"
                    + "{'msg':'trace not found','traceID':'0000000000000abd'}]}"));
    assertThat(json("/jaeger/api/dependencies?endTs=1000&lookback=10"))
        .isEqualTo(quoted("{'data':[],'total':0,'limit':0,'offset':0,'errors':null}"));
    assertThat(json("/jaeger/api/operations?service=payment&spanKind=consumer"))
        .isEqualTo(quoted("{'data':[],'total':0,'limit':0,'offset':0,'errors':null}"));
  }

  @Test
  void findsAlsoWhereGrafanaHasLostThePath() {
    String search = "/api/traces?service=frontend" + IN_TIME;
    assertThat(json(search)).isEqualTo(json("/jaeger" + search));
  }

  @Test
  void refusesWhatItCannotRead() {
    for (String wrong :
        List.of(
            "service=",
            "service=a&start=now",
            "service=a&limit=x",
            "service=a&limit=0",
            "service=a&minDuration=5",
            "service=a&minDuration=5ms&maxDuration=1ms",
            "service=a&tag=x",
            "service=a&tags=" + encoded("[1]"),
            "service=a&tags=" + encoded("{\"a\":"),
            "service=a&tags=" + encoded("{\"a\":{}}"),
            "service=a&start=9223372036854775807",
            "traceID=" + encoded(HOSTILE))) {
      JsonNode errors = errors("/jaeger/api/traces?" + wrong, 400);
      assertThat(errors.at("/0/code").asInt()).as(wrong).isEqualTo(400);
      assertThat(errors.at("/0/msg").asText()).as(wrong).isNotEmpty().doesNotContain("onerror");
    }
  }

  @Test
  void findsNoMoreThanTheLimitNewestFirst() {
    for (int i = 1; i <= 130; i++) {
      SpanBuilder root =
          Telemetry.service("cart")
              .span("GET /cart")
              .attribute("odd", i % 2 == 1)
              .start(Telemetry.START.plusMillis(i));
      put(TraceBuilder.trace(Telemetry.traceId(1000 + i), root), "cart", "GET /cart");
    }
    console.store().refresh();
    assertThat(found("service=cart&limit=3")).isEqualTo(3);
    assertThat(found("service=cart")).isEqualTo(100);
    assertThat(found("service=cart&limit=99999999")).isEqualTo(130);
    assertThat(found("service=cart&limit=1000&tag=odd:true")).isEqualTo(65);
  }

  @Test
  void saysWhoCallsWhom() {
    String time =
        "/jaeger/api/dependencies?endTs=" + (START_MICROS / 1000 + 60_000) + "&lookback=3600000";
    assertThat(json(time).get("data"))
        .isEqualTo(
            quoted(
                "[{'parent':'frontend','child':'payment','callCount':1},"
                    + "{'parent':'payment','child':'postgresql','callCount':1}]"));
    assertThat(json(time + "&service=postgresql").get("data")).hasSize(1);
    assertThat(json("/jaeger/api/dependencies?endTs=1000&lookback=10").get("data")).isEmpty();
    assertThat(errors("/jaeger/api/dependencies?endTs=yesterday", 400)).hasSize(1);
  }

  @Test
  void takesServicesOfAnyName() {
    String name = "shop/eu <b>\u00e9</b>?&#%2F";
    put(
        TraceBuilder.trace(Telemetry.traceId(50), Telemetry.service(name).span(HOSTILE)),
        name,
        HOSTILE);
    console.store().refresh();
    assertThat(json("/jaeger/api/services/" + encoded(name) + "/operations").at("/data/0").asText())
        .isEqualTo(HOSTILE);
    assertThat(found("service=" + encoded(name) + "&operation=" + encoded(HOSTILE))).isEqualTo(1);
  }

  @Test
  void showsATraceWithoutItsRootAndWithForeignClocks() {
    SpanBuilder server =
        Telemetry.service("bank")
            .span("charge")
            .kind(SpanKind.SERVER)
            .start(Telemetry.START.plusSeconds(3600))
            .took(Duration.ofMillis(5));
    SpanBuilder client =
        Telemetry.service("shop").span("pay").kind(SpanKind.CLIENT).took(Duration.ofMillis(20));
    TraceBuilder built = TraceBuilder.trace(Telemetry.traceId(60), client.calls(server));
    client.parent(Telemetry.spanId(999));
    String id = put(built, "", "");
    console.store().refresh();

    JsonNode spans = json("/jaeger/api/traces/" + id).at("/data/0/spans");
    assertThat(spans.at("/0/warnings/0").asText()).contains("is not in the trace");
    assertThat(spans.at("/1/warnings/0").asText()).contains("timestamps were adjusted");
    assertThat(spans.at("/1/startTime").asLong()).isLessThan(START_MICROS + 1_000_000);
    JsonNode raw = json("/jaeger/api/traces/" + id + "?raw=true").at("/data/0/spans/1");
    assertThat(raw.get("startTime").asLong()).isEqualTo(START_MICROS + 3_600_000_000L);
  }

  /** Readers show what they reach from spans without a parent in the trace. */
  @Test
  void everySpanOfACircleIsReachedFromAbove() {
    Service shop = Telemetry.service("shop");
    SpanBuilder below = shop.span("below");
    SpanBuilder second = shop.span("second");
    SpanBuilder first = shop.span("first").calls(second.calls(below));
    TraceBuilder circle = TraceBuilder.trace(Telemetry.traceId(61), first);
    first.parent(second.spanId());
    first.with(span -> span.addLinks(link(61, second.spanId())).addLinks(link(62, new byte[8])));
    SpanBuilder own = shop.span("own").calls(shop.span("child"));
    TraceBuilder self = TraceBuilder.trace(Telemetry.traceId(63), own);
    own.parent(own.spanId());
    String circleId = put(circle, "", "");
    String selfId = put(self, "", "");
    console.store().refresh();

    JsonNode spans = json("/jaeger/api/traces/" + circleId).at("/data/0/spans");
    assertThat(spans.findValuesAsText("operationName")).containsExactly("first", "second", "below");
    assertThat(spans.at("/0/references")).hasSize(1);
    assertThat(spans.at("/0/references/0/traceID").asText()).isEqualTo(hex(Telemetry.traceId(62)));
    assertThat(spans.at("/0/warnings/0").asText()).contains("the circle was cut here");
    assertThat(spans.at("/1/references/0/spanID").asText()).isEqualTo(hex(first.spanId()));
    assertThat(spans.at("/2/references/0/spanID").asText()).isEqualTo(hex(second.spanId()));
    JsonNode alone = json("/jaeger/api/traces/" + selfId).at("/data/0/spans");
    assertThat(alone.at("/0/references")).isEmpty();
    assertThat(alone.at("/1/references/0/spanID").asText()).isEqualTo(hex(own.spanId()));

    JsonNode otlp =
        json("/jaeger/api/v3/traces/" + circleId).at("/result/resourceSpans/0/scopeSpans/0/spans");
    assertThat(otlp.at("/0/parentSpanId").asText()).isEmpty();
    assertThat(otlp.at("/0/links")).hasSize(2);
    assertThat(otlp.at("/1/parentSpanId").asText()).isEqualTo(hex(first.spanId()));
  }

  @Test
  void aTraceDoesNotSayThatNoAlertNamesItBeforeAlertsAreRead() {
    JsonNode trace = json("/api/v1/traces/" + shopTrace);
    assertThat(trace.get("alerts").isNull()).isTrue();
    assertThat(trace.get("alertsNote").asText()).contains("still being read");
  }

  private static TraceBuilder shop() {
    Service frontend = Telemetry.service("frontend").with("host.name", "web-1");
    Service payment = Telemetry.service("payment").with("host.name", "pay-1");
    return TraceBuilder.trace(
        Telemetry.traceId(7),
        frontend
            .span("GET /")
            .kind(SpanKind.SERVER)
            .took(Duration.ofMillis(100))
            .attribute("http.response.status_code", 200)
            .attribute("ratio", 0.5)
            .attribute("retry", true)
            .attribute("big", 9_007_199_254_740_993L)
            .attribute("list", List.of("a", 1))
            .attribute("bytes", new byte[] {1, 2})
            .with(span -> span.setTraceState("ot=th:8"))
            .calls(
                payment
                    .span("POST /charge")
                    .kind(SpanKind.SERVER)
                    .took(Duration.ofMillis(50))
                    .error("declined")
                    .event("exception", Map.of("exception.message", HOSTILE))
                    .with(span -> span.addLinks(link(8, Telemetry.spanId(9))))
                    .calls(
                        payment
                            .span("SELECT")
                            .kind(SpanKind.CLIENT)
                            .took(Duration.ofMillis(5))
                            .attribute("db.system.name", "postgresql")
                            .attribute("note", HOSTILE))));
  }

  private static Span.Link.Builder link(int trace, byte[] spanId) {
    return Span.Link.newBuilder()
        .setTraceId(ByteString.copyFrom(Telemetry.traceId(trace)))
        .setSpanId(ByteString.copyFrom(spanId));
  }

  private static String hex(byte[] id) {
    return HexFormat.of().formatHex(id);
  }

  private String put(TraceBuilder trace, String service, String operation) {
    console.store().put(Samples.trace(trace, service, operation));
    return hex(trace.spans().get(0).traceId());
  }

  private int found(String query) {
    return json("/jaeger/api/traces?" + query + IN_TIME).get("data").size();
  }

  private JsonNode json(String path) {
    return console.answer(path, 200);
  }

  private JsonNode errors(String path, int status) {
    return console.answer(path, status).get("errors");
  }
}
