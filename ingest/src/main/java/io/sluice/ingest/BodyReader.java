package io.sluice.ingest;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads bodies into memory, counting every byte against the limits when it comes. What a client
 * only announces holds nothing: it may never come.
 */
final class BodyReader {

  /** Uses a body while its memory is held. */
  @FunctionalInterface
  interface Use {
    CompletableFuture<Outcome> of(AggregatedHttpRequest body, InFlight.Share share);
  }

  private final long maxBytes;
  private final InFlight inFlight;
  private final BoundedInflater inflater;

  BodyReader(long maxBytes, InFlight inFlight, BoundedInflater inflater) {
    this.maxBytes = maxBytes;
    this.inFlight = inFlight;
    this.inflater = inflater;
  }

  /**
   * Reads the body and uses it. The memory counts as held until the use is done, since Kafka's
   * client keeps the bytes until then.
   *
   * @return fails with {@link InFlight.PressureException} when there is no room, and with TOO_LARGE
   *     as soon as the body is announced or found to be over its limit
   */
  CompletableFuture<Outcome> read(HttpRequest request, Use use) {
    if (request.headers().contentLength() > maxBytes) {
      request.abort();
      return CompletableFuture.failedFuture(tooLarge());
    }
    InFlight.Share share = inFlight.open();
    AtomicLong received = new AtomicLong();
    return request
        .peekData(
            data -> {
              if (received.addAndGet(data.length()) > maxBytes) {
                throw tooLarge();
              }
              share.grow(data.length());
            })
        .aggregate()
        .thenCompose(whole -> use.of(whole, share))
        .whenComplete((outcome, failure) -> share.close());
  }

  private InvalidInputException tooLarge() {
    return new InvalidInputException(
        Reason.TOO_LARGE, "the body is larger than " + maxBytes + " bytes");
  }

  byte[] inflate(byte[] compressed, InFlight.Share share) {
    return inflater.inflate(compressed, share::grow);
  }
}
