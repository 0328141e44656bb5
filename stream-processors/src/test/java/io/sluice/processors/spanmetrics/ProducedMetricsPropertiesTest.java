package io.sluice.processors.spanmetrics;

import static io.sluice.processors.spanmetrics.Otlp.CUMULATIVE;
import static io.sluice.processors.spanmetrics.Otlp.DELTA;
import static io.sluice.processors.spanmetrics.Otlp.attribute;
import static io.sluice.processors.spanmetrics.Otlp.buckets;
import static io.sluice.processors.spanmetrics.Otlp.counter;
import static io.sluice.processors.spanmetrics.Otlp.exponential;
import static io.sluice.processors.spanmetrics.Otlp.gauge;
import static io.sluice.processors.spanmetrics.Otlp.histogram;
import static io.sluice.processors.spanmetrics.Otlp.point;
import static io.sluice.processors.spanmetrics.Otlp.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.proto.metrics.v1.Metric;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.Telemetry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;

class ProducedMetricsPropertiesTest {

  private static final long ARRIVAL = (Telemetry.START.getEpochSecond() + 100_000) * 1000;
  private static final String LABELS = "{job=\"a\",service=\"a\"}";

  private final Map<ByteBuffer, byte[]> streams = new HashMap<>();
  private OwnedSeries owned = owner();

  @BeforeTry
  void beginAnew() {
    streams.clear();
    owned = owner();
  }

  /**
   * @param steps what the producer counts between two points; 0 stands for a restart
   */
  @Property(tries = 100)
  void countsWhatTheProducerCountedHoweverOftenItBeganAnewAndPointsGotLost(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 0, max = 9) Integer> steps,
      @ForAll Random random) {
    double truth = 0;
    double value = 0;
    double shownOfThisProcess = 0;
    int start = 0;
    int time = 0;
    for (int step : steps) {
      time += 10;
      if (step == 0) {
        truth += shownOfThisProcess; // what was not sent before the end is lost to everybody
        value = 0;
        shownOfThisProcess = 0;
        start = time + 1;
        time += 2;
      }
      value += step;
      if (random.nextInt(4) > 0) {
        for (int times = 1 + random.nextInt(2); times > 0; times--) {
          send(counter("c", CUMULATIVE, point(start, time, value)));
        }
        shownOfThisProcess = value;
      }
    }
    truth += shownOfThisProcess;

    Double counted = Derived.values(Points.of(owned)).get("c_total" + LABELS);
    assertThat(counted == null ? 0 : counted).isCloseTo(truth, within(1e-9));
  }

  @Property(tries = 100)
  void addsUpDeltasThatComeInAnyOrderAndTwice(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 0, max = 9) Integer> steps,
      @ForAll Random random) {
    List<Metric> sent = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      sent.add(counter("d", DELTA, point(i * 10, i * 10 + 10, steps.get(i))));
      sent.add(histogram("h", DELTA, buckets(i * 10, i * 10 + 10, steps.get(i), 1)));
    }
    sent.addAll(List.copyOf(sent));
    Collections.shuffle(sent, random);
    sent.forEach(this::send);

    double sum = steps.stream().mapToInt(Integer::intValue).sum();
    assertThat(Derived.values(Points.of(owned)))
        .containsEntry("d_total" + LABELS, sum)
        .containsEntry("h" + LABELS, sum + steps.size());
  }

  @Property(tries = 2000)
  void refusesDamagedBytesAndNothingElseGoesWrong(@ForAll Random random) {
    byte[] bytes =
        request(
            counter("c", CUMULATIVE, point(0, 10, 5).addAttributes(attribute("k", "v"))),
            gauge("g", point(0, 10, 5)),
            histogram("h", DELTA, buckets(0, 10, 1, 2, 3)),
            exponential("e", CUMULATIVE, exponential(0, 10, 3, -5, 1, 2, 3)));
    for (int damages = 1 + random.nextInt(4); damages > 0; damages--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    try {
      take(bytes);
    } catch (InvalidInputException expected) {
      assertThat(expected).hasMessageNotContaining("Exception");
    }
  }

  private static OwnedSeries owner() {
    return new OwnedSeries(
        new SeriesLimits(new SeriesLimits.Most(100, 1000, 1000, 1000, 1000), 0),
        new Demands(),
        new Statements(Duration.ofMinutes(20), 10),
        key -> null,
        overflowed -> {},
        refused -> {});
  }

  private void send(Metric metric) {
    take(request(metric));
  }

  /** Each time as after a restart: nothing but the store is known. */
  private void take(byte[] request) {
    ProducedMetrics metrics =
        new ProducedMetrics(200, id -> streams.get(ByteBuffer.wrap(id)), reason -> {});
    metrics.take(
        Slice.of(request),
        ARRIVAL,
        ARRIVAL,
        (service, partials) -> owned.add(service, PartialRecord.read(partials), ARRIVAL));
    metrics.forEachChanged((id, kept) -> streams.put(ByteBuffer.wrap(id), kept));
  }
}
