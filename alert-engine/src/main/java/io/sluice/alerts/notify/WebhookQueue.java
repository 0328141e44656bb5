package io.sluice.alerts.notify;

import io.sluice.schemas.Alert;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The transitions that one webhook has still to be told, in their order, one under way at a time.
 * For the notifier's thread alone.
 */
final class WebhookQueue {

  /** Names the transition to a receiver that keeps what it has seen. */
  static final String KEY_HEADER = "Idempotency-Key";

  /** Deliveries that may wait for a receiver that fails: reading goes on, for the others. */
  static final int MAX_WAITING = 10_000;

  private final String name;
  private final URI address;
  private final @Nullable Signature signature;
  private final Transport transport;
  private final Backoff backoff;
  private final Duration giveUpAfter;
  private final NotifierMeters meters;
  private final Clock clock;
  private final LongSupplier ticks;
  private final Deque<Delivery> waiting = new ArrayDeque<>();
  private @Nullable CompletableFuture<Reply> underWay;

  /** Tries of the first one that failed in a row. */
  private int failures;

  private long firstTryMillis;
  private final Wait untilNextTry;

  /**
   * Everything of the notifier that a queue needs.
   *
   * @param clock the time of day, for what is told
   * @param ticks milliseconds on a clock that nobody can set, for what is waited for
   */
  record Parts(
      Transport transport,
      Backoff backoff,
      Duration giveUpAfter,
      NotifierMeters meters,
      Clock clock,
      LongSupplier ticks) {}

  WebhookQueue(String name, URI address, @Nullable Signature signature, Parts parts) {
    this.name = name;
    this.address = address;
    this.signature = signature;
    this.transport = parts.transport();
    this.backoff = parts.backoff();
    this.giveUpAfter = parts.giveUpAfter();
    this.meters = parts.meters();
    this.clock = parts.clock();
    this.ticks = parts.ticks();
    this.untilNextTry = new Wait(ticks);
  }

  void add(Delivery delivery) {
    waiting.add(delivery);
  }

  int size() {
    return waiting.size();
  }

  /**
   * Forgets what is of partitions that another instance has now: it begins where this one ended.
   */
  void drop(TopicPartition partition) {
    Delivery first = waiting.peek();
    if (first != null && first.partition().equals(partition)) {
      underWay = null;
      failures = 0;
    }
    waiting.removeIf(delivery -> delivery.partition().equals(partition));
  }

  /**
   * Goes on as far as it can without waiting.
   *
   * @param refused told of what the receiver will never take
   */
  void work(Consumer<Refusal> refused) {
    settle(refused);
    while (waiting.size() > MAX_WAITING && failures > 0 && underWay == null) {
      giveUp(new Reply(Reply.Outcome.FAILED, MAX_WAITING + " newer ones wait"), refused);
      firstTryMillis = ticks.getAsLong();
    }
    Delivery first = waiting.peek();
    if (first != null && underWay == null && untilNextTry.isOver()) {
      if (failures == 0) {
        firstTryMillis = ticks.getAsLong();
      }
      underWay = send(first.alert());
    }
  }

  /**
   * Takes the answer, if there is one, and sends nothing more.
   *
   * @return whether an answer is still to come
   */
  boolean settle(Consumer<Refusal> refused) {
    CompletableFuture<Reply> current = underWay;
    if (current != null && current.isDone()) {
      underWay = null;
      take(current.join(), refused);
    }
    return underWay != null;
  }

  private CompletableFuture<Reply> send(Alert alert) {
    byte[] body = Messages.forWebhook(alert);
    Map<String, String> headers = new HashMap<>();
    headers.put(KEY_HEADER, Messages.key(alert));
    if (signature != null) {
      headers.putAll(signature.headers(body, clock.instant().getEpochSecond()));
    }
    return transport.post(address, headers, body);
  }

  private void take(Reply reply, Consumer<Refusal> refused) {
    Delivery first = waiting.element();
    boolean tooLong = ticks.getAsLong() - firstTryMillis >= giveUpAfter.toMillis();
    if (reply.outcome() == Reply.Outcome.FAILED && !tooLong) {
      failures++;
      untilNextTry.begin(backoff.millis(failures));
      meters.failed(name, reply, failures);
      return;
    }
    failures = 0;
    untilNextTry.end();
    if (reply.outcome() == Reply.Outcome.ACCEPTED) {
      waiting.remove();
      meters.accepted(name, first.alert());
      first.done().run();
    } else {
      giveUp(reply, refused);
    }
  }

  private void giveUp(Reply reply, Consumer<Refusal> refused) {
    Delivery first = waiting.remove();
    meters.refused(name);
    refused.accept(new Refusal(name, first.record(), reply));
    first.done().run();
  }
}
