package io.sluice.processors.spanmetrics;

import java.time.Duration;
import java.util.List;

/** Settings that tests reach the limits of. */
final class Settings {

  private Settings() {}

  /** Three series of a service, labels of 16 characters. */
  static SpanMetricsConfig small() {
    return with(new SeriesLimits.Most(100, 3, 100, 100, 100));
  }

  static SpanMetricsConfig with(SeriesLimits.Most most) {
    return new SpanMetricsConfig(
        Duration.ofSeconds(1),
        most.services(),
        most.seriesPerService(),
        most.seriesPerMetric(),
        most.valuesPerLabel(),
        most.valuesPerSegment(),
        Duration.ofHours(1),
        Duration.ofMinutes(10),
        Duration.ofMinutes(20),
        10,
        List.of(),
        16);
  }
}
