package io.sluice.processors.spanmetrics;

import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** What one derivation alone makes of spans, without topics, stores or limits. */
final class Derived {

  private static final long ARRIVAL_MILLIS =
      TimeUnit.SECONDS.toMillis(Telemetry.START.getEpochSecond() + 60);

  private final SpanCombiner combiner;
  private final OwnedSeries owned =
      new OwnedSeries(
          new SeriesLimits(
              new SeriesLimits.Most(
                  Integer.MAX_VALUE,
                  Integer.MAX_VALUE,
                  Integer.MAX_VALUE,
                  Integer.MAX_VALUE,
                  Integer.MAX_VALUE),
              0),
          new Demands(),
          new Statements(Duration.ofMinutes(20), 10),
          key -> null,
          overflowed -> {},
          refused -> {});

  private Derived(BiFunction<AttributeKeys, Tallies, SpanDerivation> derivation) {
    combiner = new SpanCombiner(200, (keys, tallies) -> List.of(derivation.apply(keys, tallies)));
  }

  /** By the constructor of the derivation. */
  static Derived by(BiFunction<AttributeKeys, Tallies, SpanDerivation> derivation) {
    return new Derived(derivation);
  }

  /** The points of all series after this batch, by name and labels. */
  Map<String, SeriesPoint> from(SpanBuilder... spans) {
    combiner.add(Slice.of(Telemetry.spans(spans).toByteArray()), ARRIVAL_MILLIS * 1_000_000);
    combiner.drain(
        (service, partials) -> owned.add(service, PartialRecord.read(partials), ARRIVAL_MILLIS));
    return Points.of(owned);
  }

  /** Values by name and labels; of a histogram its count. */
  static Map<String, Double> values(Map<String, SeriesPoint> points) {
    Map<String, Double> values = new TreeMap<>();
    points.forEach(
        (identity, point) ->
            values.put(
                identity,
                point.getType() == SeriesType.HISTOGRAM ? count(point) : point.getValue()));
    return values;
  }

  private static double count(SeriesPoint point) {
    ExplicitHistogram explicit = point.getExplicitHistogram();
    return explicit == null
        ? (double) Objects.requireNonNull(point.getHistogram()).getCount()
        : explicit.getCounts().stream().mapToDouble(Long::doubleValue).sum();
  }

  /** The histogram of a series that is there. */
  static ExponentialHistogram histogram(Map<String, SeriesPoint> points, String identity) {
    return Objects.requireNonNull(
        Objects.requireNonNull(points.get(identity), identity).getHistogram());
  }
}
