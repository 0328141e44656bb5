package io.sluice.schemas.stage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.schemas.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The metrics that every stage has, whatever it does, with a label {@code stage}:
 *
 * <ul>
 *   <li>{@code sluice_stage_records_total{direction="in|out"}} Kafka records (or requests) taken
 *       and given
 *   <li>{@code sluice_stage_dead_total{reason}} records refused or written to dead letters
 *   <li>{@code sluice_stage_processing_seconds} time in the stage's own code, per record
 *   <li>{@code sluice_stage_event_delay_seconds} how old the newest processed event was
 *   <li>{@code sluice_stage_lag_records} records that wait in the input topics
 * </ul>
 *
 * Safe for use by several threads.
 */
public final class StageMeters {

  public static final String RECORDS = "sluice.stage.records";
  public static final String DEAD = "sluice.stage.dead";
  public static final String PROCESSING = "sluice.stage.processing";
  public static final String EVENT_DELAY = "sluice.stage.event.delay";
  public static final String LAG = "sluice.stage.lag.records";

  private final Counter in;
  private final Counter out;
  private final Map<Reason, Counter> dead = new EnumMap<>(Reason.class);
  private final Timer processing;
  private final AtomicLong eventDelayMillis = new AtomicLong();
  private final AtomicLong lag = new AtomicLong();

  public StageMeters(MeterRegistry registry, String stage) {
    in = registry.counter(RECORDS, "stage", stage, "direction", "in");
    out = registry.counter(RECORDS, "stage", stage, "direction", "out");
    for (Reason reason : Reason.values()) {
      String label = reason.name().toLowerCase(Locale.ROOT);
      dead.put(reason, registry.counter(DEAD, "stage", stage, "reason", label));
    }
    processing = registry.timer(PROCESSING, "stage", stage);
    Gauge.builder(EVENT_DELAY, eventDelayMillis, millis -> millis.get() / 1000.0)
        .tag("stage", stage)
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder(LAG, lag, AtomicLong::get).tag("stage", stage).register(registry);
  }

  public void in(long records) {
    in.increment((double) records);
  }

  public void out(long records) {
    out.increment((double) records);
  }

  public void dead(Reason reason, long records) {
    Counter counter = dead.get(reason);
    if (counter != null) {
      counter.increment((double) records);
    }
  }

  public void processed(Duration time) {
    processing.record(time);
  }

  /** The age of the event just processed. */
  public void eventDelay(Duration age) {
    eventDelayMillis.set(age.toMillis());
  }

  /** Records that wait in the input topics now. */
  public void lag(long records) {
    lag.set(records);
  }
}
