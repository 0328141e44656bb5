package io.sluice.instrumentation.kafka;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What was delivered and what was dropped. Says in the log that something is, once a minute. */
final class Counts {

  // JUL: the agent gives extensions its own log through it.
  private static final Logger LOG = Logger.getLogger(Counts.class.getName());
  private static final long NANOS_BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);
  private static final AttributeKey<String> COMPONENT =
      AttributeKey.stringKey("otel.component.type");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private final ConcurrentMap<Outcome, LongAdder> counts = new ConcurrentHashMap<>();
  private final ConcurrentMap<DropReason, LongAdder> renewals = new ConcurrentHashMap<>();
  private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

  /**
   * @param reason null when it was delivered
   */
  private record Outcome(Signal signal, @Nullable DropReason reason) {}

  void delivered(Signal signal, int items) {
    add(new Outcome(signal, null), items);
  }

  /**
   * @param detail what Kafka said, or empty
   */
  void dropped(Signal signal, int items, DropReason reason, String detail) {
    add(new Outcome(signal, reason), items);
    long now = System.nanoTime(); // only for how often this is said
    long due = nextWarning.get();
    if (now - due >= 0 && nextWarning.compareAndSet(due, now + NANOS_BETWEEN_WARNINGS)) {
      LOG.log(
          Level.WARNING,
          "dropped {0} {1} on the way to Kafka ({2}){3}; further ones in the next minute are only"
              + " counted",
          new Object[] {
            items, signal.items(), reason.label(), detail.isEmpty() ? "" : ": " + detail
          });
    }
  }

  /** A producer that took no more gave way to another one. */
  void renewed(DropReason reason) {
    renewals.computeIfAbsent(reason, any -> new LongAdder()).increment();
  }

  /** How often a producer took no more, by reason. */
  Map<DropReason, Long> renewals() {
    Map<DropReason, Long> all = new EnumMap<>(DropReason.class);
    renewals.forEach((reason, count) -> all.put(reason, count.sum()));
    return all;
  }

  /** All that was dropped, of every signal. Reasons that did not occur are 0. */
  Map<DropReason, Long> dropped() {
    Map<DropReason, Long> sums = new EnumMap<>(DropReason.class);
    for (Signal signal : Signal.values()) {
      for (DropReason reason : DropReason.values()) {
        sums.merge(reason, count(signal, reason), Long::sum);
      }
    }
    return sums;
  }

  /** Shows them as the metrics that the SDK's own exporters have. */
  void register(MeterProvider meters) {
    Meter meter = meters.get("io.sluice.instrumentation.kafka");
    for (Signal signal : Signal.values()) {
      var unused =
          meter
              .counterBuilder("otel.sdk.exporter." + signal.item() + ".exported")
              .setUnit("{" + signal.item() + "}")
              .setDescription("What the export has finished for, by error.type if it failed.")
              .buildWithCallback(out -> observe(signal, out));
    }
    var unused =
        meter
            .counterBuilder("sluice.exporter.producer.renewals")
            .setUnit("{producer}")
            .setDescription("Kafka producers that took no more and gave way to another one.")
            .buildWithCallback(
                out ->
                    renewals()
                        .forEach(
                            (reason, count) ->
                                out.record(count, Attributes.of(ERROR, reason.label()))));
  }

  private void observe(Signal signal, ObservableLongMeasurement out) {
    String component = "sluice_kafka_" + signal.item() + "_exporter";
    out.record(count(signal, null), Attributes.of(COMPONENT, component));
    for (DropReason reason : DropReason.values()) {
      long count = count(signal, reason);
      if (count > 0) {
        out.record(count, Attributes.of(COMPONENT, component, ERROR, reason.label()));
      }
    }
  }

  private void add(Outcome outcome, int items) {
    counts.computeIfAbsent(outcome, any -> new LongAdder()).add(items);
  }

  private long count(Signal signal, @Nullable DropReason reason) {
    LongAdder count = counts.get(new Outcome(signal, reason));
    return count == null ? 0 : count.sum();
  }
}
