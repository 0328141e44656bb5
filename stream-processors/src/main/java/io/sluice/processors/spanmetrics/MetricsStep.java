package io.sluice.processors.spanmetrics;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A third first step: makes partials of the metrics that producers send, and sends them to the
 * owners of their services. What is known of each stream is in a store.
 */
final class MetricsStep implements Step {

  /**
   * A stream is forgotten when others came for so long and it did not; its series ended long
   * before.
   */
  static final Duration FORGET = Duration.ofDays(1);

  private static final Duration SWEEP = Duration.ofHours(1);

  private final SpanMetricsConfig config;
  private final LongSupplier nanoTime;
  private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);
  private final Counter repeated;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> streams;

  @SuppressWarnings("NullAway.Init")
  private ProducedMetrics metrics;

  /** Goes on as metrics come: a stream is not quiet when nothing can be read. */
  @SuppressWarnings("NullAway.Init")
  private RunningTime time;

  private long nowMillis;

  MetricsStep(SpanMetricsConfig config, Stage stage) {
    this.config = config;
    this.nanoTime = stage.nanoTime();
    for (Reason reason : Reason.values()) {
      String label = reason.name().toLowerCase(Locale.ROOT);
      refused.put(
          reason, stage.meters().counter("sluice.spanmetrics.refused.points", "reason", label));
    }
    repeated = stage.meters().counter("sluice.spanmetrics.repeated.points");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    streams = context.store(SpanMetricsTopology.METRIC_STREAMS);
    metrics =
        new ProducedMetrics(
            config.maxNameLength(),
            streams::get,
            reason -> Objects.requireNonNull(refused.get(reason)).increment());
    nowMillis = lastSeen();
    time = new RunningTime(nanoTime, SWEEP, nowMillis);
    context.every(SWEEP, this::forget);
  }

  @Override
  public void process(InputRecord input) {
    nowMillis = time.millis();
    metrics.take(
        Slice.of(input.value()),
        input.timestampMillis(),
        nowMillis,
        (service, partials) ->
            context.send(
                SpanMetricsTopology.PARTIALS, service.getBytes(StandardCharsets.UTF_8), partials));
    // Only now: of a record that is malformed at its end nothing may be known.
    metrics.forEachChanged(streams::put);
    repeated.increment((double) metrics.repeated());
  }

  /** When a stream was last seen before this task began; the time of the clock when none was. */
  private long lastSeen() {
    long last = 0;
    try (KeyValueIterator<byte[], byte[]> all = streams.all()) {
      while (all.hasNext()) {
        last = Math.max(last, MetricStream.seenMillis(all.next().value));
      }
    }
    return last == 0 ? context.clock().millis() : last;
  }

  private void forget() {
    long before = nowMillis - FORGET.toMillis();
    List<byte[]> quiet = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = streams.all()) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> stream = all.next();
        if (MetricStream.seenMillis(stream.value) < before) {
          quiet.add(stream.key);
        }
      }
    }
    quiet.forEach(streams::delete);
  }
}
