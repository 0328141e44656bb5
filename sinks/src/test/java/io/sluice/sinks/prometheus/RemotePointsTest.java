package io.sluice.sinks.prometheus;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Exemplar;
import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.otlp.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RemotePointsTest {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());

  private static final long NOW = 1_000_000;
  private static final long TAKEN = NOW + 600_000;

  private final RemotePoints points = points(Map.of(), List.of());
  private final RemoteBatch batch = new RemoteBatch(1, RemoteWriteConfig.defaults());

  @Test
  void leavesOutWhatIsNotNewer() {
    assertThat(next(point("a", 10, false))).isNotNull();
    assertThat(next(point("a", 10, false))).isNull();
    assertThat(next(point("a", 11, false))).isNotNull();
    assertThat(next(point("b", 10, false))).isNotNull();
  }

  /** A batch of another pod comes late: its calls ended before the newest one that is counted. */
  @Test
  void writesTheNewestValueOnceTheSeriesStandsStillAlsoWhenItsTimeIsNoNewer() {
    next(value(10, 1));
    assertThat(next(value(10, 5))).isNull();
    points.idle();
    RemotePoint again = requireNonNull(points.again(points.idle().remove(), 100));
    assertThat(again.value()).isEqualTo(5);
    assertThat(again.timeMillis()).isEqualTo(100);
  }

  @Test
  void writesTheNewestValueThatItFoundWhenItTookThePartitionAlsoWhenItsTimeIsNoNewer() {
    for (double value : List.of(1.0, 5.0)) {
      RemotePoints.Incoming before = incoming(value(10, value));
      points.known(before, requireNonNull(before.target()), 50);
    }
    RemotePoint again = requireNonNull(points.again(points.idle().remove(), 100));
    assertThat(again.value()).isEqualTo(5);
  }

  @Test
  void writesExemplarsOnceOfAPointWhoseTimeIsNoNewer() {
    next(value(10, 1));
    next(
        SeriesPoint.newBuilder(value(10, 5))
            .setExemplars(
                List.of(
                    new Exemplar(
                        5.0, 9_000_000L, new TraceId(new byte[16]), new SpanId(new byte[8]))))
            .build());
    RemoteSeries series = points.idle().remove();
    assertThat(requireNonNull(points.again(series, 100)).exemplarsAfterMillis()).isLessThan(9);
    assertThat(requireNonNull(points.again(series, 200)).exemplarsAfterMillis()).isEqualTo(9);
  }

  @Test
  void takesTheTimeOfTheRecordForOneInTheFuture() {
    assertThat(requireNonNull(next(point("a", NOW + 60_000, false))).timeMillis())
        .as("clocks differ")
        .isEqualTo(NOW + 60_000);
    assertThat(requireNonNull(next(point("b", NOW + 3_600_000, false))).timeMillis())
        .isEqualTo(NOW);
    RemotePoints.Incoming later =
        points.incoming(record(point("b", NOW + 3_600_000, false), NOW + 1), NOW + 1000);
    assertThat(requireNonNull(points.next(later, requireNonNull(later.target()))).timeMillis())
        .as("the same however late it is read")
        .isEqualTo(NOW + 1);
  }

  @Test
  void goesOnWithEarlierTimesWhenOneIsRefused() {
    RemoteSeries series = requireNonNull(next(point("a", 10, false))).series();
    next(point("a", NOW, false));
    series.refuse(TAKEN);
    assertThat(requireNonNull(next(point("a", 20, false))).timeMillis()).isEqualTo(20);
    points.again(series, 100);
    series.refuse(TAKEN);
    assertThat(points.again(series, 60)).isNotNull();
  }

  private static SeriesPoint value(long millis, double value) {
    return SeriesPoint.newBuilder(point("a", millis, false)).setValue(value).build();
  }

  @Test
  void endsASeriesAfterItsLastValue() {
    next(point("a", 10, false));
    RemotePoint end = requireNonNull(next(point("a", 10, true)));
    assertThat(end.timeMillis()).isEqualTo(11);
    assertThat(requireNonNull(next(point("a", 5, false))).timeMillis())
        .as("begun again")
        .isEqualTo(12);
  }

  @Test
  void endsASeriesWithItsTombstone() {
    assertThat(points.end(tombstone("a", 30), 50)).as("not known").isNull();
    next(point("a", 10, false));
    RemotePoints.Incoming end = requireNonNull(points.end(tombstone("a", 30), 50));
    RemotePoint marker = requireNonNull(points.next(end, requireNonNull(end.target())));
    assertThat(marker.stale()).isTrue();
    assertThat(marker.timeMillis()).isEqualTo(30);
    assertThat(points.size()).isZero();
    assertThat(points.end(tombstone("a", 31), 50)).as("ended already").isNull();
  }

  @Test
  void endsNoSeriesInTheFuture() {
    next(point("a", 10, false));
    RemotePoints.Incoming end = requireNonNull(points.end(tombstone("a", Long.MAX_VALUE), 50));
    assertThat(requireNonNull(points.next(end, requireNonNull(end.target()))).timeMillis())
        .isEqualTo(50);
  }

  @Test
  void writesTheLastValueOfASeriesAgainThatStandsStill() {
    next(point("a", 10, false));
    assertThat(points.idle()).as("it came in this period").isEmpty();
    RemoteSeries idle = points.idle().remove();
    RemotePoint again = requireNonNull(points.again(idle, 100));
    assertThat(again.timeMillis()).isEqualTo(100);
    assertThat(again.value()).isEqualTo(1);
    assertThat(points.again(idle, 100)).as("there is one").isNull();

    next(point("a", 101, false));
    assertThat(points.idle()).isEmpty();
    next(point("a", 102, true));
    assertThat(points.again(idle, 200)).as("ended").isNull();
  }

  @Test
  void losesNoPointThatIsOlderThanOneWrittenAgain() {
    next(point("a", 10, false));
    RemoteSeries series = requireNonNull(incoming(point("a", 10, false)).target());
    points.again(series, 100);
    assertThat(requireNonNull(next(point("a", 50, false))).timeMillis()).isEqualTo(101);
    assertThat(next(point("a", 40, false))).as("older than a point").isNull();
    assertThat(requireNonNull(next(point("a", 60, false))).timeMillis()).isEqualTo(102);
    assertThat(requireNonNull(next(point("a", 110, false))).timeMillis()).isEqualTo(110);
  }

  @Test
  void doesNotWriteForEverAgainWhatTheReceiverRefuses() {
    RemoteSeries series = requireNonNull(next(point("a", 10, false))).series();
    series.refuse(TAKEN);
    assertThat(points.again(series, 100)).as("perhaps it was too old").isNotNull();
    series.refuse(TAKEN);
    assertThat(points.again(series, 200)).isNotNull();
    series.refuse(TAKEN);
    assertThat(points.again(series, 300)).isNull();
    next(point("a", 301, false));
    assertThat(points.again(series, 400)).as("of another point nothing is known").isNotNull();
  }

  @Test
  void writesAgainAtTheRightTimeWhatWasRefusedAtOneOfTheFuture() {
    RemoteSeries series = requireNonNull(next(point("a", 10, false))).series();
    for (int minute = 60; minute < 70; minute++) {
      assertThat(points.again(series, NOW + minute * 60_000L)).isNotNull();
      series.refuse(TAKEN);
    }
    assertThat(requireNonNull(points.again(series, NOW)).timeMillis()).isEqualTo(NOW);
  }

  @Test
  void goesOnWithItsOwnTimesWhereThoseBehindATimeOfTheFutureAreRefused() {
    RemotePoints.Incoming before = incoming(point("a", 10, false));
    points.known(before, requireNonNull(before.target()), NOW + 3_600_000);
    RemotePoint behind = requireNonNull(next(point("a", 20, false)));
    assertThat(behind.timeMillis()).isEqualTo(NOW + 3_600_001);
    behind.series().refuse(TAKEN);
    assertThat(requireNonNull(next(point("a", 30, false))).timeMillis()).isEqualTo(30);
  }

  @Test
  void goesOnBehindWhatAnotherInstanceMayHaveWrittenAgain() {
    for (long millis : List.of(10L, 20L)) {
      RemotePoints.Incoming before = incoming(point("a", millis, false));
      points.known(before, requireNonNull(before.target()), 100);
    }
    assertThat(next(point("a", 20, false))).isNull();
    assertThat(requireNonNull(next(point("a", 50, false))).timeMillis()).isEqualTo(101);
    RemotePoints.Incoming other = incoming(point("b", 150, false));
    points.known(other, requireNonNull(other.target()), 100);
    assertThat(requireNonNull(next(point("b", 151, false))).timeMillis()).isEqualTo(151);
  }

  private static ConsumerRecord<byte[], byte[]> tombstone(String service, long millis) {
    return record(point(service, 10, false), null, millis);
  }

  @Test
  void keepsTheOrderOfASeriesWhoseHelpChanges() {
    next(point("a", 10, false));
    SeriesPoint other = SeriesPoint.newBuilder(point("a", 9, false)).setHelp("other").build();
    assertThat(next(other)).isNull();
  }

  @Test
  void keepsTheOrderOfASeriesThatComesFromAnotherOneStill() {
    SeriesPoint one = point(Map.of("le", "c"), 10, false);
    SeriesPoint other = point(Map.of("exported_le", "c"), 11, false);
    next(one);
    next(other);
    RemotePoint end = requireNonNull(next(point(Map.of("le", "c"), 12, true)));
    assertThat(next(point(Map.of("exported_le", "c"), 12, false))).isNull();
    RemotePoint goesOn = requireNonNull(next(point(Map.of("exported_le", "c"), 13, false)));
    assertThat(goesOn.series()).isEqualTo(end.series());
  }

  @Test
  void forgetsSeriesThatEndAlsoThoseThatARuleLeavesOut() {
    RelabelRule drop =
        new RelabelRule(RelabelRule.Action.DROP, List.of("service"), null, "dropped", null, null);
    RemotePoints some = points(Map.of(), List.of(drop));
    for (String service : List.of("kept", "dropped")) {
      SeriesPoint point = point(service, 10, false);
      SeriesPoint end = point(service, 11, true);
      for (SeriesPoint each : List.of(point, end)) {
        RemotePoints.Incoming incoming = some.incoming(record(each), NOW);
        RemoteSeries target = incoming.target();
        assertThat(target == null).isEqualTo(service.equals("dropped"));
        if (target != null) {
          some.next(incoming, target);
        }
        assertThat(some.size()).isEqualTo(each.getStale() ? 0 : 1);
      }
    }
  }

  @Test
  void givesExternalLabelsToThoseThatHaveThemEmpty() {
    RemotePoints some = points(Map.of("service", "all", "zone", "a"), List.of());
    SeriesPoint empty = point("", 10, false);
    SeriesPoint own = point("cart", 10, false);
    assertThat(names(requireNonNull(some.incoming(record(empty), NOW).target()), "", ""))
        .containsExactly("__name__=x_total", "service=all", "zone=a");
    assertThat(names(requireNonNull(some.incoming(record(own), NOW).target()), "", ""))
        .containsExactly("__name__=x_total", "service=cart", "zone=a");
  }

  private static RemotePoints points(Map<String, String> externalLabels, List<RelabelRule> rules) {
    RemoteWriteConfig all = RemoteWriteConfig.defaults();
    return new RemotePoints(
        new RemoteWriteConfig(
            all.url(),
            externalLabels,
            rules,
            all.histograms(),
            all.maxSeries(),
            all.shards(),
            all.timeout(),
            all.username(),
            all.passwordFile(),
            all.bearerTokenFile(),
            all.tls()),
        new SeriesSnapshots(List.of(0.1), List.of(1.0)));
  }

  @Test
  void takesASeriesThatEndedAndBeganAgainForTheSameOne() {
    batch.add(requireNonNull(next(point("a", 10, true))));
    points.committed(0);
    RemoteSeries again = requireNonNull(incoming(point("a", 12, false)).target());
    assertThat(again.batch()).isEqualTo(batch.number());
    next(point("a", 13, true));
    pass(60);
    points.committed(batch.number());
    assertThat(incoming(point("a", 14, false)).target())
        .as("it may begin again with times before its end")
        .isSameAs(again);
    next(point("a", 15, true));
    pass(61);
    points.committed(batch.number());
    RemoteSeries once = requireNonNull(incoming(point("a", 14, false)).target());
    assertThat(once.batch()).as("forgotten").isZero();
  }

  private void pass(int periods) {
    for (int i = 0; i < periods; i++) {
      points.idle();
    }
  }

  @Test
  void takesSeriesForOneThatHaveTheSameLabelsOnceTheyAreValid() {
    next(point(Map.of("le", "c"), 10, false));
    assertThat(next(point(Map.of("exported_le", "c"), 10, false))).isNull();
    next(point(Map.of("a.b", "c"), 10, false));
    assertThat(next(point(Map.of("a_b", "c"), 10, false))).isNull();
    assertThat(next(point("a", 10, false))).isNotNull();
  }

  @Test
  void sendsABatchOfSomeMegabytesHoweverFewItsHistograms() {
    List<Double> bounds = IntStream.range(0, 1_000).mapToObj(i -> (double) i).toList();
    List<Long> counts = Collections.nCopies(1_001, 1L);
    int added = 0;
    while (!batch.isFull()) {
      SeriesPoint histogram =
          SeriesPoint.newBuilder(point("s" + added, 10, false))
              .setType(SeriesType.HISTOGRAM)
              .setName("foo")
              .setExplicitHistogram(new ExplicitHistogram(bounds, counts, 3.0))
              .build();
      batch.add(requireNonNull(next(histogram)));
      added++;
    }
    assertThat(added).isBetween(20, 400);
  }

  /** Of a histogram there are series with other names. */
  @Test
  void keepsAGaugeAndAHistogramOfOneNameApart() {
    SeriesPoint gauge =
        SeriesPoint.newBuilder(point("a", 10, false))
            .setType(SeriesType.GAUGE)
            .setName("foo")
            .build();
    SeriesPoint histogram =
        SeriesPoint.newBuilder(gauge)
            .setType(SeriesType.HISTOGRAM)
            .setExplicitHistogram(new ExplicitHistogram(List.of(1.0), List.of(1L, 1L), 3.0))
            .build();
    assertThat(next(gauge)).isNotNull();
    assertThat(next(histogram)).isNotNull();
    assertThat(next(SeriesPoint.newBuilder(gauge).setTimeUnixNano(11_000_000).build())).isNotNull();
  }

  @Test
  void writesABucketsBoundBetweenTheLabelsByItsName() {
    RemoteSeries series =
        new RemoteSeries(
            "x",
            new TreeMap<>(
                Map.of("__name__", "h", "Upper", "1", "code", "2", "leaf", "3", "zone", "4")));
    assertThat(names(series, "_bucket", "0.5"))
        .containsExactly("Upper=1", "__name__=h_bucket", "code=2", "le=0.5", "leaf=3", "zone=4");
    assertThat(names(series, "", ""))
        .containsExactly("Upper=1", "__name__=h", "code=2", "leaf=3", "zone=4");
  }

  /** Of what a series had before nothing but the times counts. */
  @Property
  void writesAPointTheSameWhetherItsSeriesIsKnownOrNot(
      @ForAll SeriesType type,
      @ForAll @DoubleRange(max = 1e300) double value,
      @ForAll boolean exemplar,
      @ForAll boolean exponential,
      @ForAll boolean stale) {
    SeriesPoint.Builder point =
        SeriesPoint.newBuilder(point("cart", 10, false)).setType(type).setValue(value);
    if (type == SeriesType.HISTOGRAM && exponential) {
      point.setHistogram(new ExponentialHistogram(3, 3L, value, 1L, -7, List.of(2L, 0L, 1L)));
    } else if (type == SeriesType.HISTOGRAM) {
      point.setExplicitHistogram(
          new ExplicitHistogram(List.of(1.0), List.of((long) value, 1L), value));
    }
    if (exemplar) {
      point.setExemplars(
          List.of(
              new Exemplar(
                  value, 12_000_000L, new TraceId(new byte[16]), new SpanId(new byte[8]))));
    }
    SeriesPoint later = point.setTimeUnixNano(11_000_000).setStale(stale).build();
    RemotePoints fresh = points(Map.of(), List.of());
    RemotePoints knowing = points(Map.of(), List.of());
    next(
        knowing,
        SeriesPoint.newBuilder(later)
            .setTimeUnixNano(10_500_000)
            .setStale(false)
            .setExemplars(List.of())
            .build());
    assertThat(written(requireNonNull(next(knowing, later))))
        .isEqualTo(written(requireNonNull(next(fresh, later))));
  }

  private static byte[] written(RemotePoint point) {
    WriteRequest request = new WriteRequest(RemoteWriteConfig.Histograms.BOTH, 100);
    request.add(point);
    return Arrays.copyOf(request.buffer(), request.size());
  }

  @Test
  void refusesACounterBelowZeroAlsoOfASeriesThatIsKnown() {
    next(point("a", 10, false));
    SeriesPoint below = SeriesPoint.newBuilder(point("a", 11, false)).setValue(-1).build();
    assertThatThrownBy(() -> next(below)).isInstanceOf(InvalidInputException.class);
    assertThat(next(point("a", 12, false))).isNotNull();
  }

  @Test
  void refusesBucketsThatCannotBeAlsoOfASeriesThatIsKnown() {
    SeriesPoint.Builder point =
        SeriesPoint.newBuilder(point("a", 10, false)).setType(SeriesType.HISTOGRAM);
    var fine = new ExponentialHistogram(3, 1L, 1.0, 0L, 1, List.of(1L));
    var below = new ExponentialHistogram(3, 1L, 1.0, -1L, 1, List.of(1L));
    next(point.setHistogram(fine).build());
    SeriesPoint later = point.setTimeUnixNano(11_000_000).setHistogram(below).build();
    assertThatThrownBy(() -> next(later)).isInstanceOf(InvalidInputException.class);
    assertThat(next(point.setHistogram(fine).build())).isNotNull();
  }

  @Test
  void describesAMetricOnceAndAgainWhenItIsAsked() {
    assertThat(requireNonNull(next(point("a", 10, false))).described()).isTrue();
    assertThat(requireNonNull(next(point("b", 10, false))).described()).isFalse();
    assertThat(requireNonNull(next(point("a", 11, false))).described()).isFalse();
    points.describeAgain();
    assertThat(requireNonNull(next(point("a", 12, false))).described()).isTrue();
    assertThat(requireNonNull(next(point("b", 12, false))).described()).isFalse();
  }

  private static List<String> names(RemoteSeries series, String suffix, String bound) {
    ProtoWriter out = new ProtoWriter(64);
    series.writeLabels(suffix, bound, out);
    List<String> labels = new ArrayList<>();
    var in = out.slice().reader();
    while (in.next()) {
      var label = in.slice().reader();
      List<String> parts = new ArrayList<>();
      while (label.next()) {
        parts.add(label.slice().utf8());
      }
      labels.add(String.join("=", parts));
    }
    return labels;
  }

  private @Nullable RemotePoint next(SeriesPoint point) {
    return next(points, point);
  }

  private static @Nullable RemotePoint next(RemotePoints points, SeriesPoint point) {
    RemotePoints.Incoming incoming = points.incoming(record(point), NOW);
    return points.next(incoming, requireNonNull(incoming.target()));
  }

  private RemotePoints.Incoming incoming(SeriesPoint point) {
    return points.incoming(record(point), NOW);
  }

  private static ConsumerRecord<byte[], byte[]> record(SeriesPoint point) {
    return record(point, NOW);
  }

  private static ConsumerRecord<byte[], byte[]> record(SeriesPoint point, long millis) {
    return record(point, SERDE.encode(point), millis);
  }

  private static ConsumerRecord<byte[], byte[]> record(
      SeriesPoint of, byte @Nullable [] value, long millis) {
    byte[] key = SeriesIdentity.of(of).getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>(
        "sluice.series",
        0,
        0,
        millis,
        TimestampType.CREATE_TIME,
        key.length,
        value == null ? 0 : value.length,
        key,
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  private static SeriesPoint point(String service, long millis, boolean stale) {
    return point(Map.of("service", service), millis, stale);
  }

  private static SeriesPoint point(Map<String, String> labels, long millis, boolean stale) {
    return SeriesPoint.newBuilder()
        .setName("x_total")
        .setHelp("")
        .setType(SeriesType.COUNTER)
        .setLabels(labels)
        .setStartTimeUnixNano(1)
        .setTimeUnixNano(millis * 1_000_000)
        .setValue(1)
        .setStale(stale)
        .build();
  }
}
