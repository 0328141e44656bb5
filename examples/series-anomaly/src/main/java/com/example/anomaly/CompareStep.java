package com.example.anomaly;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Compares how much a counter grew in a slot with the same slot of earlier seasons, when the first
 * point after the slot comes. A slot that is an anomaly does not become usual by it.
 */
final class CompareStep implements Step {

  /** By series: the slot under way, the counter's value at its begin, when it was heard of. */
  static final String OPEN = "open-slots";

  /** By series and slot of the season; those of a series stand together. */
  static final String USUAL = "usual";

  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());

  private final SeriesAnomalyConfig config;
  private StepContext out;
  private KeyValueStore<String, String> open;
  private KeyValueStore<String, String> usual;

  CompareStep(SeriesAnomalyConfig config) {
    this.config = config;
  }

  @Override
  public void init(StepContext context) {
    out = context;
    open = context.store(OPEN);
    usual = context.store(USUAL);
    context.every(Duration.ofHours(1), this::forget);
  }

  @Override
  public void process(InputRecord input) {
    SeriesPoint point = SERIES.decode(input.value());
    if (point.getType() != SeriesType.COUNTER || !point.getName().equals(config.counter())) {
      return;
    }
    String series = SeriesIdentity.of(point);
    long slot = TimeUnit.NANOSECONDS.toSeconds(point.getTimeUnixNano()) / config.slot().toSeconds();
    String known = open.get(series);
    if (known == null) {
      open(series, slot, point.getValue());
      return;
    }
    String[] parts = known.split(" ", -1);
    long openSlot = Long.parseLong(parts[0]);
    if (slot <= openSlot) {
      return;
    }
    double grown = point.getValue() - Double.parseDouble(parts[1]);
    // More than one slot later, or begun anew: nobody knows how it grew in this one.
    if (slot == openSlot + 1 && grown >= 0) {
      compare(series, openSlot, grown);
    }
    open(series, slot, point.getValue());
  }

  private void open(String series, long slot, double value) {
    open.put(series, slot + " " + value + " " + out.clock().millis());
  }

  private void compare(String series, long slot, double grown) {
    long slotsOfASeason = config.season().toSeconds() / config.slot().toSeconds();
    String key = series + " " + slot % slotsOfASeason;
    Usual before = Usual.of(usual.get(key));
    double deviations = before.deviations(grown);
    if (before.seen() >= config.seasons() && deviations > config.deviations()) {
      String sentence = sentence(series, slot, grown, before);
      out.send(SeriesAnomalyProcessor.ANOMALIES, bytes(series), bytes(sentence));
    } else {
      usual.put(key, before.with(grown).text());
    }
  }

  private String sentence(String series, long slot, double grown, Usual before) {
    return String.format(
        Locale.ROOT,
        "%s grew by %.0f in the %s from %s on, where %.0f is usual (%.1f deviations)",
        series,
        grown,
        config.slot(),
        Instant.ofEpochSecond(slot * config.slot().toSeconds()),
        before.mean(),
        before.deviations(grown));
  }

  /** Series without a new slot for two seasons. */
  private void forget() {
    long oldest = out.clock().millis() - 2 * config.season().toMillis();
    List<String> old = keys(open.all(), text -> Long.parseLong(text.split(" ", -1)[2]) < oldest);
    for (String series : old) {
      open.delete(series);
      keys(usual.range(series + " ", series + " ~"), text -> true).forEach(usual::delete);
    }
  }

  private static List<String> keys(
      KeyValueIterator<String, String> entries, Predicate<String> chosen) {
    List<String> keys = new ArrayList<>();
    try (entries) {
      entries.forEachRemaining(
          entry -> {
            if (chosen.test(entry.value)) {
              keys.add(entry.key);
            }
          });
    }
    return keys;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
