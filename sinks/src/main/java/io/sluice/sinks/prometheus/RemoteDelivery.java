package io.sluice.sinks.prometheus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.Reason;
import io.sluice.schemas.stage.DeadLetterWriter;
import io.sluice.schemas.stage.StageMeters;
import io.sluice.sinks.prometheus.RemoteWriteClient.Answer;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
  private static final Duration REFUSED_WAIT = Duration.ofSeconds(10);
  private static final Duration METADATA_EVERY = Duration.ofMinutes(5);

  private final RemoteWriteConfig config;
  private final RemoteWriteClient client;
  private final StageMeters meters;
  private final DeadLetterWriter deadLetters;
  private final Clock clock;
  private final Map<RemoteWriteClient.Verdict, Counter> requests =
      new EnumMap<>(RemoteWriteClient.Verdict.class);
  private final Counter leftOut;
  private final Counter older;
  private final Set<String> described = ConcurrentHashMap.newKeySet();
  private volatile long describedSinceMillis;
  private volatile @Nullable String trouble;

  RemoteDelivery(
      RemoteWriteConfig config,
      MeterRegistry registry,
      StageMeters meters,
      DeadLetterWriter deadLetters,
      Clock clock) {
    this.config = config;
    this.client = new RemoteWriteClient(config);
    this.meters = meters;
    this.deadLetters = deadLetters;
    this.clock = clock;
    for (RemoteWriteClient.Verdict verdict : RemoteWriteClient.Verdict.values()) {
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

  /** A point was not newer than what was written of its series. */
  void older() {
    older.increment();
  }

  /** What keeps points from being taken now; null when nothing does. */
  @Nullable String trouble() {
    return trouble;
  }

  /**
   * Returns when all points are written or in dead letters.
   *
   * @throws InterruptedException when nobody waits for it any more
   */
  @Nullable Void deliver(List<RemotePoint> points) throws InterruptedException {
    byte[] request = request(points);
    for (int attempt = 0; ; attempt++) {
      Answer answer = client.post(request);
      count(answer);
      switch (answer.verdict()) {
        case ACCEPTED -> {
          trouble = null;
          meters.out(points.size());
          meters.eventDelay(age(points.get(points.size() - 1)));
          return null;
        }
        case INVALID -> {
          trouble = null;
          divide(points, answer);
          return null;
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
    }
  }

  private void count(Answer answer) {
    Counter counter = requests.get(answer.verdict());
    if (counter != null) {
      counter.increment();
    }
  }

  /** One sample at fault costs the whole request: halves show which. */
  private void divide(List<RemotePoint> points, Answer answer) throws InterruptedException {
    if (points.size() > 1) {
      int half = points.size() / 2;
      deliver(points.subList(0, half));
      deliver(points.subList(half, points.size()));
      return;
    }
    meters.dead(Reason.REJECTED, 1);
    deadLetters.write(
        points.get(0).source(), Reason.REJECTED, "the receiver answered " + answer.sentence());
  }

  private byte[] request(List<RemotePoint> points) {
    long now = clock.millis();
    if (now - describedSinceMillis > METADATA_EVERY.toMillis()) {
      describedSinceMillis = now;
      described.clear();
    }
    WriteRequest request = new WriteRequest(config.histograms());
    for (RemotePoint point : points) {
      request.add(point);
      if (described.add(point.shown().series().shownName())) {
        request.addMetadata(point.shown().series());
      }
    }
    return request.toBytes();
  }

  private Duration age(RemotePoint point) {
    return Duration.ofMillis(Math.max(0, clock.millis() - point.source().timestamp()));
  }

  private void say(String sentence) {
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
