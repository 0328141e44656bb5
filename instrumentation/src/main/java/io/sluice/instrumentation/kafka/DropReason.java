package io.sluice.instrumentation.kafka;

import java.util.Locale;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Why telemetry did not reach Kafka. The names are the {@code error.type} of the metrics. */
public enum DropReason {
  /** The memory that telemetry may take is taken. */
  FULL,
  /** One item alone is larger than a record may be. */
  TOO_LARGE,
  /** Kafka was away for too long. */
  EXPIRED,
  /** Kafka does not let the service in, or not write. */
  UNAUTHORIZED,
  /** The broker is too old for what the exporter needs. */
  UNSUPPORTED,
  /** Kafka does not take it: a topic that does not allow it, or a producer that it gave up. */
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
    // A producer that takes no more says so with the reason below.
    Throwable why =
        failure.getCause() instanceof ApiException below && !(failure instanceof ApiException)
            ? below
            : failure;
    if (why instanceof RecordTooLargeException) {
      return TOO_LARGE;
    }
    if (why instanceof AuthenticationException || why instanceof AuthorizationException) {
      return UNAUTHORIZED;
    }
    return why instanceof UnsupportedVersionException ? UNSUPPORTED : REFUSED;
  }
}
