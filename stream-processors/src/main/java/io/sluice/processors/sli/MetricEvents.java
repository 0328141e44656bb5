package io.sluice.processors.sli;

import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events in points of metrics. A gauge's point is one. Counters and histograms count events
 * themselves: what they counted since their point before happened then. That point is remembered,
 * of the series that some SLO counts.
 */
final class MetricEvents {

  /** The last point of each series, by its identity. */
  interface Memory {

    @Nullable SeriesPoint get(String series);

    void put(String series, SeriesPoint point);

    void remove(String series);
  }

  private static final Increment NONE = new Increment(Double.NaN, Double.NaN, 0);
  private static final Increment NONE_OF_HISTOGRAM = new Increment(0, 0, 0);

  private final Memory memory;

  MetricEvents(Memory memory) {
    this.memory = memory;
  }

  /**
   * Every event of a point.
   *
   * @param counted whether some SLO counts such an event
   */
  void forEach(
      SeriesPoint point, Predicate<CountedEvent> counted, Consumer<CountedEvent> consumer) {
    if (point.getType() == SeriesType.GAUGE) {
      if (!point.getStale()) {
        consumer.accept(PointEvent.ofGauge(point));
      }
      return;
    }
    if (!isCounted(point, counted)) {
      return;
    }
    String series = SeriesIdentity.of(point);
    if (point.getStale()) {
      memory.remove(series);
      return;
    }
    SeriesPoint before = memory.get(series);
    if (before != null && point.getTimeUnixNano() < before.getTimeUnixNano()) {
      return; // it is in what was counted
    }
    memory.put(series, SeriesPoint.newBuilder(point).setHelp("").setExemplars(List.of()).build());
    for (Increment increment : Increment.between(before, point)) {
      consumer.accept(PointEvent.of(point, increment));
    }
  }

  /** Whether some SLO counts what this series counts. */
  static boolean isCounted(SeriesPoint point, Predicate<CountedEvent> counted) {
    boolean histogram = point.getType() == SeriesType.HISTOGRAM;
    return counted.test(PointEvent.of(point, histogram ? NONE_OF_HISTOGRAM : NONE));
  }
}
