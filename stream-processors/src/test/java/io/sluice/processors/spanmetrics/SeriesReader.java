package io.sluice.processors.spanmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;

/** A reader of the compacted series topic: the last point of each series, by its key. */
final class SeriesReader {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());

  private final Map<String, SeriesPoint> points = new TreeMap<>();
  private final List<String> ended = new ArrayList<>();
  private final List<Long> endNanos = new ArrayList<>();

  /** Lets the stage write what changed and takes it over. */
  SeriesReader follow(StageTestDriver driver) {
    driver.advance(Duration.ofSeconds(2));
    for (TestRecord<byte[], byte[]> record : driver.read(Topics.SERIES)) {
      String identity = new String(record.key(), StandardCharsets.UTF_8);
      if (record.value() == null) {
        assertThat(points.remove(identity)).isNotNull().matches(SeriesPoint::getStale);
      } else {
        SeriesPoint point = SERDE.decode(record.value());
        points.put(identity, point);
        if (point.getStale() && point.getName().equals("traces_spanmetrics_calls_total")) {
          ended.add(inShort(point.getLabels()));
          endNanos.add(point.getTimeUnixNano());
        }
      }
    }
    return this;
  }

  /** The labels in short of the call counters that ended. */
  List<String> ended() {
    return ended;
  }

  /** When they ended, in the same order. */
  List<Long> endNanos() {
    return endNanos;
  }

  Map<String, SeriesPoint> points() {
    return points;
  }

  /** Values of all call counters by their labels in short: {@code shop GET / SERVER UNSET}. */
  Map<String, Double> calls() {
    Map<String, Double> calls = new TreeMap<>();
    ofName("traces_spanmetrics_calls_total")
        .forEach((labels, point) -> calls.put(labels, point.getValue()));
    return calls;
  }

  /** All latency histograms by their labels in short. */
  Map<String, ExponentialHistogram> latencies() {
    Map<String, ExponentialHistogram> latencies = new TreeMap<>();
    ofName("traces_spanmetrics_latency")
        .forEach(
            (labels, point) -> latencies.put(labels, Objects.requireNonNull(point.getHistogram())));
    return latencies;
  }

  private Map<String, SeriesPoint> ofName(String name) {
    Map<String, SeriesPoint> found = new HashMap<>();
    for (SeriesPoint point : points.values()) {
      if (point.getName().equals(name)) {
        found.put(inShort(point.getLabels()), point);
      }
    }
    return found;
  }

  private static String inShort(Map<String, String> labels) {
    return String.join(
        " ",
        labels.get("service"),
        labels.get("span_name"),
        labels.getOrDefault("span_kind", "").replace("SPAN_KIND_", ""),
        labels.getOrDefault("status_code", "").replace("STATUS_CODE_", ""));
  }
}
