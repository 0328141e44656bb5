package io.sluice.ingest;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import java.util.concurrent.CompletableFuture;

/** Reads bodies into memory, counting every byte against the limit before it is kept. */
final class BodyReader {

  /** Uses a body while its memory is held. */
  @FunctionalInterface
  interface Use {
    CompletableFuture<Outcome> of(AggregatedHttpRequest body, InFlight.Share share);
  }

  private final InFlight inFlight;
  private final BoundedInflater inflater;

  BodyReader(InFlight inFlight, BoundedInflater inflater) {
    this.inFlight = inFlight;
    this.inflater = inflater;
  }

  /**
   * Reads the body and uses it. The memory counts as held until the use is done, since Kafka's
   * client keeps the bytes until then.
   *
   * @return fails with {@link InFlight.PressureException} when there is no room
   */
  CompletableFuture<Outcome> read(HttpRequest request, Use use) {
    InFlight.Share share = inFlight.open();
    long announced = request.headers().contentLength();
    CompletableFuture<AggregatedHttpRequest> body;
    if (announced >= 0) {
      try {
        share.grow(announced);
      } catch (InFlight.PressureException e) {
        request.abort();
        return CompletableFuture.failedFuture(e);
      }
      body = request.aggregate();
    } else {
      body = request.peekData(data -> share.grow(data.length())).aggregate();
    }
    return body.thenCompose(whole -> use.of(whole, share))
        .whenComplete((outcome, failure) -> share.close());
  }

  byte[] inflate(byte[] compressed, InFlight.Share share) {
    return inflater.inflate(compressed, share::grow);
  }
}
