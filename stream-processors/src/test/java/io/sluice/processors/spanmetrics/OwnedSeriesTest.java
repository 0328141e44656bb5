package io.sluice.processors.spanmetrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class OwnedSeriesTest {

  private static final Metric METRIC =
      Metric.counter("m", "1", "", Label.segmented("name"), Label.open("user"), Label.closed("ok"));
  private static final Metric OTHER = Metric.counter("other", "1", "", Label.open("user"));

  private final Map<String, byte[]> state = new HashMap<>();
  private double overflowed;

  @Example
  void foldsAValueOverTheLimitOfItsLabelAndNoOtherLabel() {
    OwnedSeries owned = owned(new SeriesLimits.Most(100, 100, 100, 2, 100));
    add(owned, "a", "x u1 1", "x u2 1", "x u3 1", "y u4 0", "y u1 1");

    assertThat(values(owned))
        .containsOnly(
            Map.entry("a m x u1 1", 1d),
            Map.entry("a m x u2 1", 1d),
            Map.entry("a m x __overflow__ 1", 1d),
            Map.entry("a m y __overflow__ 0", 1d),
            Map.entry("a m y u1 1", 1d));
    assertThat(overflowed).isEqualTo(2);
  }

  @Example
  void foldsALabelThatSaysWhatAnotherIsTogetherWithIt() {
    Metric info = Metric.gauge("info", "1", "", Label.open("digest"), Label.following("text"));
    Metric calls = Metric.counter("calls", "1", "", Label.open("digest"), Label.open("by"));
    OwnedSeries owned = owned(new SeriesLimits.Most(100, 100, 100, 2, 100));
    for (String digest : List.of("d1", "d2", "d3", "d4", "d1")) {
      // Texts are cut: long statements that begin alike have the same.
      add(owned, "a", info, digest + " " + (digest.compareTo("d3") > 0 ? "other" : "same"));
      add(owned, "a", calls, digest + " x");
    }

    assertThat(values(owned).keySet())
        .containsExactly(
            "a calls __overflow__ x",
            "a calls d1 x",
            "a calls d2 x",
            "a info __overflow__ __overflow__",
            "a info d1 same",
            "a info d2 same");
  }

  @Example
  void foldsSeriesOverTheLimitOfTheirMetricAndLeavesOtherMetrics() {
    OwnedSeries owned = owned(new SeriesLimits.Most(100, 100, 2, 100, 100));
    add(owned, "a", "x u1 1", "x u2 1", "x u3 1", "y u4 0", "x u1 1");
    addOther(owned, "a", "u9");

    assertThat(values(owned))
        .containsOnly(
            Map.entry("a m x u1 1", 2d),
            Map.entry("a m x u2 1", 1d),
            Map.entry("a m __overflow__ __overflow__ 1", 1d),
            Map.entry("a m __overflow__ __overflow__ 0", 1d),
            Map.entry("a other u9", 1d));
  }

  @Example
  void foldsSeriesOverTheLimitOfTheirServiceAndLeavesOtherServices() {
    OwnedSeries owned = owned(new SeriesLimits.Most(100, 2, 100, 100, 100));
    add(owned, "a", "x u1 1", "x u2 1");
    addOther(owned, "a", "u9");
    add(owned, "b", "x u1 1");

    assertThat(values(owned))
        .containsOnly(
            Map.entry("a m x u1 1", 1d),
            Map.entry("a m x u2 1", 1d),
            Map.entry("a other __overflow__", 1d),
            Map.entry("b m x u1 1", 1d));
  }

  @Example
  void countsServicesThatAreTooManyTogetherAlsoAfterARestart() {
    SeriesLimits.Most most = new SeriesLimits.Most(2, 100, 100, 100, 100);
    OwnedSeries owned = owned(most);
    add(owned, "a", "x u1 1");
    add(owned, "b", "x u1 1");
    for (int i = 0; i < 50; i++) {
      add(owned, "c" + i, "x u1 1");
    }
    write(owned);
    owned = owned(most);
    add(owned, "c", "x u1 1");
    add(owned, "b", "x u1 1");

    assertThat(values(owned))
        .containsOnly(Map.entry("b m x u1 1", 2d), Map.entry("__overflow__0 m x u1 1", 51d));
    assertThat(overflowed).isEqualTo(51);
  }

  @Example
  void refusesTheSameNamesAfterARestart() {
    SeriesLimits.Most most = new SeriesLimits.Most(100, 2, 100, 100, 100);
    OwnedSeries owned = owned(most);
    for (int i = 0; i < 9; i++) {
      add(owned, "a", Metric.counter("m" + i, "1", "", Label.open("user")), "u1", "u2", "u3");
    }
    write(owned);
    owned = owned(most);
    for (int i = 8; i >= 0; i--) {
      add(owned, "a", Metric.counter("m" + i, "1", "", Label.open("user")), "u1");
    }

    assertThat(values(owned))
        .containsOnly(Map.entry("a m0 u1", 2d), Map.entry("a m1 __overflow__", 4d));
  }

  @Example
  void learnsSegmentsThatVary() {
    OwnedSeries owned = owned(new SeriesLimits.Most(100, 100, 100, 100, 2));
    add(owned, "a", "/u/ann - 1", "/u/bob - 1", "/u/cyd - 1", "/u/dan - 1", "/u/ann - 1");

    assertThat(values(owned))
        .containsOnly(
            Map.entry("a m /u/ann - 1", 2d),
            Map.entry("a m /u/bob - 1", 1d),
            Map.entry("a m /u/{var} - 1", 2d));
  }

  @Property(tries = 60)
  void keepsTotalsAndDecidesAlikeHoweverOftenItStartsAnew(
      @ForAll @IntRange(min = 1, max = 12) int seriesMost,
      @ForAll @IntRange(min = 1, max = 6) int valuesMost,
      @ForAll @IntRange(min = 1, max = 6) int segmentsMost,
      @ForAll Random random) {
    state.clear();
    SeriesLimits.Most most =
        new SeriesLimits.Most(100, seriesMost * 2, seriesMost, valuesMost, segmentsMost);
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      events.add("/p/" + random.nextInt(8) + " u" + random.nextInt(9) + " " + random.nextInt(2));
    }

    OwnedSeries once = owned(most);
    events.forEach(event -> add(once, "a", event));
    Map<String, Double> expected = values(once);

    OwnedSeries again = owned(most);
    for (String event : events) {
      add(again, "a", event);
      if (random.nextInt(10) == 0) {
        write(again);
        again = owned(most);
      }
    }
    write(again);
    Map<String, Double> stored = new TreeMap<>();
    state.forEach((key, packed) -> put(stored, Series.unpack(key.getBytes(ISO_8859_1), packed)));

    assertThat(stored).isEqualTo(expected);
    assertThat(stored.values().stream().mapToDouble(Double::doubleValue).sum()).isEqualTo(200);
  }

  private OwnedSeries owned(SeriesLimits.Most most) {
    SeriesLimits limits = new SeriesLimits(most, 0);
    state.forEach(
        (key, packed) -> limits.count(Series.outline(key.getBytes(ISO_8859_1), packed).key()));
    return new OwnedSeries(
        limits,
        new Demands(),
        new Statements(Duration.ofMinutes(20), 10),
        key -> state.get(new String(key, ISO_8859_1)),
        values -> overflowed += values,
        count -> {});
  }

  private void write(OwnedSeries owned) {
    for (Series series : owned.changed()) {
      state.put(new String(series.key().pack(), ISO_8859_1), series.pack(new Packer()));
    }
    owned.written();
  }

  private static void add(OwnedSeries owned, String service, String... events) {
    add(owned, service, METRIC, events);
  }

  private static void addOther(OwnedSeries owned, String service, String... events) {
    add(owned, service, OTHER, events);
  }

  private static void add(OwnedSeries owned, String service, Metric metric, String... events) {
    for (String event : events) {
      Tallies tallies = new Tallies(200);
      tallies.service(service);
      SeriesTable table = tallies.table(metric).begin();
      for (String label : event.split(" ", -1)) {
        table.label(label);
      }
      table.tally().add(1, 1);
      tallies.drain((its, bytes) -> owned.add(its, PartialRecord.read(bytes), 1));
    }
  }

  private static Map<String, Double> values(OwnedSeries owned) {
    Map<String, Double> values = new TreeMap<>();
    owned.changed().forEach(series -> put(values, series));
    return values;
  }

  private static void put(Map<String, Double> values, Series series) {
    SeriesKey key = series.key();
    values.put(
        key.service() + " " + key.metric().name() + " " + String.join(" ", key.values()),
        series.total());
  }
}
