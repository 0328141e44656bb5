package io.sluice.sinks.prometheus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.stage.DeadLetterWriter;
import io.sluice.schemas.stage.StageMeters;
import io.sluice.sinks.prometheus.RemoteWriteClient.Answer;
import io.sluice.sinks.prometheus.RemoteWriteClient.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings points to the receiver, whatever it answers: what it cannot take now is sent again until
 * it can, and of what it never will take, the record at fault alone becomes a dead letter. Safe for
 * several threads.
 */
final class RemoteDelivery {

  private static final Logger log = LoggerFactory.getLogger(RemoteDelivery.class);
  private static final long MIN_WAIT_MILLIS = 50;
  private static final long MAX_WAIT_MILLIS = 5_000;

  /** What Prometheus takes of a series that has nothing newer, behind its newest sample. */
  private static final Duration TAKEN_IN_ORDER = Duration.ofHours(1);

  private static final Duration REFUSED_WAIT = Duration.ofSeconds(10);

  private final RemoteWriteClient client;
  private final StageMeters meters;
  private final DeadLetterWriter deadLetters;
  private final Clock clock;
  private final ReceiverClock receiverClock;
  private final Map<Verdict, Counter> requests = new EnumMap<>(Verdict.class);
  private final Counter leftOut;
  private final Counter older;
  private volatile @Nullable String trouble;

  RemoteDelivery(
      RemoteWriteConfig config,
      MeterRegistry registry,
      StageMeters meters,
      DeadLetterWriter deadLetters,
      Clock clock,
      ReceiverClock receiverClock) {
    this.client = new RemoteWriteClient(config, receiverClock);
    this.meters = meters;
    this.deadLetters = deadLetters;
    this.clock = clock;
    this.receiverClock = receiverClock;
    for (Verdict verdict : Verdict.values()) {
      String label = verdict.name().toLowerCase(Locale.ROOT);
      requests.put(verdict, registry.counter("sluice.remote.write.requests", "answer", label));
    }
    leftOut = skipped(registry, "relabelled");
    older = skipped(registry, "older");
  }

  private static Counter skipped(MeterRegistry registry, String reason) {
    return registry.counter("sluice.remote.write.skipped", "reason", reason);
  }

  /** A rule left a point out. */
  void leftOut() {
    leftOut.increment();
  }

  /** A point was not newer than what was written of its series: its value goes with a later one. */
  void older() {
    older.increment();
  }

  /** What keeps points from being taken now; null when nothing does. */
  @Nullable String trouble() {
    return trouble;
  }

  /** Nothing is to be delivered any more: who has the points now says what keeps them. */
  void abandoned() {
    trouble = null;
  }

  /**
   * Returns once the receiver has said what time it is, or takes requests without saying it.
   *
   * @throws InterruptedException when nobody waits for it any more
   */
  @Nullable Void askTime() throws InterruptedException {
    byte[] nothing = RemoteWriteClient.body(new Slice(new byte[0], 0, 0));
    for (int attempt = 0; !receiverClock.isTold(); attempt++) {
      Answer answer = post(nothing);
      if (receiverClock.isTold() || isLast(answer, attempt)) {
        trouble = null;
        break;
      }
    }
    return null;
  }

  /**
   * Returns when all points are written or in dead letters.
   *
   * @throws InterruptedException when nobody waits for it any more
   */
  @Nullable Void deliver(RemoteRequest request) throws InterruptedException {
    deliver(request, 0, request.size());
    return null;
  }

  private void deliver(RemoteRequest request, int from, int to) throws InterruptedException {
    Answer answer = answer(request, from, to);
    if (answer.verdict() == Verdict.ACCEPTED) {
      measure(request, from, to);
    } else {
      divide(request, from, to, answer);
    }
  }

  /** The receiver's last word on a run of points: they are accepted, or invalid. */
  private Answer answer(RemoteRequest request, int from, int to) throws InterruptedException {
    byte[] body = RemoteWriteClient.body(request.message(from, to));
    for (int attempt = 0; ; attempt++) {
      Answer answer = post(body);
      if (isLast(answer, attempt)) {
        trouble = null;
        return answer;
      }
    }
  }

  private Answer post(byte[] body) throws InterruptedException {
    Answer answer = client.post(body);
    Counter counter = requests.get(answer.verdict());
    if (counter != null) {
      counter.increment();
    }
    return answer;
  }

  /** Whether the receiver has no other answer to the same request; else waits for another try. */
  private boolean isLast(Answer answer, int attempt) throws InterruptedException {
    switch (answer.verdict()) {
      case ACCEPTED, INVALID -> {
        return true;
      }
      case REFUSED -> {
        say(
            "the receiver refuses: "
                + answer.sentence()
                + "; check remoteWrite. Nothing is dropped");
        TimeUnit.MILLISECONDS.sleep(REFUSED_WAIT.toMillis());
      }
      case BUSY -> {
        say("the receiver does not take series now: " + answer.sentence());
        TimeUnit.MILLISECONDS.sleep(waitMillis(answer, attempt));
      }
    }
    return false;
  }

  /** Points that are written again are not counted. */
  private void measure(RemoteRequest request, int from, int to) {
    long came = 0;
    ConsumerRecord<byte[], byte[]> newest = null;
    for (int i = from; i < to; i++) {
      ConsumerRecord<byte[], byte[]> source = request.source(i);
      if (source != null) {
        came++;
        newest = source;
      }
    }
    if (newest != null) {
      meters.out(came);
      meters.eventDelay(age(newest));
    }
  }

  /**
   * One sample at fault costs the whole request: halves show which. After a long outage all may be
   * too old, and points would come faster than halves are answered: so the newest is asked for
   * first.
   */
  private void divide(RemoteRequest request, int from, int to, Answer answer)
      throws InterruptedException {
    if (to - from == 1) {
      refused(request, from, answer);
      return;
    }
    int newest = request.newest(from, to);
    if (isAboutAge(answer, request.millis(newest))) {
      Answer alone = answer(request, newest, newest + 1);
      if (isAboutAge(alone, request.millis(newest))) {
        for (int i = from; i < to; i++) {
          refused(request, i, alone);
        }
        return;
      }
    }
    int half = (from + to) >>> 1;
    deliver(request, from, half);
    deliver(request, half, to);
  }

  /**
   * Whether the receiver says that a time is before any that it takes, of whatever series.
   * Prometheus says the same of one that is too far in the future, and more. Where it takes samples
   * out of order it has another sentence, also for one that is behind its own series alone: but
   * what is older than an hour would be taken of no series.
   */
  private boolean isAboutAge(Answer answer, long millis) {
    if (answer.verdict() != Verdict.INVALID || millis > receiverClock.latestMillis()) {
      return false;
    }
    String sentence = answer.sentence();
    boolean bounds = sentence.contains("out of bounds") && !sentence.contains("future");
    boolean tooOld = sentence.contains(RemoteWriteClient.TOO_OLD);
    return bounds || (tooOld && millis < receiverClock.millis() - TAKEN_IN_ORDER.toMillis());
  }

  private void refused(RemoteRequest request, int point, Answer answer) {
    request.series(point).refuse(receiverClock.latestMillis());
    ConsumerRecord<byte[], byte[]> source = request.source(point);
    if (source != null) { // else it came before, and was taken or is a dead letter
      meters.dead(Reason.REJECTED, 1);
      deadLetters.write(source, Reason.REJECTED, "the receiver answered " + answer.sentence());
    }
  }

  private Duration age(ConsumerRecord<byte[], byte[]> source) {
    return Duration.ofMillis(Math.max(0, clock.millis() - source.timestamp()));
  }

  private void say(String sentence) {
    if (Thread.currentThread().isInterrupted()) {
      return; // abandoned
    }
    if (trouble == null) {
      log.warn("remote write waits: {}", sentence);
    }
    trouble = sentence;
  }

  private static long waitMillis(Answer answer, int attempt) {
    Duration asked = answer.retryAfter();
    if (asked != null) {
      return Math.max(MIN_WAIT_MILLIS, asked.toMillis());
    }
    long most = Math.min(MAX_WAIT_MILLIS, MIN_WAIT_MILLIS << Math.min(attempt, 10));
    return most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
  }
}
