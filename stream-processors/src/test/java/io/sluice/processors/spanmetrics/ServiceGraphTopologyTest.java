package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.SpanKind.CLIENT;
import static io.sluice.testkit.SpanKind.CONSUMER;
import static io.sluice.testkit.SpanKind.PRODUCER;
import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.spanId;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceGraphTopologyTest {

  private static final AvroSerde<Trace> SERDE = AvroSerde.of(Trace.getClassSchema());
  private static final String TOTAL = "traces_service_graph_request_total";

  private final StageTestDriver driver =
      StageTestDriver.of(new SpanMetricsProcessor()).at(Telemetry.START.plusSeconds(60)).start();
  private final SeriesReader series = new SeriesReader();

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void countsTheEdgesOfATraceOnce() {
    send(1, 1, client(1), server(1));
    send(2, 1, client(2), server(2));

    assertThat(requests())
        .isEqualTo(Map.of("{client=\"shop\",connection_type=\"\",server=\"pay\"}", 2d));
  }

  @Test
  void countsAnEdgeWhoseSidesComeInDifferentVersionsOfItsTrace() {
    send(1, 1, client(1));
    driver.advance(Duration.ofSeconds(30));
    send(1, 2, server(1));

    assertThat(requests())
        .isEqualTo(Map.of("{client=\"shop\",connection_type=\"\",server=\"pay\"}", 1d));
  }

  @Test
  void waitsForTheOtherSideThoughTheClockIsSet() {
    send(1, 1, client(1));
    driver.setClock(Duration.ofHours(1));
    send(1, 2, server(1));

    assertThat(requests())
        .isEqualTo(Map.of("{client=\"shop\",connection_type=\"\",server=\"pay\"}", 1d));
  }

  @Test
  void countsAMessageThatIsTakenMinutesAfterItWasSentAsAMessageOfItsSender() {
    send(1, 1, span("shop", "send", PRODUCER, 1).attribute("messaging.destination.name", "q"));
    driver.advance(Duration.ofMinutes(9));
    send(1, 2, span("mail", "take", CONSUMER, 2).parent(spanId(1)));
    send(1, 3, span("audit", "take", CONSUMER, 3).parent(spanId(1)));

    assertThat(requests())
        .isEqualTo(
            Map.of(
                "{client=\"shop\",connection_type=\"messaging_system\",server=\"q\"}", 1d,
                "{client=\"shop\",connection_type=\"messaging_system\",server=\"mail\"}", 1d,
                "{client=\"shop\",connection_type=\"messaging_system\",server=\"audit\"}", 1d));

    driver.advance(GraphStep.MEMORY);
    driver.advance(Duration.ofMinutes(2));
    try (var all = driver.store(SpanMetricsTopology.PENDING_CALLS).all()) {
      assertThat(all).isExhausted();
    }
  }

  private static SpanBuilder span(String service, String name, SpanKind kind, int id) {
    return service(service).span(name).kind(kind).trace(traceId(1)).id(spanId(id));
  }

  @Test
  void takesAPeerForVirtualWhenItStaysSilent() {
    send(1, 1, client(1));
    driver.advance(GraphStep.WAIT.minusSeconds(2));
    assertThat(driver.read(Topics.SERIES)).isEmpty();

    waitInVain();
    assertThat(requests())
        .isEqualTo(
            Map.of(
                "{client=\"shop\",connection_type=\"virtual_node\",server=\"pay.example\"}", 1d));
  }

  @Test
  void countsSidesThatStayAloneAndNameNoPeer() {
    send(1, 1, server(1));

    waitInVain();
    assertThat(requests()).isEmpty();
    assertThat(driver.meters().get("sluice.spanmetrics.unpaired.calls").counter().count())
        .isEqualTo(1);
  }

  @Test
  void keepsWhatWaitsWhenTheNextRecordOfTheTraceIsMalformed() {
    send(1, 1, client(1));
    send(1, 2, new byte[] {10, 100});
    send(1, 3, Telemetry.spans(server(1)).toByteArray());

    assertThat(driver.deadLetters())
        .extracting(DeadLetter::getReason)
        .containsExactly(Reason.MALFORMED);
    assertThat(requests())
        .isEqualTo(Map.of("{client=\"shop\",connection_type=\"\",server=\"pay\"}", 1d));
  }

  private void waitInVain() {
    driver.advance(GraphStep.WAIT);
    driver.advance(Duration.ofSeconds(1)); // callbacks see the time of the step before
  }

  private Map<String, Double> requests() {
    Map<String, Double> requests = new TreeMap<>();
    series
        .follow(driver)
        .points()
        .forEach(
            (identity, point) -> {
              if (point.getName().equals(TOTAL)) {
                requests.put(identity.substring(TOTAL.length()), point.getValue());
              }
            });
    return requests;
  }

  private static SpanBuilder client(int trace) {
    return service("shop")
        .span("POST")
        .kind(CLIENT)
        .trace(traceId(trace))
        .id(spanId(1))
        .parent(spanId(77))
        .attribute("server.address", "pay.example");
  }

  private static SpanBuilder server(int trace) {
    return service("pay").span("POST /").kind(SERVER).trace(traceId(trace)).parent(spanId(1));
  }

  private void send(int trace, int version, SpanBuilder... spans) {
    send(trace, version, Telemetry.spans(spans).toByteArray());
  }

  private void send(int trace, int version, byte[] otlp) {
    Trace record =
        Trace.newBuilder()
            .setTraceId(new TraceId(traceId(trace)))
            .setVersion(version)
            .setServices(List.of())
            .setStartTimeUnixNano(0)
            .setDurationNanos(0)
            .setError(false)
            .setSpanCount(1)
            .setCompleteness(version == 1 ? Completeness.COMPLETE : Completeness.LATE)
            .setCloseReason(version == 1 ? CloseReason.COMPLETE : CloseReason.LATE)
            .setCloseDelayMillis(0)
            .setOtlp(ByteBuffer.wrap(otlp))
            .build();
    driver.send(Topics.TRACES, traceId(trace), SERDE.encode(record));
  }
}
