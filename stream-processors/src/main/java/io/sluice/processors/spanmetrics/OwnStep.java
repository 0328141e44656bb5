package io.sluice.processors.spanmetrics;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Second step: owns all series of a service, so that its limit is decided in one place and the same
 * way after every restart. A series that changed is noted in a store until it was written, in the
 * same transactions, so that a crash in between loses no point.
 */
final class OwnStep implements Step {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final byte[] CHANGED = {};

  private final SpanMetricsConfig config;
  private final Counter overflowed;
  private final Map<String, Integer> seriesByService = new HashMap<>();

  /** Identities to write; the same as the store of this name, at hand. */
  private final Set<String> changed = new LinkedHashSet<>();

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> series;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> changedStore;

  OwnStep(SpanMetricsConfig config, Stage stage) {
    this.config = config;
    this.overflowed = stage.meters().counter("sluice.spanmetrics.overflowed.spans");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    series = context.store(SpanMetricsTopology.SERIES);
    changedStore = context.store(SpanMetricsTopology.CHANGED);
    // Streams sets a revived task's step up again; only the stores tell what was committed.
    seriesByService.clear();
    changed.clear();
    try (KeyValueIterator<String, byte[]> all = series.all()) {
      all.forEachRemaining(entry -> countSeries(SERDE.decode(entry.value).getLabels()));
    }
    try (KeyValueIterator<String, byte[]> all = changedStore.all()) {
      all.forEachRemaining(entry -> changed.add(entry.key));
    }
    context.every(config.emitInterval(), this::writeChanged);
  }

  @Override
  public void process(InputRecord input) {
    SeriesPoint partial = SERDE.decode(input.value());
    ExponentialHistogram added = partial.getHistogram();
    if (added == null) {
      throw new InvalidInputException(Reason.INVALID, "a partial point without its histogram");
    }
    Map<String, String> labels = partial.getLabels();
    String identity = SpanSeries.identity(SpanSeries.LATENCY, labels);
    byte[] before = series.get(identity);
    if (before == null && isFull(labels)) {
      overflowed.increment((double) added.getCount());
      labels = SeriesLabels.overflow(labels);
      identity = SpanSeries.identity(SpanSeries.LATENCY, labels);
      before = series.get(identity);
    }
    SeriesPoint state;
    if (before == null) {
      countSeries(labels);
      state = SpanSeries.add(partial, labels, input.timestampMillis() * 1_000_000);
    } else {
      state = SpanSeries.add(partial, SERDE.decode(before));
    }
    series.put(identity, SERDE.encode(state));
    if (changed.add(identity)) {
      changedStore.put(identity, CHANGED);
    }
  }

  private void writeChanged() {
    for (String identity : changed) {
      byte[] value = series.get(identity);
      if (value != null) {
        SeriesPoint latency = SERDE.decode(value);
        write(latency);
        write(SpanSeries.calls(latency));
      }
      changedStore.delete(identity);
    }
    changed.clear();
  }

  private void write(SeriesPoint point) {
    String identity = SpanSeries.identity(point.getName(), point.getLabels());
    context.send(Topics.SERIES, identity.getBytes(StandardCharsets.UTF_8), SERDE.encode(point));
  }

  private boolean isFull(Map<String, String> labels) {
    String service = labels.getOrDefault(SeriesLabels.SERVICE, "");
    return seriesByService.getOrDefault(service, 0) >= config.maxSeriesPerService();
  }

  private void countSeries(Map<String, String> labels) {
    seriesByService.merge(labels.getOrDefault(SeriesLabels.SERVICE, ""), 1, Integer::sum);
  }
}
