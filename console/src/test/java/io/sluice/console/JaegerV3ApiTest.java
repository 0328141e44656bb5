package io.sluice.console;

import static io.sluice.console.ConsoleFixture.encoded;
import static io.sluice.console.ConsoleFixture.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TraceBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Jaeger's page asks for by version 3 of its API, and expects. */
@SuppressWarnings("NullAway.Init") // start comes first
class JaegerV3ApiTest {

  private static final long START = Telemetry.START.toEpochMilli() * 1_000_000;
  private static final String IN_TIME = "&query.startTimeMin=%s&query.startTimeMax=%s";

  @TempDir private Path directory;
  private ConsoleFixture console;

  @BeforeEach
  void start() {
    console = ConsoleFixture.startWithoutKafka(directory);
    SpanBuilder charge =
        Telemetry.service("payment")
            .span("POST /charge")
            .kind(SpanKind.SERVER)
            .took(Duration.ofMillis(50))
            .attribute("card", "visa")
            .error("declined");
    SpanBuilder root =
        Telemetry.service("frontend")
            .span("GET /")
            .kind(SpanKind.SERVER)
            .took(Duration.ofMillis(100))
            .calls(charge);
    TraceBuilder trace = TraceBuilder.trace(Telemetry.traceId(7), root);
    console.store().put(Samples.trace(trace, "frontend", "GET /"));
    console.store().refresh();
  }

  @AfterEach
  void stop() {
    console.close();
  }

  @Test
  void listsServicesAndTheirOperations() {
    assertThat(json("services")).isEqualTo(quoted("{'services':['frontend','payment']}"));
    assertThat(json("operations?service=payment"))
        .isEqualTo(quoted("{'operations':[{'name':'POST /charge','spanKind':'server'}]}"));
    assertThat(json("operations?service=payment&spanKind=client").get("operations")).isEmpty();
    assertThat(error("operations")).contains("service is required");
  }

  @Test
  void tellsOfATraceWhatAListShows() {
    JsonNode summary = json("trace-summaries?query.serviceName=frontend" + inTime());
    assertThat(summary)
        .isEqualTo(
            quoted(
                "{'summaries':[{'traceId':'"
                    + HexFormat.of().formatHex(Telemetry.traceId(7))
                    + "','rootServiceName':'frontend','rootOperationName':'GET /',"
                    + "'minStartTimeUnixNano':'"
                    + START
                    + "','maxEndTimeUnixNano':'"
                    + (START + 100_000_000)
                    + "','spanCount':2,'errorSpanCount':1,'services':["
                    + "{'name':'frontend','spanCount':1},"
                    + "{'name':'payment','spanCount':1,'errorSpanCount':1}]}]}"));
  }

  @Test
  void givesATraceAsOtlp() {
    String id = HexFormat.of().formatHex(Telemetry.traceId(7));
    String time = "?start_time=2026-01-01T00:00:00Z&end_time=2026-01-01T01:00:00Z";
    JsonNode spans = json("traces/" + id + time).at("/result/resourceSpans");
    assertThat(spans).hasSize(2);
    assertThat(spans.at("/0/resource/attributes/0"))
        .isEqualTo(quoted("{'key':'service.name','value':{'stringValue':'frontend'}}"));
    JsonNode charge = spans.at("/1/scopeSpans/0/spans/0");
    assertThat(charge.get("traceId").asText()).isEqualTo(id);
    assertThat(charge.get("parentSpanId")).isEqualTo(spans.at("/0/scopeSpans/0/spans/0/spanId"));
    assertThat(charge.get("name").asText()).isEqualTo("POST /charge");
    assertThat(charge.get("kind").asInt()).isEqualTo(2);
    assertThat(charge.get("startTimeUnixNano").isTextual()).isTrue();
    assertThat(charge.at("/attributes/0"))
        .isEqualTo(quoted("{'key':'card','value':{'stringValue':'visa'}}"));
    assertThat(charge.get("status")).isEqualTo(quoted("{'code':2,'message':'declined'}"));
    assertThat(console.answer("/jaeger/api/v3/traces/abc", 404).at("/error/httpCode").asInt())
        .isEqualTo(404);
  }

  @Test
  void countsSpansWhoseParentsNeverCame() {
    SpanBuilder orphan = Telemetry.service("cart").span("GET /cart");
    TraceBuilder trace = TraceBuilder.trace(Telemetry.traceId(8), orphan);
    orphan.parent(Telemetry.spanId(999));
    console.store().put(Samples.trace(trace, "", ""));
    console.store().refresh();
    assertThat(
            json("trace-summaries?query.serviceName=cart" + inTime())
                .at("/summaries/0/orphanSpanCount")
                .asInt())
        .isEqualTo(1);
  }

  @Test
  void findsWhatOneSpanIsAltogether() {
    assertThat(found("")).as("of any service").isEqualTo(1);
    assertThat(found("&query.serviceName=payment&query.operationName=" + encoded("POST /charge")))
        .isEqualTo(1);
    assertThat(found("&query.serviceName=frontend&query.operationName=" + encoded("POST /charge")))
        .isZero();
    String visa = "&query.attributes=" + encoded("{\"card\":\"visa\"}");
    assertThat(found(visa)).isEqualTo(1);
    assertThat(found("&query.serviceName=frontend" + visa)).isZero();
    assertThat(found("&query.durationMin=90ms&query.durationMax=0.1s")).isEqualTo(1);
    assertThat(found("&query.durationMin=1s")).isZero();
    assertThat(found("&query.searchDepth=20")).isEqualTo(1);
  }

  @Test
  void takesTheNamesOfEarlierReleases() {
    String time =
        "query.start_time_min="
            + Telemetry.START.minusSeconds(1)
            + "&query.start_time_max="
            + encoded("2999-01-01T00:00:00.000000001+02:00");
    String rest = "&query.service_name=payment&query.num_traces=5&query.duration_min=1ms";
    assertThat(json("trace-summaries?" + time + rest).get("summaries")).hasSize(1);
  }

  @Test
  void refusesWhatItCannotRead() {
    assertThat(error("trace-summaries?query.serviceName=a"))
        .contains("query.startTimeMin and query.startTimeMax are required");
    for (String wrong :
        List.of(
            "query.searchDepth=0",
            "query.searchDepth=x",
            "query.durationMin=5",
            "query.attributes=" + encoded("[1]"),
            "query.filter=" + encoded("{}"),
            "query.start_time_min=x" + "&query.startTimeMin=<b>")) {
      assertThat(error("trace-summaries?" + wrong + inTime())).isNotEmpty().doesNotContain("<b>");
    }
    assertThat(
            error(
                "trace-summaries?"
                    + IN_TIME.formatted("2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z")))
        .contains("must be before");
  }

  private int found(String query) {
    return json("trace-summaries?" + inTime().substring(1) + query).get("summaries").size();
  }

  private static String inTime() {
    return IN_TIME.formatted(Telemetry.START.minusSeconds(1), Telemetry.START.plusSeconds(60));
  }

  private JsonNode json(String path) {
    return console.answer("/jaeger/api/v3/" + path, 200);
  }

  private String error(String path) {
    JsonNode error = console.answer("/jaeger/api/v3/" + path, 400).get("error");
    assertThat(error.get("httpCode").asInt()).isEqualTo(400);
    return error.get("message").asText();
  }
}
