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
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A third first step: makes partials of the metrics that producers send, and sends them to the
 * owners of their services. What is known of each stream is in a store.
 */
final class MetricsStep implements Step {

  /** A stream that is quiet for longer is forgotten; its series ended long before. */
  static final Duration FORGET = Duration.ofDays(1);

  private static final Duration SWEEP = Duration.ofHours(1);

  private final SpanMetricsConfig config;
  private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);
  private final Counter repeated;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> streams;

  @SuppressWarnings("NullAway.Init")
  private ProducedMetrics metrics;

  MetricsStep(SpanMetricsConfig config, Stage stage) {
    this.config = config;
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
    context.every(SWEEP, this::forget);
  }

  @Override
  public void process(InputRecord input) {
    metrics.take(
        Slice.of(input.value()),
        input.timestampMillis(),
        (service, partials) ->
            context.send(
                SpanMetricsTopology.PARTIALS, service.getBytes(StandardCharsets.UTF_8), partials));
    // Only now: of a record that is malformed at its end nothing may be known.
    metrics.forEachChanged(streams::put);
    repeated.increment((double) metrics.repeated());
  }

  private void forget() {
    long before = context.clock().millis() - FORGET.toMillis();
    List<byte[]> quiet = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = streams.all()) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> stream = all.next();
        if (MetricStream.arrivalMillis(stream.value) < before) {
          quiet.add(stream.key);
        }
      }
    }
    quiet.forEach(streams::delete);
  }
}
