package io.sluice.sinks.prometheus;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.otlp.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RemotePointsTest {

  private final RemotePoints points = points(Map.of(), List.of());
  private final RemoteBatch batch = new RemoteBatch(100);

  @Test
  void leavesOutWhatIsNotNewer() {
    assertThat(next(point("a", 10, false))).isNotNull();
    assertThat(next(point("a", 10, false))).isNull();
    assertThat(next(point("a", 11, false))).isNotNull();
    assertThat(next(point("b", 10, false))).isNotNull();
  }

  @Test
  void endsASeriesAfterItsLastValue() {
    next(point("a", 10, false));
    RemotePoint end = requireNonNull(next(point("a", 10, true)));
    assertThat(end.timeMillis()).isEqualTo(11);
    assertThat(next(point("a", 5, false))).as("begun again").isNotNull();
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
        RemotePoints.Incoming incoming = some.incoming(record(each), each);
        RemoteSeries target = incoming.target();
        assertThat(target == null).isEqualTo(service.equals("dropped"));
        if (target != null) {
          some.next(record(each), each, incoming.shown(), target);
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
    assertThat(names(requireNonNull(some.incoming(record(empty), empty).target()), "", ""))
        .containsExactly("__name__=x_total", "service=all", "zone=a");
    assertThat(names(requireNonNull(some.incoming(record(own), own).target()), "", ""))
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
    RemoteSeries again = requireNonNull(incoming(point("a", 12, false)).target());
    assertThat(batch.takes(again)).isFalse();
  }

  @Test
  void takesSeriesForOneThatHaveTheSameLabelsOnceTheyAreValid() {
    SeriesPoint one = point(Map.of("le", "c"), 10, false);
    SeriesPoint other = point(Map.of("le", "c"), 10, false);
    next(one);
    assertThat(next(other)).isNull();
    assertThat(next(point("a", 10, false))).isNotNull();
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
    RemotePoints.Incoming incoming = incoming(point);
    RemoteSeries series = requireNonNull(incoming.target());
    return points.next(record(point), point, incoming.shown(), series);
  }

  private RemotePoints.Incoming incoming(SeriesPoint point) {
    return points.incoming(record(point), point);
  }

  private static ConsumerRecord<byte[], byte[]> record(SeriesPoint point) {
    byte[] key = SeriesIdentity.of(point).getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>("sluice.series", 0, 0, key, new byte[0]);
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
