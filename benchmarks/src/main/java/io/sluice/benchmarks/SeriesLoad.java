package io.sluice.benchmarks;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** HTTP metrics of services as the span metrics make them: counters, then histograms. */
final class SeriesLoad {

  /** As Prometheus counts a histogram of the default buckets. */
  static final int SERIES_PER_HISTOGRAM = 17;

  private static final AvroSerde<SeriesPoint> POINTS = AvroSerde.of(SeriesPoint.getClassSchema());

  private final int counters;
  private final int histograms;

  SeriesLoad(int counters, int histograms) {
    this.counters = counters;
    this.histograms = histograms;
  }

  /** Points of one pass over all. */
  int points() {
    return counters + histograms;
  }

  /** Series as Prometheus counts them. */
  int series() {
    return counters + SERIES_PER_HISTOGRAM * histograms;
  }

  /** New values of all series. */
  void produce(KafkaConnection connection, long value, long timeMillis) {
    try (var producer = Bench.producer(connection)) {
      for (int i = 0; i < points(); i++) {
        var unused = producer.send(record(connection, i, value, timeMillis));
      }
      producer.flush();
    }
  }

  /**
   * One point.
   *
   * @param number of its series, from 0
   */
  ProducerRecord<byte[], byte[]> record(
      KafkaConnection connection, int number, long value, long timeMillis) {
    SeriesPoint point = point(number, value, timeMillis);
    return new ProducerRecord<>(
        connection.namespace().topic(Topics.SERIES),
        SeriesIdentity.of(point).getBytes(StandardCharsets.UTF_8),
        POINTS.encode(point));
  }

  private SeriesPoint point(int number, long value, long timeMillis) {
    boolean counter = number < counters;
    SeriesPoint.Builder point =
        SeriesPoint.newBuilder()
            .setName(
                counter ? "traces_http_requests_total" : "traces_http_request_duration_seconds")
            .setHelp("HTTP requests.")
            .setType(counter ? SeriesType.COUNTER : SeriesType.HISTOGRAM)
            .setLabels(
                Map.of(
                    "service", "service-" + number % 100,
                    "span_kind", "SPAN_KIND_SERVER",
                    "http_request_method", "GET",
                    "http_route", "/things/{thing}/parts/" + number / 100,
                    "http_status_class", "2xx"))
            .setStartTimeUnixNano(1)
            .setTimeUnixNano(timeMillis * 1_000_000)
            .setValue((double) value);
    if (!counter) {
      List<Long> counts = new ArrayList<>();
      for (int bucket = 0; bucket < 40; bucket++) {
        counts.add(value);
      }
      point.setHistogram(
          ExponentialHistogram.newBuilder()
              .setScale(3)
              .setCount(40 * value)
              .setSum(2.5 * value)
              .setZeroCount(0)
              .setOffset(-40)
              .setCounts(counts)
              .build());
    }
    return point.build();
  }
}
