package io.sluice.ingest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Reads bodies into memory, counting every byte against the limits when it comes. What a client
 * only announces holds nothing: it may never come.
 */
final class BodyReader {

  /** Uses a body while its memory is held. */
  @FunctionalInterface
  interface Use {
    CompletableFuture<Outcome> of(byte[] body, InFlight.Share share);
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
    Parts parts = new Parts(share);
    request.subscribe(parts);
    return parts
        .whole
        .thenCompose(whole -> use.of(whole, share))
        .whenComplete((outcome, failure) -> share.close());
  }

  byte[] inflate(byte[] compressed, InFlight.Share share) {
    return inflater.inflate(compressed, share::grow);
  }

  private InvalidInputException tooLarge() {
    return new InvalidInputException(
        Reason.TOO_LARGE, "the body is larger than " + maxBytes + " bytes");
  }

  /** Armeria's own aggregation lets one count only when all has come. */
  private final class Parts implements Subscriber<HttpObject> {
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final List<byte[]> parts = new ArrayList<>();
    private final InFlight.Share share;
    private @Nullable Subscription subscription;
    private int size;

    Parts(InFlight.Share share) {
      this.share = share;
    }

    @Override
    public void onSubscribe(Subscription newSubscription) {
      subscription = newSubscription;
      newSubscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpObject part) {
      if (part instanceof HttpData data && !whole.isDone()) {
        try {
          if (size + (long) data.length() > maxBytes) {
            throw tooLarge();
          }
          share.grow(data.length());
          parts.add(data.array());
          size += data.length();
        } catch (InvalidInputException | InFlight.PressureException e) {
          refuse(e);
        }
      }
    }

    @Override
    public void onError(Throwable failure) {
      whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      byte[] body = new byte[size];
      int end = 0;
      for (byte[] part : parts) {
        System.arraycopy(part, 0, body, end, part.length);
        end += part.length;
      }
      parts.clear();
      whole.complete(body);
    }

    private void refuse(RuntimeException why) {
      parts.clear();
      whole.completeExceptionally(why);
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }
}
