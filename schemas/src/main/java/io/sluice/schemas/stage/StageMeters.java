package io.sluice.schemas.stage;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.schemas.Reason;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The metrics that every stage has, whatever it does, with a label {@code stage}:
 *
 * <ul>
 *   <li>{@code sluice_stage_records_total{direction="in|out"}} Kafka records (or requests) taken
 *       and given
 *   <li>{@code sluice_stage_dead_total{reason}} records refused or written to dead letters
 *   <li>{@code sluice_stage_processing_seconds} time in the stage's own code, per record or request
 *   <li>{@code sluice_stage_event_delay_seconds} how long ago the newest processed record had
 *       reached Kafka, as raw telemetry if it is made of some
 *   <li>{@code sluice_stage_lag_records} records that wait in the input topics
 *   <li>{@code sluice_stage_longest_call_seconds} how long the stage has worked at the record that
 *       it works at now, the longest of its threads: it grows while a call does not return
 * </ul>
 *
 * A stage may have several of these on one registry (one for each of its threads, or a new one
 * after a restart): they count together. Safe for use by several threads.
 */
public final class StageMeters {

  public static final String RECORDS = "sluice.stage.records";
  public static final String DEAD = "sluice.stage.dead";
  public static final String PROCESSING = "sluice.stage.processing";
  public static final String EVENT_DELAY = "sluice.stage.event.delay";
  public static final String LONGEST_CALL = "sluice.stage.longest.call";
  public static final String LAG = "sluice.stage.lag.records";

  private final Counter in;
  private final Counter out;
  private final Map<Reason, Counter> dead = new EnumMap<>(Reason.class);
  private final Timer processing;
  private final Levels levels;

  public StageMeters(MeterRegistry registry, String stage) {
    in = registry.counter(RECORDS, "stage", stage, "direction", "in");
    out = registry.counter(RECORDS, "stage", stage, "direction", "out");
    for (Reason reason : Reason.values()) {
      String label = reason.name().toLowerCase(Locale.ROOT);
      dead.put(reason, registry.counter(DEAD, "stage", stage, "reason", label));
    }
    processing = registry.timer(PROCESSING, "stage", stage);
    levels = Levels.of(registry, stage);
  }

  public void in(long records) {
    in.increment((double) records);
  }

  public void out(long records) {
    out.increment((double) records);
  }

  public void dead(Reason reason, long records) {
    requireNonNull(dead.get(reason)).increment((double) records);
  }

  public void processed(Duration time) {
    processing.record(time);
  }

  /** The age of the event just processed. */
  public void eventDelay(Duration age) {
    levels.eventDelayMillis().set(age.toMillis());
  }

  /** Records that wait in the input topics now. */
  public void lag(long records) {
    levels.lag().set(records);
  }

  /** Of one thread; kept by who calls. */
  public Call newCall() {
    Call call = new Call();
    levels.calls().add(call);
    return call;
  }

  /** How long the call has lasted that has lasted longest of those under way. */
  public Duration longestCall() {
    return levels.longestCall();
  }

  /** Of the stage's own code, now and then under way. Begun and ended by one thread. */
  public static final class Call {

    private static final long NONE = Long.MIN_VALUE;

    private volatile long beganNanos = NONE;

    private Call() {}

    public void begins() {
      beganNanos = System.nanoTime();
    }

    public void ends() {
      beganNanos = NONE;
    }

    private long lastedNanos() {
      long began = beganNanos;
      return began == NONE ? 0 : System.nanoTime() - began;
    }
  }

  /**
   * What gauges show. A registry keeps the first gauge of a name and only a weak reference to what
   * it shows, so the levels live as long as the registry and are shared.
   */
  private record Levels(AtomicLong eventDelayMillis, AtomicLong lag, Set<Call> calls) {

    private static final Map<MeterRegistry, Map<String, Levels>> ALL = new WeakHashMap<>();

    static Levels of(MeterRegistry registry, String stage) {
      synchronized (ALL) {
        return ALL.computeIfAbsent(registry, any -> new HashMap<>())
            .computeIfAbsent(stage, any -> register(registry, stage));
      }
    }

    private static Levels register(MeterRegistry registry, String stage) {
      Levels levels =
          new Levels(
              new AtomicLong(),
              new AtomicLong(),
              // A step that is gone leaves nothing behind.
              Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>())));
      Gauge.builder(EVENT_DELAY, levels.eventDelayMillis, millis -> millis.get() / 1000.0)
          .tag("stage", stage)
          .baseUnit("seconds")
          .register(registry);
      Gauge.builder(LONGEST_CALL, levels, each -> each.longestCall().toMillis() / 1000.0)
          .tag("stage", stage)
          .baseUnit("seconds")
          .register(registry);
      Gauge.builder(LAG, levels.lag, AtomicLong::get).tag("stage", stage).register(registry);
      return levels;
    }

    private Duration longestCall() {
      synchronized (calls) {
        return Duration.ofNanos(calls.stream().mapToLong(Call::lastedNanos).max().orElse(0));
      }
    }
  }
}
