package io.sluice.instrumentation.kafka;

import java.util.Locale;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/** Why telemetry did not reach Kafka. The names are the {@code error.type} of the metrics. */
public enum DropReason {
  /** The memory that telemetry may take is taken. */
  FULL,
  /** One item alone is larger than a record may be. */
  TOO_LARGE,
  /** Kafka was away for too long. */
  EXPIRED,
  /** Kafka does not take it: no permission, or a topic that does not allow it. */
  REFUSED,
  /** The service stopped, and Kafka did not answer in time. */
  CLOSED;

  /** In lower case, as it is on metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static DropReason of(Exception failure) {
    if (failure instanceof TimeoutException) {
      return EXPIRED;
    }
    return failure instanceof RecordTooLargeException ? TOO_LARGE : REFUSED;
  }
}
