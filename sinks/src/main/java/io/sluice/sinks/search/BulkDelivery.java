package io.sluice.sinks.search;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.sinks.search.OpenSearchClient.Reply;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings documents to the cluster, whatever it answers: what it cannot take now is sent again until
 * it can, and what it never will take is told to its source. Safe for several threads.
 */
final class BulkDelivery {

  private static final Logger log = LoggerFactory.getLogger(BulkDelivery.class);
  private static final long MIN_WAIT_MILLIS = 50;
  private static final long MAX_WAIT_MILLIS = 5_000;
  private static final Duration REFUSED_WAIT = Duration.ofSeconds(5);

  /** A request may be lost once; what is too much for the cluster is so each time. */
  private static final int ATTEMPTS_OF_A_SIZE = 2;

  private final OpenSearchClient client;
  private final BulkPace pace;
  private final Counter accepted;
  private final Counter busy;
  private final Counter refused;
  private final Counter rejected;
  private volatile @Nullable String trouble;

  BulkDelivery(OpenSearchClient client, BulkPace pace, MeterRegistry registry) {
    this.client = client;
    this.pace = pace;
    accepted = requests(registry, "accepted");
    busy = requests(registry, "busy");
    refused = requests(registry, "refused");
    rejected = requests(registry, "rejected");
  }

  private static Counter requests(MeterRegistry registry, String answer) {
    return registry.counter("sluice.search.bulk.requests", "answer", answer);
  }

  /** What keeps documents from being taken now; null when nothing does. */
  @Nullable String trouble() {
    return trouble;
  }

  /** Counts an answer outside of bulk requests that says that these credentials may not do that. */
  void countRefused() {
    refused.increment();
  }

  /**
   * Returns when all documents are taken or refused for good.
   *
   * @throws InterruptedException when nobody waits for it any more
   */
  void deliver(BulkBody all) throws InterruptedException {
    BulkBody body = all;
    boolean tooMuch = false;
    for (int attempt = 0; ; attempt++) {
      if (tooMuch
          && attempt >= ATTEMPTS_OF_A_SIZE
          && body.documents() > 1
          && body.bytes() > BulkPace.MIN_BYTES) {
        deliverHalves(body);
        return;
      }
      long begin = System.nanoTime(); // a duration for the pace
      try {
        Reply reply = client.bulk(body.lines());
        if (reply.status() == 413) {
          pace.tooLarge(body.bytes());
        }
        if (BulkReply.isFaultOfDocument(reply.status(), reply.error())) {
          rejected.increment();
          divide(body, reply);
          return;
        }
        if (reply.isRefused()) {
          refuse(reply.sentence());
          continue;
        }
        if (!reply.isOk()) {
          tooMuch = reply.status() == 429 || (attempt > 0 && isNoAnswer(reply.status()));
          wait(reply.sentence(), tooMuch, attempt);
          continue;
        }
        BulkReply items = BulkReply.of(reply, body.documents());
        BulkBody sent = body;
        items.dead().forEach((document, why) -> sent.source(document).refused(why));
        if (items.again().isEmpty()) {
          accepted.increment();
          pace.taken(Duration.ofNanos(System.nanoTime() - begin));
          trouble = null;
          return;
        }
        if (items.again().size() < body.documents()) {
          body = body.only(items.again());
          attempt = 0;
        }
        if (items.isRefused()) {
          refuse(items.trouble());
        } else {
          tooMuch = items.isThrottled();
          wait(items.trouble(), tooMuch, attempt);
        }
      } catch (SSLException e) {
        refuse("TLS: " + e.getMessage());
      } catch (OpenSearchUnavailableException e) {
        refuse(String.valueOf(e.getMessage()));
      } catch (IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        tooMuch = attempt > 0 && !(e instanceof ConnectException);
        wait("no answer: " + why, tooMuch, attempt);
      }
    }
  }

  /** What stands before the cluster says that it had none, or none in time. */
  private static boolean isNoAnswer(int status) {
    return status >= 502 && status <= 504;
  }

  /** One document at fault, or too many together: halves show which. */
  private void divide(BulkBody body, Reply reply) throws InterruptedException {
    if (body.documents() == 1) {
      trouble = null; // the cluster is there, and takes others
      body.source(0).refused(BulkReply.sentence(reply.status(), reply.error()));
      return;
    }
    deliverHalves(body);
  }

  private void deliverHalves(BulkBody body) throws InterruptedException {
    int half = body.documents() / 2;
    deliver(body.only(range(0, half)));
    deliver(body.only(range(half, body.documents())));
  }

  private static List<Integer> range(int from, int to) {
    return new ArrayList<>(IntStream.range(from, to).boxed().toList());
  }

  private void refuse(String sentence) throws InterruptedException {
    refused.increment();
    say("OpenSearch refuses: " + sentence + "; check searchSink.openSearch. Nothing is dropped");
    TimeUnit.MILLISECONDS.sleep(REFUSED_WAIT.toMillis());
  }

  private void wait(String sentence, boolean tooMuch, int attempt) throws InterruptedException {
    busy.increment();
    if (tooMuch) {
      pace.tooMuch();
    }
    say("OpenSearch does not take documents now: " + sentence);
    long most = Math.min(MAX_WAIT_MILLIS, MIN_WAIT_MILLIS << Math.min(attempt, 10));
    TimeUnit.MILLISECONDS.sleep(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
  }

  private void say(String sentence) {
    if (trouble == null) {
      log.warn("the search sink waits: {}", sentence);
    }
    trouble = sentence;
  }
}
