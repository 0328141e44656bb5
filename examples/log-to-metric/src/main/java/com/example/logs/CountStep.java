package com.example.logs;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Adds up, and sends the series. Forgets one that nothing was added to for a day. */
final class CountStep implements Step {

  static final String STORE = "series";

  private static final Duration KEPT = Duration.ofDays(1);

  private StepContext out;
  private KeyValueStore<String, SeriesPoint> store;

  @Override
  public void init(StepContext context) {
    out = context;
    store = context.store(STORE);
    context.every(Duration.ofHours(1), this::forget);
  }

  @Override
  public void process(InputRecord input) {
    String key = new String(input.key(), StandardCharsets.UTF_8);
    int added = Integer.parseInt(new String(input.value(), StandardCharsets.UTF_8));
    long now = TimeUnit.MILLISECONDS.toNanos(input.timestampMillis());
    SeriesPoint before = store.get(key);
    SeriesPoint point =
        (before == null ? first(key, now) : SeriesPoint.newBuilder(before))
            .setTimeUnixNano(before == null ? now : later(before, now))
            .setValue(added + (before == null ? 0 : before.getValue()))
            .build();
    store.put(key, point);
    out.send(Topics.SERIES, identity(point), LogMetricsProcessor.SERIES.encode(point));
  }

  private static SeriesPoint.Builder first(String key, long now) {
    int space = key.indexOf(' ');
    return SeriesPoint.newBuilder()
        .setName(key.substring(0, space))
        .setHelp("Log lines that match")
        .setType(SeriesType.COUNTER)
        .setLabels(Map.of("service", key.substring(space + 1)))
        .setStartTimeUnixNano(now);
  }

  private void forget() {
    long oldest = TimeUnit.MILLISECONDS.toNanos(out.clock().millis()) - KEPT.toNanos();
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, SeriesPoint> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            if (entry.value.getTimeUnixNano() < oldest) {
              old.add(entry.key);
            }
          });
    }
    for (String key : old) {
      out.send(Topics.SERIES, identity(store.delete(key)), null);
    }
  }

  /** The times of a series rise: what is not newer than the point before is not written on. */
  private static long later(SeriesPoint before, long now) {
    return Math.max(now, before.getTimeUnixNano() + TimeUnit.MILLISECONDS.toNanos(1));
  }

  private static byte[] identity(SeriesPoint point) {
    return SeriesIdentity.of(point).getBytes(StandardCharsets.UTF_8);
  }
}
