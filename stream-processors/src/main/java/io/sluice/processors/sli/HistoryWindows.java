package io.sluice.processors.sli;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.SloCounting;
import io.sluice.schemas.definitions.Slo;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a backfill. While it is read they are added up where the live ones are, marked in
 * the store as {@link Backfill#HISTORY}: changed, and not sent since. When all is read they are
 * sent, oldest first, with those between in which nothing happened.
 */
final class HistoryWindows {

  /**
   * What was sent.
   *
   * @param counting what is to be kept of the SLO
   * @param count how many windows that is, and was the work to find them
   */
  record Sent(SloCounting counting, int count) {}

  /** To find that there is no window costs so much less than to send one. */
  static final int LOOKS = 20;

  private static final AvroSerde<SliWindow> SERDE = AvroSerde.of(SliWindow.getClassSchema());

  private final SliConfig config;
  private final KeyValueStore<byte[], byte[]> windows;
  private final PendingWindows pending;
  private final SentRanges sent;
  private final Groups groups;
  private final Consumer<SliWindow> send;

  /**
   * @param pending windows that will be sent as live ones
   * @param send gets windows with what is to be told of them
   */
  HistoryWindows(
      SliConfig config,
      KeyValueStore<byte[], byte[]> windows,
      PendingWindows pending,
      SentRanges sent,
      Groups groups,
      Consumer<SliWindow> send) {
    this.config = config;
    this.windows = windows;
    this.pending = pending;
    this.sent = sent;
    this.groups = groups;
    this.send = send;
  }

  /** Whether windows of an SLO were sent. */
  boolean hasSent(String sloId) {
    return sent.get(sloId) != null;
  }

  /** An SLO is gone: its windows, which have another generation when it is back, too. */
  void forget(String sloId) {
    sent.withGroups(sloId).forEach(sent::remove);
  }

  /**
   * An SLO begins anew: its windows go by themselves, since they are of another generation. Those
   * of the new one follow the last that was sent, also while no event comes: one that is missing
   * would be late.
   */
  void beginAnew(String sloId) {
    for (String id : sent.withGroups(sloId)) {
      SentRange range = sent.get(id);
      if (range != null) {
        sent.put(id, new SentRange(range.untilNanos(), range.untilNanos()));
      }
    }
  }

  /** A window as it stands, unless it is of another generation. */
  @Nullable SliWindow get(byte[] key, long generation) {
    byte[] stored = windows.get(key);
    SliWindow window = stored == null ? null : SERDE.decode(stored);
    return window == null || window.getGeneration() != generation ? null : window;
  }

  /** Adds what was read. */
  void add(SliWindow part, long generation) {
    byte[] key = WindowSum.key(part.getStartTimeUnixNano(), part.getSloId());
    SliWindow before = get(key, generation);
    SliWindow.Builder sum =
        before == null
            ? SliWindow.newBuilder(part).setGeneration(generation).setRevision(firstRevision(part))
            : WindowSum.of(before, part);
    if (before != null && before.getBackfill() == Backfill.NONE && !pending.has(key)) {
      sum.setRevision(before.getRevision() + 1);
    }
    if (!pending.has(key)) {
      sum.setBackfill(Backfill.HISTORY);
    }
    if (sum.getRevision() > 0) {
      sum.setLateCount(sum.getLateCount() + part.getTotal());
    }
    windows.put(key, SERDE.encode(sum.build()));
  }

  /** 1 where a window without events was sent. */
  private int firstRevision(SliWindow part) {
    return sent.has(part.getSloId(), part.getStartTimeUnixNano()) ? 1 : 0;
  }

  /**
   * Whether all windows of an SLO whose history is read can be sent, up to where they join what is
   * sent live.
   *
   * @param overNanos windows that end until then are over
   */
  boolean areOver(Slo slo, SloCounting counting, long overNanos) {
    return untilNanos(slo, counting, overNanos) <= overNanos;
  }

  private long untilNanos(Slo slo, SloCounting counting, long overNanos) {
    if (slo.groupBy() != null || counting.getUntilUnixNano() == 0) {
      return counting.getUntilUnixNano();
    }
    SentRange live = sent.get(slo.id());
    long over = overNanos - Math.floorMod(overNanos, config.window(slo).toNanos());
    return Math.max(counting.getUntilUnixNano(), live == null ? over : live.fromNanos());
  }

  /**
   * Sends the next windows of an SLO whose history is read. The last of them joins what is sent
   * live. Of a group only those with events: it need not have been there at the time.
   *
   * @param completeSinceNanos windows that begin earlier may lack events
   * @param overNanos windows that end until then are over
   * @param most how many to send at most, or a few more
   */
  Sent send(Slo slo, SloCounting counting, long completeSinceNanos, long overNanos, int most) {
    if (counting.getUntilUnixNano() == 0) { // nothing happened
      return new Sent(SloCounting.newBuilder(counting).setBackfill(Backfill.NONE).build(), 0);
    }
    boolean grouped = slo.groupBy() != null;
    List<String> ids = grouped ? groups.of(slo.id()) : List.of(slo.id());
    long length = config.window(slo).toNanos();
    long next = Math.max(counting.getFromUnixNano(), counting.getNextUnixNano());
    long until = untilNanos(slo, counting, overNanos);
    int count = 0;
    int looks = 0; // where groups are many and quiet, nearly all of the work
    while (next < until && next + length <= overNanos && count + looks / LOOKS < most) {
      looks += ids.size();
      for (String id : ids) {
        SliWindow window = take(id, next, counting.getGeneration(), completeSinceNanos);
        if (window == null && !grouped) {
          window = empty(id, next, length, counting.getGeneration(), completeSinceNanos);
        }
        if (window != null) {
          send(slo, window);
          count++;
        }
      }
      next += length;
    }
    boolean last = next >= until;
    if (last) {
      for (String id : ids) {
        join(id, grouped ? next : counting.getFromUnixNano(), next);
      }
    }
    return new Sent(
        SloCounting.newBuilder(counting)
            .setNextUnixNano(next)
            .setBackfill(last ? Backfill.NONE : Backfill.SENDING)
            .build(),
        count + looks / LOOKS);
  }

  /**
   * A window of the history that is to be sent, and is taken for sent; null where there is none.
   */
  private @Nullable SliWindow take(
      String id, long startNanos, long generation, long completeSinceNanos) {
    byte[] key = WindowSum.key(startNanos, id);
    SliWindow window = get(key, generation);
    if (window == null || window.getBackfill() != Backfill.HISTORY) {
      return null;
    }
    SliWindow told =
        SliWindow.newBuilder(window)
            .setBackfill(Backfill.NONE)
            .setComplete(startNanos >= completeSinceNanos)
            .build();
    windows.put(key, SERDE.encode(told));
    return told;
  }

  /** One in which nothing happened, unless it is known by itself or was sent. */
  private @Nullable SliWindow empty(
      String id, long startNanos, long lengthNanos, long generation, long completeSinceNanos) {
    return sent.has(id, startNanos) || get(WindowSum.key(startNanos, id), generation) != null
        ? null
        : SliWindow.newBuilder(WindowStep.empty(id, startNanos, lengthNanos))
            .setComplete(startNanos >= completeSinceNanos)
            .build();
  }

  private void join(String id, long fromNanos, long untilNanos) {
    SentRange live = sent.get(id);
    sent.put(
        id,
        live == null
            ? new SentRange(fromNanos, untilNanos)
            : new SentRange(
                Math.min(fromNanos, live.fromNanos()), Math.max(untilNanos, live.untilNanos())));
  }

  private void send(Slo slo, SliWindow window) {
    send.accept(
        SliWindow.newBuilder(window)
            .setGood(slo.budgeting().good(window.getGood(), window.getTotal()))
            .setTotal(slo.budgeting().total(window.getTotal()))
            .setContributors(Contributors.named(window.getContributors()))
            .setBackfill(Backfill.HISTORY)
            .build());
  }
}
