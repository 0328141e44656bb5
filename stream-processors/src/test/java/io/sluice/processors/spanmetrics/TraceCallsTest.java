package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.SpanKind.CLIENT;
import static io.sluice.testkit.SpanKind.CONSUMER;
import static io.sluice.testkit.SpanKind.PRODUCER;
import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.spanId;
import static io.sluice.testkit.Telemetry.traceId;
import static io.sluice.testkit.TraceBuilder.trace;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TraceCallsTest {

  private static final long ARRIVAL_NANOS =
      (Telemetry.START.getEpochSecond() + 3600) * 1_000_000_000;

  private final CallReader reader = new CallReader(200);

  @Test
  void findsTheCallBetweenAClientAndTheServerBelowIt() {
    List<Call> calls =
        calls(
            service("shop")
                .span("GET /")
                .kind(SERVER)
                .calls(
                    service("shop")
                        .span("POST")
                        .kind(CLIENT)
                        .took(Duration.ofMillis(30))
                        .calls(service("pay").span("POST /charge").kind(SERVER).error())));

    assertThat(edges(calls)).containsExactly("user -> shop virtual_node", "shop -> pay  failed");
    assertThat(calls.get(1).asked()).returns(0.03, CallSide::seconds);
    assertThat(calls.get(1).answered()).returns(0.01, CallSide::seconds);
  }

  @Test
  void takesAFailureOfEitherSideForAFailedCall() {
    SpanBuilder server = service("b").span("x").kind(SERVER);
    assertThat(edges(calls(service("a").span("x").kind(CLIENT).error().calls(server))))
        .containsExactly("a -> b  failed");
  }

  @Test
  void findsAMessageBetweenProducerAndConsumer() {
    List<Call> calls =
        calls(
            service("shop")
                .span("send")
                .kind(PRODUCER)
                .calls(
                    service("mail").span("process").kind(CONSUMER),
                    service("audit").span("process").kind(CONSUMER)));

    assertThat(edges(calls))
        .containsExactly("shop -> mail messaging_system", "shop -> audit messaging_system");
  }

  @Test
  void countsACallWithoutClientSpanByTheParentInAnotherService() {
    assertThat(
            edges(
                calls(
                    service("a")
                        .span("work")
                        .calls(
                            service("a").span("inner").kind(SERVER),
                            service("b").span("x").kind(SERVER)))))
        .containsExactly("a -> b ");
  }

  @Test
  void showsDatabasesByTheirAddressElseByTheirNameElseByTheirSystem() {
    assertThat(
            edges(
                calls(
                    service("a")
                        .span("work")
                        .calls(
                            query()
                                .attribute("server.address", "db-1")
                                .attribute("db.namespace", "x"),
                            query().attribute("db.namespace", "orders"),
                            query().attribute("db.name", "old"),
                            query().attribute("peer.service", "main-db").attribute("db.name", "x"),
                            query()))))
        .containsExactlyInAnyOrder(
            "a -> db-1 database",
            "a -> orders database",
            "a -> old database",
            "a -> main-db database",
            "a -> postgresql database");
  }

  @Test
  void letsACallWaitForItsOtherSideUntilItIsAlone() {
    TraceCalls first =
        read(
            EarlierSpans.NONE,
            service("a")
                .span("GET")
                .kind(CLIENT)
                .trace(traceId(1))
                .id(spanId(1))
                .attribute("server.address", "b.example"));
    assertThat(first.calls()).isEmpty();

    SpanBuilder late = service("b").span("x").kind(SERVER).trace(traceId(1)).parent(spanId(1));
    TraceCalls second = read(repacked(first.spans()), late);
    assertThat(edges(second.calls())).containsExactly("a -> b ");
    assertThat(second.spans().isWaiting()).isFalse();

    assertThat(TraceCalls.alone(first.spans().sides().get(0)))
        .returns("b.example", Call::server)
        .returns(Call.VIRTUAL, Call::connection);
    assertThat(TraceCalls.alone(read(EarlierSpans.NONE, late).spans().sides().get(0))).isNull();
  }

  @Test
  void findsTheCallAlsoWhenTheCallersSideIsTheLateOne() {
    TraceCalls first =
        read(
            EarlierSpans.NONE,
            service("b").span("x").kind(SERVER).trace(traceId(1)).parent(spanId(1)));
    TraceCalls second =
        read(
            repacked(first.spans()),
            service("a").span("GET").kind(CLIENT).trace(traceId(1)).id(spanId(1)));

    assertThat(edges(second.calls())).containsExactly("a -> b ");
  }

  @Test
  void showsQueuesWhoseOtherSideIsNotKnown() {
    List<CallSide> waiting =
        read(
                EarlierSpans.NONE,
                service("a").span("s").kind(PRODUCER).attribute("messaging.destination.name", "q"),
                service("c")
                    .span("p")
                    .kind(CONSUMER)
                    .parent(spanId(9))
                    .attribute("messaging.destination.name", "q"))
            .spans()
            .sides();

    assertThat(edges(waiting.stream().map(TraceCalls::alone).toList()))
        .containsExactlyInAnyOrder("a -> q messaging_system", "q -> c messaging_system");
  }

  @Test
  void takesNoConsumerThatAsksItsBrokerForACaller() {
    TraceCalls poll =
        read(
            EarlierSpans.NONE,
            service("a")
                .span("poll")
                .kind(CLIENT)
                .attribute("messaging.system", "kafka")
                .attribute("messaging.operation.type", "receive"));

    assertThat(poll.calls()).isEmpty();
    assertThat(poll.spans().sides()).isEmpty();
  }

  @Test
  void weighsACallAsTheSideThatWasSampledMore() {
    List<Call> calls =
        calls(
            service("a")
                .span("x")
                .kind(CLIENT)
                .with(span -> span.setTraceState("ot=rv:ffffffffffffff;th:c"))
                .calls(
                    service("b")
                        .span("x")
                        .kind(SERVER)
                        .with(span -> span.setTraceState("ot=rv:ffffffffffffff;th:8"))));

    assertThat(calls).extracting(Call::weight).containsExactly(4d);
  }

  @Test
  void endsWithSpansThatAreTheirOwnParents() {
    SpanBuilder own = service("a").span("x").kind(SERVER).id(spanId(1)).parent(spanId(1));
    SpanBuilder one = service("a").span("x").kind(CLIENT).id(spanId(2)).parent(spanId(3));
    SpanBuilder other = service("b").span("x").kind(SERVER).id(spanId(3)).parent(spanId(2));

    assertThat(edges(read(EarlierSpans.NONE, own, one, other).calls())).containsExactly("a -> b ");
  }

  @Test
  void findsEveryConsumerOfAMessageInWhateverRecordItComes() {
    SpanBuilder sent = service("shop").span("send").kind(PRODUCER).trace(traceId(1)).id(spanId(1));
    TraceCalls first = read(EarlierSpans.NONE, sent, taking("billing"));
    TraceCalls second = read(repacked(first.spans()), taking("mail"));
    TraceCalls third = read(repacked(second.spans().settled()), taking("audit"));

    assertThat(edges(first.calls())).containsExactly("shop -> billing messaging_system");
    assertThat(edges(second.calls())).containsExactly("shop -> mail messaging_system");
    assertThat(edges(third.calls())).containsExactly("shop -> audit messaging_system");
    assertThat(third.spans().isWaiting()).isFalse();
  }

  @Test
  void findsACallBelowASpanOfAnEarlierRecordThatIsNoCallers() {
    TraceCalls first =
        read(EarlierSpans.NONE, service("a").span("work").trace(traceId(1)).id(spanId(1)));
    TraceCalls second =
        read(
            repacked(first.spans()),
            service("b").span("x").kind(SERVER).trace(traceId(1)).parent(spanId(1)));

    assertThat(edges(second.calls())).containsExactly("a -> b ");
  }

  private static SpanBuilder taking(String service) {
    return service(service).span("take").kind(CONSUMER).trace(traceId(1)).parent(spanId(1));
  }

  @Test
  void boundsHowManySidesOfATraceWait() {
    List<SpanBuilder> spans = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      spans.add(service("a").span("x").kind(CLIENT).attribute("server.address", "host"));
    }
    TraceCalls found = read(EarlierSpans.NONE, spans.toArray(SpanBuilder[]::new));

    assertThat(found.spans().sides()).hasSize(TraceCalls.MAX_SIDES);
    assertThat(found.spans().services()).isEmpty();
    assertThat(found.calls()).hasSize(50_000 - TraceCalls.MAX_SIDES);
  }

  @Test
  void callsThatWereAnsweredTakeNoRoomFromOneThatWaits() {
    List<SpanBuilder> spans = new ArrayList<>();
    for (int i = 0; i < TraceCalls.MAX_SIDES + 10; i++) {
      long id = 2L * i + 1;
      spans.add(service("a").span("x").kind(CLIENT).trace(traceId(1)).id(spanId(id)));
      spans.add(
          service("b")
              .span("y")
              .kind(SERVER)
              .trace(traceId(1))
              .id(spanId(id + 1))
              .parent(spanId(id)));
    }
    spans.add(
        service("a")
            .span("slow")
            .kind(CLIENT)
            .trace(traceId(1))
            .id(spanId(100_000))
            .attribute("server.address", "c.example"));
    TraceCalls found = read(EarlierSpans.NONE, spans.toArray(SpanBuilder[]::new));

    assertThat(edges(found.calls())).containsOnly("a -> b ");
    assertThat(found.spans().sides()).filteredOn(side -> !side.settled()).hasSize(1);
  }

  @Test
  void addsCallsUpPerCallerWithExamples() {
    OwnedSeries owned =
        new OwnedSeries(
            new SeriesLimits(new SeriesLimits.Most(100, 100, 100, 100, 100), 0),
            new Demands(),
            new Statements(Duration.ofMinutes(20), 10),
            key -> null,
            overflowed -> {},
            refused -> {});
    CallTallies tallies = new CallTallies(200);
    List<Call> calls =
        calls(
            service("a")
                .span("send")
                .kind(PRODUCER)
                .took(Duration.ofMillis(1))
                .calls(
                    service("b")
                        .span("process")
                        .kind(CONSUMER)
                        .attribute("messaging.system", "kafka")
                        .attribute("messaging.destination.name", "q")
                        .start(Telemetry.START.plusSeconds(120))
                        .error()));

    for (int i = 0; i < 2; i++) {
      tallies.add(calls);
      tallies.drain((client, bytes) -> owned.add(client, PartialRecord.read(bytes), ARRIVAL_NANOS));
    }

    var points = Points.of(owned);
    String labels = "{client=\"a\",connection_type=\"messaging_system\",server=\"b\"}";
    assertThat(Derived.values(points))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "traces_service_graph_request_total" + labels, 2d,
                "traces_service_graph_request_failed_total" + labels, 2d,
                "traces_service_graph_request_client_seconds" + labels, 2d,
                "traces_service_graph_request_server_seconds" + labels, 2d,
                "traces_service_graph_request_messaging_system_seconds" + labels, 2d,
                "traces_messaging_lag_seconds{measured_by=\"producer_span\","
                        + "messaging_destination=\"q\",messaging_system=\"kafka\",service=\"b\"}",
                    2d));
    String waited = "traces_service_graph_request_messaging_system_seconds" + labels;
    assertThat(Derived.histogram(points, waited).getSum()).isEqualTo(2 * 119.999);
    assertThat(Objects.requireNonNull(points.get(waited)).getExemplars())
        .singleElement()
        .satisfies(exemplar -> assertThat(exemplar.getTraceId().bytes()).isEqualTo(traceId(7)));
  }

  @Test
  void countsWhatComesFromQueuesForTheServiceThatTakesIt() {
    Map<String, Integer> records = new TreeMap<>();
    OwnedSeries owned =
        new OwnedSeries(
            new SeriesLimits(new SeriesLimits.Most(100, 100, 100, 20, 100), 0),
            new Demands(),
            new Statements(Duration.ofMinutes(20), 10),
            key -> null,
            overflowed -> {},
            refused -> {});
    CallTallies tallies = new CallTallies(200);
    for (int i = 0; i < 50; i++) {
      List<Call> calls =
          calls(
              service("b")
                  .span("process")
                  .kind(CONSUMER)
                  .attribute("messaging.system", "rabbitmq")
                  .attribute("messaging.destination.name", "amq.gen-" + i));
      tallies.add(calls);
      tallies.drain(
          (owner, bytes) -> {
            records.merge(owner, 1, Integer::sum);
            owned.add(owner, PartialRecord.read(bytes), ARRIVAL_NANOS);
          });
    }

    assertThat(records).isEqualTo(Map.of("b", 50));
    Map<String, Double> values = Derived.values(Points.of(owned));
    String rest = ",connection_type=\"messaging_system\",server=\"b\",virtual_node=\"client\"}";
    assertThat(values)
        .hasSize(2 * 21)
        .containsEntry("traces_service_graph_request_total{client=\"amq.gen-0\"" + rest, 1d)
        .containsEntry("traces_service_graph_request_total{client=\"__overflow__\"" + rest, 30d)
        .containsEntry(
            "traces_service_graph_request_server_seconds{client=\"__overflow__\"" + rest, 30d);
  }

  private List<Call> calls(SpanBuilder root) {
    return read(EarlierSpans.NONE, trace(traceId(7), root).spans().toArray(SpanBuilder[]::new))
        .calls();
  }

  private TraceCalls read(EarlierSpans before, SpanBuilder... spans) {
    byte[] otlp = Telemetry.spans(spans).toByteArray();
    return TraceCalls.read(Slice.of(otlp), reader, 200, ARRIVAL_NANOS).calls(before);
  }

  /** As the store keeps them. */
  private static EarlierSpans repacked(EarlierSpans spans) {
    Packer out = new Packer();
    spans.pack(out);
    return EarlierSpans.unpack(new Unpacker(out.toBytes()));
  }

  private static List<String> edges(List<Call> calls) {
    return calls.stream()
        .map(
            call ->
                call.client()
                    + " -> "
                    + call.server()
                    + " "
                    + call.connection()
                    + (call.failed() ? " failed" : ""))
        .toList();
  }

  private static SpanBuilder query() {
    return service("a").span("SELECT").kind(CLIENT).attribute("db.system.name", "postgresql");
  }
}
