package io.sluice.ingest;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a failure while reading a request means to its sender. */
final class OutcomeOfFailure {

  private static final Logger log = LoggerFactory.getLogger(OutcomeOfFailure.class);

  private OutcomeOfFailure() {}

  static Outcome of(Throwable failure, Exporter exporter) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof InvalidInputException invalid) {
      return exporter.refused(invalid.reason(), String.valueOf(invalid.getMessage()));
    }
    if (cause instanceof InFlight.PressureException) {
      return exporter.pressure();
    }
    if (cause instanceof VirtualMachineError) {
      log.warn("a request failed for want of memory: {}", cause.getClass().getName());
      return exporter.pressure();
    }
    // Most likely the client went away and sees no answer; if not, the type says what to look for.
    log.debug("a request failed: {}", cause.getClass().getName());
    return exporter.refused(
        Reason.FAILED, "the request could not be processed: " + cause.getClass().getSimpleName());
  }
}
