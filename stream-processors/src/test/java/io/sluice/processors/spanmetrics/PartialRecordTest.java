package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PartialRecordTest {

  private static final Metric EVENTS =
      Metric.counter("events_total", "1", "Events.", Label.open("what"));
  private static final Metric LEVEL = Metric.gauge("level", "1", "A level.", Label.closed("at"));

  @Example
  void addsUpCountersAndKeepsTheNewestOfGauges() {
    Tallies tallies = new Tallies(200);
    tallies.service("a");
    SeriesTable events = tallies.table(EVENTS);
    SeriesTable level = tallies.table(LEVEL);
    OwnedSeries owned = owned();

    events.begin().label("x").tally().add(1.5, 10);
    events.begin().label("y").tally().add(1, 20);
    level.begin().label("top").tally().set(7, 50);
    tallies.drain((service, bytes) -> owned.add(service, PartialRecord.read(bytes), 1));
    events.begin().label("x").tally().add(2, 5);
    level.begin().label("top").tally().set(-3, 40);
    tallies.drain((service, bytes) -> owned.add(service, PartialRecord.read(bytes), 2));

    assertThat(drained(tallies)).as("nothing came since").isEmpty();
    assertThat(points(owned))
        .hasSize(3)
        .hasEntrySatisfying(
            "events_total{service=\"a\",what=\"x\"}",
            point -> {
              assertThat(point.getValue()).isEqualTo(3.5);
              assertThat(point.getTimeUnixNano()).isEqualTo(10);
              assertThat(point.getStartTimeUnixNano()).isEqualTo(1_000_000);
              assertThat(point.getHelp()).isEqualTo("Events.");
            })
        .hasEntrySatisfying(
            "level{at=\"top\",service=\"a\"}", point -> assertThat(point.getValue()).isEqualTo(7));
  }

  @Example
  void cutsWhatIsMuchIntoRecordsThatEveryBrokerTakes() {
    Tallies tallies = new Tallies(200);
    tallies.service("a");
    SeriesTable events = tallies.table(EVENTS);
    SeriesTable level = tallies.table(LEVEL);
    int many = 12_000;
    for (int i = 0; i < many; i++) {
      events.begin().label("x".repeat(190) + i).tally().add(1, 10);
      level.begin().label("y" + i % 2).tally().set(i, i);
    }

    List<byte[]> records = drained(tallies);

    assertThat(records).hasSizeGreaterThan(2).allMatch(record -> record.length <= 1 << 20);
    OwnedSeries owned =
        new OwnedSeries(
            new SeriesLimits(new SeriesLimits.Most(100, many + 2, many, many, many), 0),
            new Demands(),
            new Statements(Duration.ofMinutes(20), 10),
            key -> null,
            overflowed -> {},
            refused -> {});
    records.forEach(bytes -> owned.add("a", PartialRecord.read(bytes), 1));
    Map<String, SeriesPoint> points = points(owned);
    assertThat(points).hasSize(many + 2);
    assertThat(points.values()).filteredOn(point -> point.getValue() == 1).hasSize(many);
    assertThat(drained(tallies)).isEmpty();
  }

  private static List<byte[]> drained(Tallies tallies) {
    List<byte[]> records = new ArrayList<>();
    tallies.drain((service, bytes) -> records.add(bytes));
    return records;
  }

  @Property(tries = 300)
  void refusesBytesThatNoCombinerWrote(@ForAll @Size(max = 60) byte[] bytes) {
    byte[] versioned = bytes.clone();
    if (versioned.length > 0) {
      versioned[0] = Tallies.VERSION;
    }
    refusesOrAddsUp(versioned);
  }

  @Property(tries = 300)
  void refusesWhatWasDamaged(
      @ForAll @IntRange(max = 400) int at, @ForAll byte with, @ForAll @IntRange(max = 10) int cut) {
    byte[] record = fromSpans();
    byte[] damaged = Arrays.copyOf(record, record.length - cut);
    damaged[1 + at % (damaged.length - 1)] = with;
    refusesOrAddsUp(damaged);
  }

  @Example
  void refusesAnotherVersion() {
    assertThatThrownBy(() -> PartialRecord.read(new byte[] {(byte) 0xc3, 1, 0}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("version");
    assertThatThrownBy(() -> PartialRecord.read(new byte[0]))
        .isInstanceOf(InvalidInputException.class);
  }

  /** What is read can be added up: nothing fails half way. */
  private static void refusesOrAddsUp(byte[] bytes) {
    PartialRecord record;
    try {
      record = PartialRecord.read(bytes);
    } catch (InvalidInputException e) {
      return;
    }
    OwnedSeries owned = owned();
    owned.add("a", record, 1);
    points(owned);
    owned.changed().forEach(series -> series.pack(new Packer()));
  }

  private static byte[] fromSpans() {
    List<byte[]> records = new ArrayList<>();
    SpanCombiner combiner =
        new SpanCombiner(
            200, (keys, tallies) -> List.of(new RedDerivation(keys, tallies, List.of())));
    combiner.add(
        Slice.of(Telemetry.spans(service("a").span("x"), service("a").span("y")).toByteArray()),
        Long.MAX_VALUE);
    combiner.drain((service, partials) -> records.add(partials));
    return records.get(0);
  }

  private static OwnedSeries owned() {
    return new OwnedSeries(
        new SeriesLimits(new SeriesLimits.Most(100, 100, 100, 100, 100), 0),
        new Demands(),
        new Statements(Duration.ofMinutes(20), 10),
        key -> null,
        overflowed -> {},
        refused -> {});
  }

  private static Map<String, SeriesPoint> points(OwnedSeries owned) {
    Map<String, SeriesPoint> points = new TreeMap<>();
    for (Series series : owned.changed()) {
      series.points().forEach(point -> points.put(SeriesIdentity.of(point), point));
    }
    return points;
  }
}
