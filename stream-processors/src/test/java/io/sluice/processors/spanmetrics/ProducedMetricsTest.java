package io.sluice.processors.spanmetrics;

import static io.sluice.processors.spanmetrics.Otlp.CUMULATIVE;
import static io.sluice.processors.spanmetrics.Otlp.DELTA;
import static io.sluice.processors.spanmetrics.Otlp.attribute;
import static io.sluice.processors.spanmetrics.Otlp.buckets;
import static io.sluice.processors.spanmetrics.Otlp.counter;
import static io.sluice.processors.spanmetrics.Otlp.exponential;
import static io.sluice.processors.spanmetrics.Otlp.gauge;
import static io.sluice.processors.spanmetrics.Otlp.histogram;
import static io.sluice.processors.spanmetrics.Otlp.nanos;
import static io.sluice.processors.spanmetrics.Otlp.point;
import static io.sluice.processors.spanmetrics.Otlp.request;
import static io.sluice.processors.spanmetrics.Otlp.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.Telemetry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProducedMetricsTest {

  private static final long ARRIVAL = (Telemetry.START.getEpochSecond() + 3600) * 1000;

  private final Map<ByteBuffer, byte[]> streams = new HashMap<>();
  private final List<Reason> refused = new ArrayList<>();
  private final ProducedMetrics metrics =
      new ProducedMetrics(200, id -> streams.get(ByteBuffer.wrap(id)), refused::add);
  private final OwnedSeries owned =
      new OwnedSeries(
          new SeriesLimits(new SeriesLimits.Most(100, 1000, 1000, 1000, 1000), 0),
          new Demands(),
          new Statements(Duration.ofMinutes(20), 10),
          key -> null,
          overflowed -> {},
          refused -> {});

  @Test
  void passesCumulativeSumsWithTheirValue() {
    assertThat(send(counter("c", CUMULATIVE, point(0, 10, 5))))
        .containsEntry(series("c_total"), 5d);
    assertThat(send(counter("c", CUMULATIVE, point(0, 20, 9))))
        .containsEntry(series("c_total"), 9d);
  }

  @Test
  void addsDeltasUp() {
    assertThat(send(counter("c", DELTA, point(0, 10, 5), point(10, 20, 4))))
        .containsEntry(series("c_total"), 9d);
    assertThat(send(counter("c", DELTA, point(40, 50, 1)))) // a gap is none of ours
        .containsEntry(series("c_total"), 10d);
  }

  @Test
  void goesOnWhenTheProducerBeganAnew() {
    send(counter("c", CUMULATIVE, point(0, 10, 5)));
    assertThat(send(counter("c", CUMULATIVE, point(15, 20, 7))))
        .containsEntry(series("c_total"), 12d);
  }

  @Test
  void takesASumThatGoesBackwardsForOneThatBeganAnew() {
    send(counter("c", CUMULATIVE, point(0, 10, 5)));
    assertThat(send(counter("c", CUMULATIVE, point(0, 20, 3))))
        .containsEntry(series("c_total"), 8d);
    assertThat(send(counter("c", CUMULATIVE, point(0, 30, 4))))
        .containsEntry(series("c_total"), 9d);
  }

  @Test
  void countsTheSamePointOnceWhateverItsTemporality() {
    for (int i = 0; i < 3; i++) {
      assertThat(
              send(
                  counter("c", CUMULATIVE, point(0, 10, 5)),
                  counter("d", DELTA, point(0, 10, 5)),
                  histogram("h", DELTA, buckets(0, 10, 1, 2)),
                  sum("u", DELTA, false, point(0, 10, -3))))
          .containsEntry(series("c_total"), 5d)
          .containsEntry(series("d_total"), 5d)
          .containsEntry(series("h"), 3d)
          .containsEntry(series("u"), -3d);
    }
  }

  @Test
  void takesDeltasInAnyOrderAndNoCumulativePointThatCameLate() {
    assertThat(
            send(
                counter("d", DELTA, point(10, 20, 5)),
                counter("d", DELTA, point(0, 10, 4)),
                counter("c", CUMULATIVE, point(0, 20, 9)),
                counter("c", CUMULATIVE, point(0, 10, 4)),
                counter("c", CUMULATIVE, point(0, 30, 10))))
        .containsEntry(series("d_total"), 9d)
        .containsEntry(series("c_total"), 10d);
    assertThat(metrics.repeated()).isEqualTo(1);
    assertThat(refused).isEmpty();
  }

  @Test
  void takesNoPointOfAProcessThatWasReplaced() {
    assertThat(
            send(
                counter("c", CUMULATIVE, point(0, 10, 100)),
                counter("c", CUMULATIVE, point(10, 20, 5)),
                counter("c", CUMULATIVE, point(0, 21, 101)),
                counter("c", CUMULATIVE, point(10, 30, 6))))
        .containsEntry(series("c_total"), 106d);
  }

  @Test
  void keepsTheNewestValueOfAGaugeByItsTime() {
    assertThat(send(gauge("g", point(0, 20, 2), point(0, 10, 1)))).containsEntry(series("g"), 2d);
    assertThat(send(gauge("g", point(0, 15, 3)))).containsEntry(series("g"), 2d);
    assertThat(send(gauge("g", point(0, 30, -4)))).containsEntry(series("g"), -4d);
  }

  @Test
  void showsSumsThatMayFallAsGauges() {
    assertThat(
            send(
                sum("cumulative", CUMULATIVE, false, point(0, 10, 5), point(0, 20, 3)),
                sum("delta", DELTA, false, point(0, 10, 5), point(10, 20, -3))))
        .containsEntry(series("cumulative"), 3d)
        .containsEntry(series("delta"), 2d);
  }

  @Test
  void keepsTheBoundsOfExplicitHistograms() {
    send(histogram("h", CUMULATIVE, buckets(0, 10, 1, 2, 3)));
    send(histogram("h", CUMULATIVE, buckets(0, 20, 1, 4, 3)));

    ExplicitHistogram histogram = explicit("h");
    assertThat(histogram.getBounds()).containsExactly(1d, 2d);
    assertThat(histogram.getCounts()).containsExactly(1L, 4L, 3L);
    assertThat(histogram.getSum()).isEqualTo(10);
  }

  @Test
  void countsUnderTheFirstBoundsWhenAProducerChoosesOthers() {
    send(histogram("h", DELTA, buckets(0, 10, 1, 1, 1)));
    HistogramDataPoint.Builder other =
        HistogramDataPoint.newBuilder()
            .setTimeUnixNano(nanos(20))
            .setCount(6)
            .addAllExplicitBounds(List.of(0.5, 1.5))
            .addAllBucketCounts(List.of(1L, 2L, 3L));
    send(histogram("h", DELTA, other));

    assertThat(explicit("h").getBounds()).containsExactly(1d, 2d);
    assertThat(explicit("h").getCounts()).containsExactly(2L, 3L, 4L);
  }

  @Test
  void mergesExponentialHistogramsOfAnyScale() {
    send(exponential("e", CUMULATIVE, exponential(0, 10, 3, 0, 1, 2)));
    // The same and three values more, in buckets twice as wide.
    send(exponential("e", CUMULATIVE, exponential(0, 20, 2, 0, 3, 3)));

    var histogram = Objects.requireNonNull(shown("e").getHistogram());
    assertThat(histogram.getScale()).isEqualTo(2);
    assertThat(histogram.getOffset()).isZero();
    assertThat(histogram.getCounts()).containsExactly(3L, 3L);
  }

  @Test
  void showsNegativeValuesOfExponentialHistogramsAsZeros() {
    var withNegative = exponential(0, 10, 20, 1 << 20, 4);
    withNegative.getNegativeBuilder().addBucketCounts(2);
    withNegative.setZeroCount(1).setCount(7).setSum(-3);
    send(exponential("e", DELTA, withNegative));

    var histogram = Objects.requireNonNull(shown("e").getHistogram());
    assertThat(histogram.getZeroCount()).isEqualTo(3);
    assertThat(histogram.getCount()).isEqualTo(7);
    assertThat(histogram.getScale()).isEqualTo(4);
    assertThat(histogram.getOffset()).isEqualTo(16);
    assertThat(histogram.getSum()).isEqualTo(-3);
  }

  @Test
  void showsSummariesAsPrometheusDoes() {
    assertThat(
            send(
                Metric.newBuilder()
                    .setName("rpc")
                    .setUnit("s")
                    .setSummary(
                        Summary.newBuilder()
                            .addDataPoints(
                                SummaryDataPoint.newBuilder()
                                    .setTimeUnixNano(nanos(10))
                                    .setCount(4)
                                    .setSum(2)
                                    .addQuantileValues(
                                        SummaryDataPoint.ValueAtQuantile.newBuilder()
                                            .setQuantile(0.5)
                                            .setValue(0.4))))
                    .build()))
        .isEqualTo(
            Map.of(
                series("rpc_seconds_count"),
                4d,
                series("rpc_seconds_sum"),
                2d,
                "rpc_seconds{job=\"a\",quantile=\"0.5\",service=\"a\"}",
                0.4));
  }

  @Test
  void namesTheProducerByJobAndInstance() {
    take(
        request(
            List.of(
                attribute("service.name", "a"),
                attribute("service.namespace", "shop"),
                attribute("service.instance.id", "pod-1")),
            gauge("g", point(0, 10, 1))));

    assertThat(Points.of(owned))
        .containsOnlyKeys("g{instance=\"pod-1\",job=\"shop/a\",service=\"a\"}");
  }

  @Test
  void showsTheResourceOfAProducerInASeriesToJoinWith() {
    take(
        request(
            List.of(attribute("service.name", "a"), attribute("host.arch", "arm64")),
            gauge("g", point(0, 10, 1))));

    assertThat(Derived.values(Points.of(owned)))
        .isEqualTo(
            Map.of(
                series("g"), 1d, "target_info{host_arch=\"arm64\",job=\"a\",service=\"a\"}", 1d));
  }

  @Test
  void keepsProducersOfTheSameServiceApart() {
    for (String host : List.of("one", "other")) {
      take(
          request(
              List.of(attribute("service.name", "a"), attribute("process.pid", host)),
              counter("c", CUMULATIVE, point(0, 10, 5))));
    }

    assertThat(Derived.values(Points.of(owned))).containsEntry(series("c_total"), 10d);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deployment.environment",
        "deployment.environment.name",
        "k8s.cluster.name",
        "k8s.container.name",
        "k8s.namespace.name"
      })
  void keepsProcessesOfPodsOfTheSameNameApart(String around) {
    for (int i = 0; i < 2; i++) {
      for (String where : List.of("one", "other")) {
        take(
            request(
                List.of(
                    attribute("service.name", "a"),
                    attribute("process.pid", "1"),
                    attribute("host.name", "a-0"),
                    attribute("k8s.pod.name", "a-0"),
                    attribute(around, where)),
                counter("c", CUMULATIVE, point(0, 10 + i, (where.equals("one") ? 100 : 5) + i))));
      }
    }

    assertThat(Derived.values(Points.of(owned)))
        .containsEntry("c_total{instance=\"a-0\",job=\"a\",service=\"a\"}", 107d);
  }

  @Test
  void keepsReplicasApartWhoseProcessAndContainerAreCalledTheSame() {
    for (String address : List.of("10.0.0.1", "10.0.0.2")) {
      take(
          request(
              List.of(
                  attribute("service.name", "a"),
                  attribute("process.pid", "1"),
                  attribute("k8s.container.name", "app"),
                  attribute("k8s.pod.ip", address)),
              counter("c", CUMULATIVE, point(0, 10, 5))));
    }

    assertThat(Derived.values(Points.of(owned))).containsEntry(series("c_total"), 10d);
  }

  @Test
  void countsOnWhenTheResourceOfAProcessIsSaidInAnotherWay() {
    List<KeyValue> process =
        List.of(
            attribute("service.name", "a"),
            attribute("host.name", "h"),
            attribute("process.pid", "7"));
    List<KeyValue> enriched = new ArrayList<>(process);
    enriched.add(attribute("team", "carts"));
    take(request(process, counter("c", CUMULATIVE, point(0, 10, 5))));
    take(request(enriched, counter("c", CUMULATIVE, point(0, 20, 7))));
    take(request(process, counter("c", CUMULATIVE, point(0, 30, 8))));

    assertThat(Derived.values(Points.of(owned)))
        .containsEntry("c_total{instance=\"h\",job=\"a\",service=\"a\"}", 8d);
  }

  @Test
  void countsNoLifetimeAgainOfAProducerThatItMeetsInTheMidstOfItsLife() {
    send(counter("c", CUMULATIVE, point(0, 10, 5)), counter("c", CUMULATIVE, point(0, 1000, 100)));
    List<KeyValue> changed =
        List.of(attribute("service.name", "a"), attribute("team", "[redacted]"));
    take(
        request(
            changed,
            counter("c", CUMULATIVE, point(0, 1010, 102)),
            histogram("h", CUMULATIVE, buckets(0, 1010, 7, 7))));
    take(
        request(
            changed,
            counter("c", CUMULATIVE, point(0, 1070, 110)),
            histogram("h", CUMULATIVE, buckets(0, 1070, 7, 8))));

    assertThat(amount("c_total")).isEqualTo(108);
    assertThat(amount("h")).isEqualTo(1);
  }

  @Test
  void countsAllOfAttributesThatAreNewInTheMidstOfAProducersLife() {
    send(counter("errors", CUMULATIVE, point(0, 10, 1)));
    NumberDataPoint.Builder other = point(0, 1000, 2).addAttributes(attribute("code", "503"));
    send(counter("errors", CUMULATIVE, other));

    assertThat(Derived.values(Points.of(owned)))
        .containsEntry("errors_total{code=\"503\",job=\"a\",service=\"a\"}", 2d);
  }

  @Test
  void countsAllThatAProducerCountedFromItsBeginningInABacklogThatIsReadLate() {
    send(counter("c", CUMULATIVE, point(0, 240, 5)));
    send(counter("late", CUMULATIVE, point(0, 400, 3)));

    assertThat(amount("c_total")).isEqualTo(5);
    assertThat(amount("late_total")).isEqualTo(3);
  }

  @Test
  void addsUpMetricsWhoseNamesCollideOnceTheyAreValid() {
    assertThat(
            send(
                counter("a.b", CUMULATIVE, point(0, 10, 5)),
                counter("a_b", CUMULATIVE, point(0, 10, 4)),
                counter("a.b", CUMULATIVE, point(0, 20, 6))))
        .containsEntry(series("a_b_total"), 10d);
  }

  @Test
  void givesTheSecondOfTwoKindsWithTheSameNameAnother() {
    send(histogram("x", DELTA, buckets(0, 10, 1, 1)), gauge("x", point(0, 10, 7)));

    assertThat(send(histogram("x", DELTA, buckets(10, 20, 1, 1)), gauge("x", point(0, 20, 8))))
        .isEqualTo(Map.of(series("x"), 4d, series("x_gauge"), 8d));
  }

  @Test
  void givesWhatIsCalledAsAPartOfAHistogramAnotherName() {
    send(histogram("x", DELTA, buckets(0, 10, 1, 1)), gauge("x_sum", point(0, 10, 7)));
    assertThat(send(gauge("x_sum", point(0, 20, 8))))
        .isEqualTo(Map.of(series("x"), 2d, series("x_sum_gauge"), 8d));

    send(gauge("y_bucket", point(0, 10, 7)), histogram("y", DELTA, buckets(0, 10, 1, 1)));
    assertThat(send(histogram("y", DELTA, buckets(10, 20, 1, 1))))
        .containsEntry(series("y_bucket"), 7d)
        .containsEntry(series("y_explicit"), 4d)
        .hasSize(4);
  }

  @Test
  void refusesNamesOfWhatSluiceSaysOfItselfAndOfSlos() {
    send(
        gauge("sluice.component.ready", point(0, 10, 0)),
        counter("sluice_stage_dead", DELTA, point(0, 10, 1)),
        gauge("sloth_slo_info", point(0, 10, 1)),
        gauge("traces_spanmetrics_latency_count", point(0, 10, 1)),
        gauge("cache_gets_total", point(0, 10, 1)),
        gauge("slui.ce", point(0, 10, 1)));

    assertThat(refused).hasSize(5).containsOnly(Reason.INVALID);
    assertThat(Points.of(owned)).containsOnlyKeys(series("slui_ce"));
  }

  @Test
  void joinsAttributesThatBecomeTheSameLabel() {
    NumberDataPoint.Builder point =
        point(0, 10, 1).addAttributes(attribute("a_b", "2")).addAttributes(attribute("a.b", "1"));
    assertThat(send(gauge("g", point))).containsOnlyKeys("g{a_b=\"1;2\",job=\"a\",service=\"a\"}");
  }

  @Test
  void keepsReservedLabelsAndOddCharactersApart() {
    NumberDataPoint.Builder point =
        point(0, 10, 1)
            .addAttributes(attribute("__name__", "evil"))
            .addAttributes(attribute("le", "0.5"))
            .addAttributes(attribute("job", "mine"))
            .addAttributes(attribute("text", "a\"b\\c\nd"))
            .addAttributes(Otlp.broken("bytes"));
    send(gauge("g", point));

    assertThat(Points.of(owned).values())
        .singleElement()
        .satisfies(
            made ->
                assertThat(made.getLabels())
                    .isEqualTo(
                        Map.of(
                            "service", "a",
                            "job", "a",
                            "exported_name__", "evil",
                            "exported_le", "0.5",
                            "exported_job", "mine",
                            "text", "a\"b\\c\nd")));
  }

  @Test
  void readsTextThatIsNotUtf8() {
    byte[] request = request(gauge("g", point(0, 10, 1).addAttributes(attribute("k", "zzz"))));
    String text = new String(request, StandardCharsets.ISO_8859_1);
    take(text.replace("zzz", "z\u00ffz").getBytes(StandardCharsets.ISO_8859_1));

    assertThat(Points.of(owned)).containsOnlyKeys("g{job=\"a\",k=\"z\ufffdz\",service=\"a\"}");
  }

  @Test
  void keepsExemplarsOfProducers() {
    HistogramDataPoint.Builder point =
        buckets(0, 10, 1, 0)
            .addExemplars(
                Exemplar.newBuilder()
                    .setAsDouble(0.5)
                    .setTimeUnixNano(nanos(5))
                    .setTraceId(ByteString.copyFrom(Telemetry.traceId(7)))
                    .setSpanId(ByteString.copyFrom(Telemetry.spanId(8))));
    send(histogram("h", DELTA, point));

    assertThat(shown("h").getExemplars())
        .singleElement()
        .satisfies(
            exemplar -> assertThat(exemplar.getTraceId().bytes()).isEqualTo(Telemetry.traceId(7)));
  }

  @Test
  void takesNoTimeFromTheFutureAndGoesOnAfterIt() {
    assertThat(
            send(
                gauge("g", point(0, 2_000_000_000, 1)),
                counter("c", CUMULATIVE, point(3500, 2_000_000_000, 1))))
        .containsEntry(series("g"), 1d)
        .containsEntry(series("c_total"), 1d);
    metrics.take(
        Slice.of(
            request(gauge("g", point(0, 3601, 2)), counter("c", CUMULATIVE, point(3500, 3601, 2)))),
        ARRIVAL + 10_000,
        ARRIVAL + 10_000,
        (service, partials) -> owned.add(service, PartialRecord.read(partials), ARRIVAL));

    assertThat(Derived.values(Points.of(owned)))
        .containsEntry(series("g"), 2d)
        .containsEntry(series("c_total"), 2d);
  }

  @Test
  void takesPointsWithoutAnyTime() {
    NumberDataPoint.Builder timeless = NumberDataPoint.newBuilder().setAsInt(3);
    assertThat(
            send(
                counter("d", DELTA, timeless, timeless),
                counter("c", CUMULATIVE, timeless),
                gauge("g", timeless)))
        .containsEntry(series("d_total"), 6d)
        .containsEntry(series("c_total"), 3d)
        .containsEntry(series("g"), 3d);
  }

  @Test
  void refusesNumbersThatAreNone() {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1}) {
      send(counter("c", DELTA, point(0, 10, bad)), gauge("good", point(0, 10, 1)));
    }
    send(gauge("g", point(0, 10, Double.NaN), point(0, 10, 1)));
    send(histogram("h", DELTA, buckets(0, 10, 1).setSum(Double.NaN)), gauge("g", point(0, 11, 1)));

    assertThat(refused).hasSize(5).containsOnly(Reason.INVALID);
    assertThat(Points.of(owned)).containsOnlyKeys(series("good"), series("g"));
  }

  @Test
  void refusesHistogramsThatContradictThemselves() {
    send(
        histogram(
            "h",
            DELTA,
            buckets(0, 1, 1, 2).setCount(4),
            buckets(0, 2, 1, 2).addExplicitBounds(9),
            buckets(0, 3, 1, 2, 3).setExplicitBounds(1, 0.5),
            buckets(0, 4, 1, 2).setExplicitBounds(0, Double.NaN),
            buckets(0, 5, 1, 2).setExplicitBounds(0, Double.POSITIVE_INFINITY),
            buckets(0, 6, 1, -2),
            buckets(0, 7, 1, 2)),
        exponential(
            "e",
            DELTA,
            exponential(0, 1, 3, 0, 1).setCount(2),
            exponential(0, 2, 99, 0, 1),
            exponential(0, 3, 3, Integer.MAX_VALUE, 1),
            exponential(0, 4, -10, Integer.MIN_VALUE, 1),
            exponential(0, 5, 3, 0, 1)));

    assertThat(refused).hasSize(10).containsOnly(Reason.INVALID);
    assertThat(Derived.values(Points.of(owned)))
        .isEqualTo(Map.of(series("h"), 3d, series("e"), 1d));
  }

  @Test
  void refusesWhatIsTooLarge() {
    NumberDataPoint.Builder many = point(0, 10, 1);
    for (int i = 0; i < 100_000; i++) {
      many.addAttributes(attribute("key" + i, "v"));
    }
    long[] wide = new long[5000];
    send(
        gauge("g", many, point(0, 10, 1)),
        gauge("n".repeat(300), point(0, 10, 1)),
        gauge("k", point(0, 10, 1).addAttributes(attribute("k".repeat(300), "v"))),
        histogram("h", DELTA, buckets(0, 10, wide)),
        exponential("e", DELTA, exponential(0, 10, 3, 0, new long[20_000])));

    assertThat(refused).hasSize(5).containsOnly(Reason.TOO_LARGE);
    assertThat(Points.of(owned)).containsOnlyKeys(series("g"));
  }

  @Test
  void refusesNamesThatSluiceDerivesAndMetricsWithoutNameTemporalityOrData() {
    send(
        counter("traces_spanmetrics_calls", DELTA, point(0, 10, 1)),
        gauge("...", point(0, 10, 1)),
        counter("c", AggregationTemporality.AGGREGATION_TEMPORALITY_UNSPECIFIED, point(0, 10, 1)),
        Metric.newBuilder().setName("nothing").build(),
        gauge("g", point(0, 10, 1)));

    assertThat(refused)
        .containsExactly(Reason.INVALID, Reason.INVALID, Reason.INVALID, Reason.UNSUPPORTED);
    assertThat(Points.of(owned)).containsOnlyKeys(series("g"));
  }

  @Test
  void throwsWhenNothingInARecordIsValid() {
    assertThatThrownBy(() -> send(gauge("g", point(0, 10, Double.NaN))))
        .isInstanceOfSatisfying(
            InvalidInputException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID));
  }

  @Test
  void knowsNothingOfARecordThatIsMalformedAtItsEnd() {
    byte[] good = request(counter("c", CUMULATIVE, point(0, 10, 5)));
    byte[] cut = Arrays.copyOf(good, good.length + 2);
    cut[good.length] = 10;
    cut[good.length + 1] = 100;

    assertThatThrownBy(() -> take(cut)).isInstanceOf(InvalidInputException.class);
    take(good);
    assertThat(Derived.values(Points.of(owned))).containsEntry(series("c_total"), 5d);
  }

  @Test
  void bringsReadsOfCachesIntoOneSeries() {
    NumberDataPoint.Builder hit =
        point(0, 10, 3)
            .addAttributes(attribute("cache", "users"))
            .addAttributes(attribute("name", "users"))
            .addAttributes(attribute("result", "hit"));
    NumberDataPoint.Builder get =
        point(0, 10, 2)
            .addAttributes(attribute("operation", "get"))
            .addAttributes(attribute("type", "miss"));

    assertThat(
            send(
                counter("cache.gets", CUMULATIVE, hit),
                counter("redis.keyspace.hits", CUMULATIVE, point(0, 10, 4)),
                counter("memcached.operations", CUMULATIVE, get)))
        .containsEntry("cache_gets_total{cache=\"users\",result=\"hit\",service=\"a\"}", 3d)
        .containsEntry("cache_gets_total{cache=\"redis\",result=\"hit\",service=\"a\"}", 4d)
        .containsEntry("cache_gets_total{cache=\"memcached\",result=\"miss\",service=\"a\"}", 2d)
        .containsEntry(series("redis_keyspace_hits_total"), 4d)
        .hasSize(5);
  }

  private Map<String, Double> send(Metric... all) {
    take(request(all));
    return Derived.values(Points.of(owned));
  }

  private double amount(String name) {
    return Objects.requireNonNull(Derived.values(Points.of(owned)).get(series(name)));
  }

  private void take(byte[] request) {
    metrics.take(
        Slice.of(request),
        ARRIVAL,
        ARRIVAL,
        (service, partials) -> owned.add(service, PartialRecord.read(partials), ARRIVAL));
    metrics.forEachChanged((id, kept) -> streams.put(ByteBuffer.wrap(id), kept));
  }

  private SeriesPoint shown(String name) {
    return Objects.requireNonNull(Points.of(owned).get(series(name)));
  }

  private ExplicitHistogram explicit(String name) {
    return Objects.requireNonNull(shown(name).getExplicitHistogram());
  }

  private static String series(String name) {
    return name + "{job=\"a\",service=\"a\"}";
  }
}
