package io.sluice.ingest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.Slice;
import java.util.Arrays;
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
    CompletableFuture<Outcome> of(Slice body, InFlight.Share share);
  }

  private static final byte[] NOTHING = {};

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
   *     as soon as the body is announced or found to be over a limit
   */
  CompletableFuture<Outcome> read(HttpRequest request, Use use) {
    if (request.headers().contentLength() > maxBytes) {
      request.abort();
      return CompletableFuture.failedFuture(tooLarge());
    }
    InFlight.Share share = inFlight.open();
    long announced = request.headers().contentLength();
    Parts parts = new Parts(share, announced < 0 ? maxBytes : announced);
    request.subscribe(parts);
    return parts
        .whole
        .thenCompose(whole -> use.of(whole, share))
        .whenComplete((outcome, failure) -> share.close());
  }

  Slice inflate(Slice compressed, InFlight.Share share) {
    return inflater.inflate(compressed, share::grow);
  }

  private InvalidInputException tooLarge() {
    return new InvalidInputException(
        Reason.TOO_LARGE, "the body is larger than " + maxBytes + " bytes");
  }

  /**
   * Armeria's own aggregation lets one count only when all has come. Parts may be of one byte, so
   * that a list of them would take many times their length.
   */
  private final class Parts implements Subscriber<HttpObject> {
    private final CompletableFuture<Slice> whole = new CompletableFuture<>();
    private final InFlight.Share share;

    /** No more than this will come. */
    private final long most;

    private @Nullable Subscription subscription;
    private byte[] body = NOTHING;
    private int size;

    Parts(InFlight.Share share, long most) {
      this.share = share;
      this.most = most;
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
          add(data.array());
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
      whole.complete(new Slice(body, 0, size));
    }

    private void add(byte[] part) {
      long needed = size + (long) part.length;
      if (needed > maxBytes) {
        throw tooLarge();
      }
      if (needed > body.length) {
        int larger = (int) Math.max(needed, Math.min(most, 2L * body.length));
        share.grow(larger - body.length);
        body = Arrays.copyOf(body, larger);
      }
      System.arraycopy(part, 0, body, size, part.length);
      size += part.length;
    }

    private void refuse(RuntimeException why) {
      body = NOTHING;
      whole.completeExceptionally(why);
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }
}
