package io.sluice.alerts.notify;

import io.sluice.schemas.Alert;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One Alertmanager, which is told again and again what is so: as it holds nothing for longer than
 * it hears of it, neither a restart of it nor one of this process loses an alert. For the
 * notifier's thread alone.
 */
final class Alertmanager {

  /** It takes an alert for over that it has not heard of for so many intervals. */
  private static final int INTERVALS = 4;

  private final String name;
  private final URI address;
  private final Transport transport;
  private final Backoff backoff;
  private final Duration resendInterval;
  private final NotifierMeters meters;
  private final Clock clock;

  /** In one request: ten thousand at once would be some 20 MB, which an Alertmanager may refuse. */
  static final int MAX_IN_REQUEST = 500;

  /** And never sooner than this: a try may take seconds, and the next one waits a minute. */
  private static final Duration SHORTEST_HOLD = Duration.ofMinutes(4);

  /**
   * What is still to be told of what is so, and halves of what was refused: one alert is at fault.
   */
  private final Deque<List<OpenAlerts.Entry>> parts = new ArrayDeque<>();

  /** Keys of refused transitions that there is a dead letter for. */
  private final Set<String> refusedKeys = new HashSet<>();

  private List<OpenAlerts.Entry> underWayAlerts = List.of();
  private @Nullable CompletableFuture<Reply> underWay;
  private final Wait untilNext;
  private int failures;

  Alertmanager(String name, URI base, Duration resendInterval, WebhookQueue.Parts notifier) {
    this.name = name;
    this.address = URI.create(base.toString().replaceFirst("/+$", "") + "/api/v2/alerts");
    this.resendInterval = resendInterval;
    this.transport = notifier.transport();
    this.backoff = notifier.backoff();
    this.meters = notifier.meters();
    this.clock = notifier.clock();
    this.untilNext = new Wait(notifier.ticks());
  }

  /** Something changed: tell it at once, unless it is failing anyway. */
  void changed() {
    if (failures == 0) {
      untilNext.end();
    }
  }

  /** Another instance tells of some alerts from now on: what was to be told is told afresh. */
  void drop() {
    parts.clear();
    underWay = null;
    changed();
  }

  /** Goes on as far as it can without waiting. */
  void work(OpenAlerts alerts, Consumer<Refusal> refused) {
    CompletableFuture<Reply> current = underWay;
    if (current != null && current.isDone()) {
      underWay = null;
      take(current.join(), refused);
    }
    if (underWay != null) {
      return;
    }
    List<OpenAlerts.Entry> part = parts.poll();
    if (part != null) {
      send(part);
      return;
    }
    if (!untilNext.isOver()) {
      return;
    }
    List<OpenAlerts.Entry> now = alerts.current(clock.instant());
    if (!now.isEmpty()) {
      // What changes from now on ends it.
      untilNext.begin(resendInterval.toMillis());
      for (int from = 0; from < now.size(); from += MAX_IN_REQUEST) {
        parts.add(now.subList(from, Math.min(now.size(), from + MAX_IN_REQUEST)));
      }
      send(parts.remove());
    }
  }

  private void send(List<OpenAlerts.Entry> entries) {
    underWayAlerts = entries;
    List<Alert> alerts = entries.stream().map(OpenAlerts.Entry::alert).toList();
    Duration hold = resendInterval.multipliedBy(INTERVALS);
    byte[] body =
        Messages.forAlertmanager(
            alerts, clock.instant().plus(hold.compareTo(SHORTEST_HOLD) < 0 ? SHORTEST_HOLD : hold));
    underWay = transport.post(address, Map.of(), body);
  }

  private void take(Reply reply, Consumer<Refusal> refused) {
    switch (reply.outcome()) {
      case ACCEPTED -> {
        failures = 0;
        meters.accepted(name);
      }
      case FAILED -> {
        failures++;
        untilNext.begin(backoff.millis(failures));
        parts.clear();
        meters.failed(name, reply, failures);
      }
      case REFUSED -> {
        failures = 0;
        if (underWayAlerts.size() > 1) {
          int half = underWayAlerts.size() / 2;
          parts.addFirst(underWayAlerts.subList(half, underWayAlerts.size()));
          parts.addFirst(underWayAlerts.subList(0, half));
        } else {
          refused(underWayAlerts.get(0), reply, refused);
        }
      }
    }
  }

  /** One dead letter for a transition, however often it is tried again. */
  private void refused(OpenAlerts.Entry entry, Reply reply, Consumer<Refusal> refused) {
    meters.refused(name);
    if (refusedKeys.size() > 10_000) {
      refusedKeys.clear();
    }
    if (refusedKeys.add(Messages.key(entry.alert()))) {
      refused.accept(new Refusal(name, entry.record(), reply));
    }
  }
}
