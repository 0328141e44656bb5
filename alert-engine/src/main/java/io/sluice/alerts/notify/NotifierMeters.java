package io.sluice.alerts.notify;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.Alert;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What /metrics and the log say of notifications, by receiver: never its address. */
final class NotifierMeters {

  private static final Logger log = LoggerFactory.getLogger(NotifierMeters.class);
  private static final String NOTIFICATIONS = "sluice.notifier.notifications";

  private final MeterRegistry registry;
  private final Clock clock;

  NotifierMeters(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  /** From its begin a receiver has all outcomes: a rate of what is not there yet has no value. */
  void register(String receiver) {
    for (String outcome : new String[] {"accepted", "failed", "refused"}) {
      registry.counter(NOTIFICATIONS, "receiver", receiver, "outcome", outcome);
    }
    registry.timer("sluice.notifier.delay", "receiver", receiver);
  }

  void accepted(String receiver, Alert alert) {
    count(receiver, "accepted");
    long millis = clock.millis() - alert.getTimeUnixNano() / 1_000_000;
    registry
        .timer("sluice.notifier.delay", "receiver", receiver)
        .record(Duration.ofMillis(Math.max(0, millis)));
  }

  void accepted(String receiver) {
    count(receiver, "accepted");
  }

  /**
   * @param failures tries that failed in a row: the first one says why
   */
  void failed(String receiver, Reply reply, int failures) {
    if (failures == 1) {
      log.warn("{} fails and is tried again: {}", receiver, reply.sentence());
    }
    count(receiver, "failed");
  }

  void refused(String receiver) {
    count(receiver, "refused");
  }

  private void count(String receiver, String outcome) {
    registry.counter(NOTIFICATIONS, "receiver", receiver, "outcome", outcome).increment();
  }
}
