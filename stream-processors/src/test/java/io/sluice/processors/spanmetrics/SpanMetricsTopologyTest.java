package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.SpanKind.CLIENT;
import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.spanId;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.proto.trace.v1.Status;
import io.sluice.processor.StreamProcessor;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Exemplar;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.Topics;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpanMetricsTopologyTest {

  private static final byte[] NO_KEY = {};
  private static final Instant FAR = Instant.parse("2199-01-01T00:00:00Z");

  private final StageTestDriver driver =
      StageTestDriver.of(new SpanMetricsProcessor())
          .at(Telemetry.START.plusSeconds(60))
          .config(Settings.small())
          .start();
  private final SeriesReader series = new SeriesReader();

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(StreamProcessor.class))
        .filteredOn(processor -> processor.name().equals("spanmetrics"))
        .hasSize(1);
  }

  @Test
  void namesSeriesAsDashboardsReadThem() {
    send(service("shop").span("GET /").kind(SERVER).took(Duration.ofMillis(250)).error());

    String labels =
        "{service=\"shop\",span_kind=\"SPAN_KIND_SERVER\",span_name=\"GET /\","
            + "status_code=\"STATUS_CODE_ERROR\"}";
    Map<String, SeriesPoint> points = series.follow(driver).points();
    assertThat(points)
        .containsOnlyKeys(
            "traces_spanmetrics_calls_total" + labels, "traces_spanmetrics_latency" + labels);
    SeriesPoint calls =
        Objects.requireNonNull(points.get("traces_spanmetrics_calls_total" + labels));
    SeriesPoint latency = Objects.requireNonNull(points.get("traces_spanmetrics_latency" + labels));
    assertThat(calls.getType()).isEqualTo(SeriesType.COUNTER);
    assertThat(calls.getValue()).isEqualTo(1);
    assertThat(latency.getType()).isEqualTo(SeriesType.HISTOGRAM);
    ExponentialHistogram seconds = Objects.requireNonNull(latency.getHistogram());
    assertThat(seconds.getSum()).isCloseTo(0.25, within(1e-12));
    assertThat(seconds.getCounts()).containsExactly(1L);
  }

  @Test
  void countsByServiceNameKindAndStatus() {
    send(
        service("a").span("x"),
        service("a").span("x"),
        service("a").span("x").kind(CLIENT),
        service("a").span("x").with(span -> span.setStatus(ok())),
        service("b").span("x").took(Duration.ofSeconds(-1)),
        service("b").span("y").with(span -> span.setKindValue(77)));

    assertThat(series.follow(driver).calls())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "a x INTERNAL UNSET", 2d,
                "a x CLIENT UNSET", 1d,
                "a x INTERNAL OK", 1d,
                "b x INTERNAL UNSET", 1d,
                "b y UNSPECIFIED UNSET", 1d));
    assertThat(series.latencies().get("b x INTERNAL UNSET"))
        .returns(1L, ExponentialHistogram::getZeroCount)
        .returns(0d, ExponentialHistogram::getSum);
  }

  @Test
  void growsFromRecordToRecordAndKeepsWhenItBegan() {
    String key = "traces_spanmetrics_calls_total";
    double before = 0;
    for (int round = 1; round <= 4; round++) {
      send(service("a").span("x"), service("a").span("x"));
      SeriesPoint calls =
          series.follow(driver).points().entrySet().stream()
              .filter(entry -> entry.getKey().startsWith(key))
              .findAny()
              .orElseThrow()
              .getValue();
      assertThat(calls.getValue()).isEqualTo(2d * round).isGreaterThan(before);
      assertThat(calls.getStartTimeUnixNano()).isEqualTo(nanos(Telemetry.START.plusSeconds(60)));
      before = calls.getValue();
    }
  }

  @Test
  void writesASeriesAgainOnlyWhenItChanged() {
    send(service("a").span("x"), service("a").span("y"));
    driver.advance(Duration.ofSeconds(10));
    series.follow(driver);
    send(service("a").span("y"));
    driver.advance(Duration.ofSeconds(1));

    assertThat(driver.read(Topics.SERIES)).hasSize(2); // calls and latency of y
    driver.advance(Duration.ofMinutes(5));
    assertThat(driver.read(Topics.SERIES)).isEmpty();
  }

  @Test
  void foldsWhatIsOverAServicesLimitIntoOneSeriesAndCountsIt() {
    send(service("a").span("n1"), service("b").span("of another service"));
    send(service("a").span("n2"));
    send(service("a").span("n3"));
    for (int i = 4; i < 20; i++) {
      send(service("a").span("id x" + i), service("a").span("n2"));
    }

    assertThat(series.follow(driver).calls())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "a n1 INTERNAL UNSET", 1d,
                "a n2 INTERNAL UNSET", 17d,
                "a n3 INTERNAL UNSET", 1d,
                "a __overflow__ INTERNAL UNSET", 16d,
                "b of another servi INTERNAL UNSET", 1d));
    assertThat(driver.meters().get("sluice.spanmetrics.overflowed").counter().count())
        .isEqualTo(16);
  }

  @Test
  void namesTheNewestSpanOfEachFactorOfTwoAsExemplar() {
    send(
        service("a").span("x").trace(traceId(1)).id(spanId(1)).took(Duration.ofMillis(5)),
        service("a").span("x").trace(traceId(4)).id(spanId(4)).took(Duration.ofMillis(7)),
        service("a").span("x").trace(traceId(2)).id(spanId(2)).took(Duration.ofMillis(50)),
        service("a").span("x").trace(new byte[16]).id(spanId(3)).took(Duration.ofMillis(60)));

    assertThat(series.follow(driver).points().values())
        .extracting(SeriesPoint::getExemplars)
        .hasSize(2)
        .containsOnly(List.of(exemplar(4, 7), exemplar(2, 50)));

    SpanBuilder later = service("a").span("x").trace(traceId(9)).id(spanId(9));
    send(later.start(Telemetry.START.plusMillis(900)).took(Duration.ofMillis(6)));
    assertThat(series.follow(driver).points().values())
        .extracting(SeriesPoint::getExemplars)
        .as("one a second is enough")
        .containsOnly(List.of(exemplar(4, 7), exemplar(2, 50)));

    send(later.start(Telemetry.START.plusMillis(1001)).took(Duration.ofMillis(6)));
    assertThat(series.follow(driver).points().values())
        .extracting(point -> point.getExemplars().get(1))
        .containsOnly(
            new Exemplar(
                0.006,
                nanos(Telemetry.START.plusMillis(1007)),
                new TraceId(traceId(9)),
                new SpanId(spanId(9))));
  }

  @Test
  void countsASampledSpanForAsManyAsItStandsFor() {
    SpanBuilder oneOfFour =
        service("a").span("x").with(span -> span.setTraceState("ot=rv:ffffffffffffff;th:c"));
    SpanBuilder oneOfThree =
        service("a")
            .span("x")
            .with(span -> span.setTraceState("ot=rv:ffffffffffffff;th:aaaaaaaaaaaaaa"));
    send(oneOfFour, oneOfThree, oneOfThree, oneOfThree);

    assertThat(series.follow(driver).calls().get("a x INTERNAL UNSET")).isCloseTo(13, within(1e-9));
    assertThat(series.latencies().get("a x INTERNAL UNSET"))
        .returns(13L, ExponentialHistogram::getCount)
        .extracting(ExponentialHistogram::getSum)
        .satisfies(sum -> assertThat(sum).isCloseTo(0.13, within(1e-9)));

    SpanBuilder threeOfFive =
        service("a")
            .span("x")
            .with(span -> span.setTraceState("ot=rv:ffffffffffffff;th:66666666666666"));
    send(threeOfFive, threeOfFive);
    assertThat(series.follow(driver).latencies().get("a x INTERNAL UNSET"))
        .returns(16L, ExponentialHistogram::getCount); // a third of a span is kept for later
    send(threeOfFive);
    assertThat(series.follow(driver).latencies().get("a x INTERNAL UNSET"))
        .returns(18L, ExponentialHistogram::getCount);
  }

  @Test
  void countsASpanOnceAndSaysSoWhereItsSamplingIsNotBelieved() {
    send(
        service("a").span("x").with(span -> span.setTraceState("ot=rv:bfffffffffffff;th:c")),
        service("a").span("x").with(span -> span.setTraceState("ot=rv:cfffffffffffff;th:c")),
        service("a").span("x").with(span -> span.setTraceState("ot=th:ffffffffffffff")));

    assertThat(series.follow(driver).calls()).isEqualTo(Map.of("a x INTERNAL UNSET", 6d));
    assertThat(driver.meters().get("sluice.spanmetrics.refused.sampling").counter().count())
        .isEqualTo(2);
  }

  @Test
  void takesNoTimeFromTheFuture() {
    Instant arrival = Telemetry.START.plusSeconds(60);
    send(service("a").span("now"), service("a").span("early").start(arrival.plusSeconds(1)));
    send(service("a").span("now").start(Telemetry.START.minusSeconds(9)));
    send(service("a").span("beyond").start(FAR));

    assertThat(series.follow(driver).points().values())
        .extracting(point -> point.getLabels().get("span_name"), SeriesPoint::getTimeUnixNano)
        .contains(
            tuple("now", nanos(Telemetry.START.plusMillis(10))),
            tuple("early", nanos(arrival)),
            tuple("beyond", nanos(arrival)));
  }

  @Test
  void countsABatchThatWasSentTwiceOnce() {
    byte[] batch = Telemetry.spans(service("a").span("x"), service("b").span("y")).toByteArray();
    byte[] other = Telemetry.spans(service("a").span("x")).toByteArray();
    for (byte[] each : List.of(batch, other, batch)) {
      driver.send(Topics.SPANS, NO_KEY, each);
    }
    driver.advance(Duration.ofMinutes(10));
    driver.send(Topics.SPANS, NO_KEY, batch);

    assertThat(series.follow(driver).calls())
        .isEqualTo(Map.of("a x INTERNAL UNSET", 2d, "b y INTERNAL UNSET", 1d));
    assertThat(driver.meters().get("sluice.spanmetrics.duplicate.batches").counter().count())
        .isEqualTo(2);

    driver.advance(Duration.ofMinutes(6)); // with the reading 11 minutes: it is forgotten
    driver.send(Topics.SPANS, NO_KEY, batch);
    assertThat(series.follow(driver).calls()).containsEntry("b y INTERNAL UNSET", 2d);
  }

  @Test
  void endsASeriesThatIsQuietAndGivesItsPlaceToAnother() {
    send(service("a").span("n1"));
    send(service("a").span("n2"));
    send(service("a").span("n3"));
    send(service("a").span("n4"));
    for (int minutes = 0; minutes < 60; minutes += 10) {
      driver.advance(Duration.ofMinutes(10));
      send(service("a").span("n3"));
    }
    driver.advance(Duration.ofMinutes(10));
    series.follow(driver);

    assertThat(series.ended())
        .containsExactlyInAnyOrderElementsOf(
            List.of("a n1 INTERNAL UNSET", "a n2 INTERNAL UNSET", "a __overflow__ INTERNAL UNSET"));
    assertThat(series.endNanos())
        .as("not when it was last heard of: receivers take nothing that old")
        .allMatch(end -> end > nanos(Telemetry.START.plus(Duration.ofHours(1))));
    assertThat(series.calls()).isEqualTo(Map.of("a n3 INTERNAL UNSET", 7d));

    send(service("a").span("n1"), service("a").span("n5"));

    assertThat(series.follow(driver).calls())
        .isEqualTo(
            Map.of(
                "a n1 INTERNAL UNSET", 1d, "a n3 INTERNAL UNSET", 7d, "a n5 INTERNAL UNSET", 1d));
    assertThat(series.points().values())
        .filteredOn(point -> "n1".equals(point.getLabels().get("span_name")))
        .extracting(SeriesPoint::getStartTimeUnixNano)
        .as("it begins anew")
        .allMatch(start -> start > nanos(Telemetry.START.plus(Duration.ofHours(1))));
  }

  @Test
  void endsNoSeriesWhenTheClockIsSet() {
    for (int minutes = 0; minutes < 70; minutes += 10) {
      send(service("a").span("x"));
      driver.advance(Duration.ofMinutes(10));
    }
    driver.setClock(Duration.ofHours(1));
    send(service("a").span("x"));
    driver.advance(Duration.ofMinutes(10));
    driver.setClock(Duration.ofHours(-1));
    send(service("a").span("x"));
    driver.setClock(Duration.ofHours(1));
    series.follow(driver);

    assertThat(series.ended()).isEmpty();
    assertThat(series.calls()).isEqualTo(Map.of("a x INTERNAL UNSET", 9d));
  }

  @Test
  void tellsWhatAServiceAsksForWhetherItGetsItOrNot() {
    for (int i = 0; i < 50; i++) {
      send(service("a").span("name x" + i % 25), service("a").span("name x" + i).error());
    }
    driver.advance(Duration.ofSeconds(10));

    assertThat(demand()).containsEntry("", 75d).containsEntry("span_name", 50d);
    assertThat(series.points())
        .hasEntrySatisfying(
            "sluice_cardinality_limit{label=\"\",metric=\"traces_spanmetrics_latency\",service=\"a\"}",
            point -> assertThat(point.getValue()).isEqualTo(3))
        .hasEntrySatisfying(
            "sluice_cardinality_series_without_label{label=\"span_name\","
                + "metric=\"traces_spanmetrics_latency\",service=\"a\"}",
            point -> assertThat(point.getValue()).isEqualTo(2));

    driver.advance(Duration.ofHours(1));
    send(service("a").span("name x1"));
    driver.advance(Duration.ofHours(1));
    driver.advance(Duration.ofSeconds(10));
    assertThat(demand()).as("of the last two windows").containsEntry("", 1d);

    driver.advance(Duration.ofHours(1));
    driver.advance(Duration.ofHours(1));
    assertThat(demand()).isEmpty();
  }

  private Map<String, Double> demand() {
    Map<String, Double> demand = new HashMap<>();
    for (SeriesPoint point : series.follow(driver).points().values()) {
      if (point.getName().equals("sluice_cardinality_demand")) {
        demand.put(point.getLabels().getOrDefault("label", "?"), point.getValue());
      }
    }
    return demand;
  }

  @Test
  void templatesNamesAndTakesTheRouteForAPath() {
    send(
        service("a").span("GET /users/1").kind(SERVER),
        service("a").span("GET /users/2").kind(SERVER),
        service("a")
            .span("GET /u/3")
            .kind(SERVER)
            .attribute("http.request.method", "GET")
            .attribute("http.route", "/u/:id"));

    assertThat(series.follow(driver).calls())
        .isEqualTo(Map.of("a GET /users/{numb SERVER UNSET", 2d, "a GET /u/:id SERVER UNSET", 1d));
  }

  @Test
  void writesPoisonToDeadLettersWithoutCountingAnyOfIt() {
    byte[] good = service("a").span("x").toRequestBytes();
    byte[] cut = Arrays.copyOf(good, good.length + 3);
    cut[good.length] = 10; // another resource, longer than what is left
    cut[good.length + 1] = 100;

    driver.send(Topics.SPANS, NO_KEY, cut);
    driver.send(Topics.SPANS, NO_KEY, good);

    assertThat(driver.deadLetters())
        .extracting(DeadLetter::getReason, DeadLetter::getStage)
        .containsExactly(tuple(Reason.MALFORMED, "spanmetrics"));
    assertThat(series.follow(driver).calls()).isEqualTo(Map.of("a x INTERNAL UNSET", 1d));
  }

  @Test
  void learnsFromPathsAndNotOverRoutesThatAreDeclared() {
    int many = 130;
    SpanBuilder[] spans = new SpanBuilder[2 * many];
    for (int i = 0; i < many; i++) {
      String path = "/api/" + (char) ('a' + i / 26) + (char) ('a' + i % 26) + "/list";
      spans[2 * i] = request("declares", path).attribute("http.route", path);
      spans[2 * i + 1] = request("guessed", path).attribute("url.path", path);
    }

    try (StageTestDriver roomy =
        StageTestDriver.of(new SpanMetricsProcessor())
            .at(Telemetry.START.plusSeconds(60))
            .start()) {
      roomy.send(Topics.SPANS, NO_KEY, Telemetry.spans(spans).toByteArray());
      Map<String, SeriesPoint> points = new SeriesReader().follow(roomy).points();
      for (String label : List.of("span_name", "http_route")) {
        assertThat(values(points, "declares", label)).hasSize(many);
        assertThat(values(points, "guessed", label)).hasSize(101);
      }
    }
  }

  private static SpanBuilder request(String service, String path) {
    return service(service)
        .span("GET " + path)
        .kind(SERVER)
        .attribute("http.request.method", "GET");
  }

  private static Set<String> values(Map<String, SeriesPoint> points, String service, String label) {
    return points.values().stream()
        .filter(point -> service.equals(point.getLabels().get("service")))
        .filter(point -> point.getName().endsWith("_total"))
        .map(point -> point.getLabels().get(label))
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  @Test
  void countsABatchWhoseSeriesAreLargerThanARecordMayBe() {
    int many = 9000;
    SpanBuilder[] spans = new SpanBuilder[many];
    for (int i = 0; i < many; i++) {
      spans[i] =
          service("a")
              .span("GET")
              .kind(SERVER)
              .attribute("http.request.method", "GET")
              .attribute("http.route", "/" + "\u20ac".repeat(186) + i);
    }
    byte[] batch = Telemetry.spans(spans).toByteArray();

    try (StageTestDriver roomy =
        StageTestDriver.of(new SpanMetricsProcessor())
            .at(Telemetry.START.plusSeconds(60))
            .start()) {
      roomy.send(Topics.SPANS, NO_KEY, batch);
      assertThat(roomy.deadLetters()).isEmpty();
      double requests =
          new SeriesReader()
              .follow(roomy).points().values().stream()
                  .filter(point -> point.getName().equals("traces_http_requests_total"))
                  .mapToDouble(SeriesPoint::getValue)
                  .sum();
      assertThat(requests).isEqualTo(many);
    }
  }

  private static Exemplar exemplar(int number, long millis) {
    return new Exemplar(
        millis / 1e3,
        nanos(Telemetry.START.plusMillis(millis)),
        new TraceId(traceId(number)),
        new SpanId(spanId(number)));
  }

  private void send(SpanBuilder... spans) {
    driver.send(Topics.SPANS, NO_KEY, Telemetry.spans(spans).toByteArray());
  }

  private static Status ok() {
    return Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_OK).build();
  }

  private static long nanos(Instant time) {
    return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
  }
}
