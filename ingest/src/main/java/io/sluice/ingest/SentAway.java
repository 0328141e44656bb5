package io.sluice.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the requests whose senders are asked to come back, apart from those that are refused for
 * good: {@code sluice_ingest_sent_away_total{reason="pressure|unavailable"}}. Says so in the log
 * once a minute at most. Safe for use by several threads.
 */
final class SentAway {

  static final String NAME = "sluice.ingest.sent.away";

  private static final Logger log = LoggerFactory.getLogger(SentAway.class);
  private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Counter pressure;
  private final Counter unavailable;
  private final AtomicLong silentUntilNanos = new AtomicLong(System.nanoTime());

  SentAway(MeterRegistry registry) {
    pressure = counter(registry, "pressure");
    unavailable = counter(registry, "unavailable");
  }

  /** There is no memory for the request. */
  Outcome pressure() {
    return counted(pressure, Outcome.pressure());
  }

  /** Kafka does not take the request. */
  Outcome unavailable(String message) {
    return counted(unavailable, Outcome.unavailable(message));
  }

  private Outcome counted(Counter counter, Outcome outcome) {
    counter.increment();
    long now = System.nanoTime(); // for the log, not logic
    long until = silentUntilNanos.get();
    if (now - until >= 0 && silentUntilNanos.compareAndSet(until, now + LOG_INTERVAL_NANOS)) {
      log.warn("senders are asked to come back: {}", outcome.message());
    }
    return outcome;
  }

  private static Counter counter(MeterRegistry registry, String reason) {
    return Counter.builder(NAME)
        .description("Requests whose senders were asked to come back.")
        .tag("reason", reason)
        .register(registry);
  }
}
