package io.sluice.processors.sli;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.Budgeting;
import io.sluice.schemas.definitions.BurnRatePolicy;
import io.sluice.schemas.definitions.EventSignal;
import io.sluice.schemas.definitions.Slo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Second step: the owner of an SLO adds the partial counts up and sends each window when it is
 * over.
 *
 * <p>A window is over when the newest partial count that came arrived later than the window's end
 * and the grace: a replay closes windows just as the first run did. Without input for a while
 * {@linkplain ArrivalTime time goes on by itself}, so that the last window before a silence closes
 * too.
 *
 * <p>From its first event on an SLO gets every window, also those without events, so that whoever
 * reads them can tell "nothing happened" from "not known yet". While events are bad, those that are
 * not over are told of as well: see {@link OpenWindows}.
 */
final class WindowStep implements Step {

  private static final AvroSerde<SliWindow> SERDE = AvroSerde.of(SliWindow.getClassSchema());
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration IDLE = Duration.ofSeconds(2);

  /** How often at most windows are told of that are not over: as often as Streams commits. */
  private static final Duration OPEN_INTERVAL = Duration.ofMillis(100);

  /** And how long each such window has the next ones wait: at most 2,000 of them a second. */
  private static final Duration OPEN_PAUSE = Duration.ofNanos(500_000);

  /**
   * For a window without events time goes on by itself later: services hold events back, by default
   * for five seconds, to send them together.
   */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private static final Duration PURGE_INTERVAL = Duration.ofMinutes(1);

  /**
   * Windows without events that one transaction sends at most, and is the work to look for them:
   * after a long stop there are many.
   */
  private static final int MAX_EMPTY = 10_000;

  /**
   * As much longer windows are kept while there is a backfill: as old as what it reads may be, and
   * as long again. One that takes longer finds nothing in Kafka any more.
   */
  private static final Duration HISTORY_KEPT =
      Events.topics().stream()
          .map(Topic::retention)
          .max(Duration::compareTo)
          .orElseThrow()
          .multipliedBy(2);

  /** Old windows that one transaction forgets at most: after a backfill there are many. */
  private static final int MAX_PURGED = 100_000;

  private final SliConfig config;
  private final CurrentSlos slos;
  private final Stage stage;
  private final BackfillMeters backfillMeters;
  private final Upstream upstream;
  private final LongSupplier nanoTime;
  private final Counter onTime;
  private final Counter late;
  private final Counter beyondLimit;
  private final ArrivalTime time = new ArrivalTime();
  private final OpenWindows open = new OpenWindows(this::burnsFrom);
  private long sentTick;
  private long nextOpenTick;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> windows;

  @SuppressWarnings("NullAway.Init")
  private PendingWindows pending;

  @SuppressWarnings("NullAway.Init")
  private SentRanges sent;

  @SuppressWarnings("NullAway.Init")
  private Groups groups;

  @SuppressWarnings("NullAway.Init")
  private HistoryWindows history;

  @SuppressWarnings("NullAway.Init")
  private Backfills backfills;

  WindowStep(
      SliConfig config,
      Stage stage,
      CurrentSlos slos,
      BackfillMeters backfillMeters,
      Upstream upstream) {
    this.config = config;
    this.slos = slos;
    this.stage = stage;
    this.backfillMeters = backfillMeters;
    this.upstream = upstream;
    this.nanoTime = stage.nanoTime();
    this.onTime = SliTopology.events(stage, "on_time");
    this.late = SliTopology.events(stage, "late");
    this.beyondLimit = stage.meters().counter("sluice.sli.groups.overflowed");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    windows = context.store(SliTopology.WINDOWS);
    // Streams sets a revived task's step up again; only the stores tell what was committed.
    pending = new PendingWindows(context.store(SliTopology.PENDING), config.bucket());
    sent = new SentRanges(context.store(SliTopology.SENT));
    groups = StoredGroups.in(context.store(SliTopology.GROUPS));
    open.clear();
    sentTick = nanoTime.getAsLong();
    nextOpenTick = sentTick;
    time.begin(context.clock().millis() * 1_000_000, sentTick);
    close(); // what a revived task has begun is begun anew
    history = new HistoryWindows(config, windows, pending, sent, groups, this::sendHistory);
    backfills = new Backfills(config, stage, slos, backfillMeters, context, history, this::placed);
    context.every(TICK, this::sendWhatIsOver);
    context.every(OPEN_INTERVAL, this::sendOpen);
    context.every(PURGE_INTERVAL, this::purge);
  }

  @Override
  public void process(InputRecord input) {
    SliWindow partial = SERDE.decode(input.value());
    long tick = nanoTime.getAsLong();
    time.arrived(input.timestampMillis() * 1_000_000, tick);
    setRight(partial.getSloId());
    backfills.define();
    if (!backfills.has(partial.getSloId(), CountSource.parse(input.header(CountSource.HEADER)))) {
      add(placed(partial));
    }
    if (tick - sentTick >= TICK.toNanos()) {
      sendWhatIsOver(); // Streams calls back by the wall clock: not for an hour when it is set back
    }
    sendOpen();
  }

  /** A slice is judged when it is over, and without an alert nobody is in a hurry. */
  private boolean isToldOpen(SliWindow window) {
    Slo slo = slos.index().get(window.getSloId());
    return slo != null && slo.budgeting().slice().isZero() && !slo.policies().isEmpty();
  }

  /**
   * The share of bad events that makes the most patient alert of an SLO due. Windows with less can
   * make none due that the windows before have not, and most SLOs have some bad events at all
   * times: to tell of each would cost more than all else.
   */
  private double burnsFrom(String sloId) {
    Slo slo = slos.index().get(sloId);
    return slo == null
        ? 0
        : (1 - slo.objective())
            * slo.policies().stream().mapToDouble(BurnRatePolicy::threshold).min().orElse(0);
  }

  private void sendOpen() {
    if (open.isBurning() && nanoTime.getAsLong() - nextOpenTick >= 0) {
      List<SliWindow> burning = open.take(time.newest());
      Duration pause = OPEN_PAUSE.multipliedBy(burning.size());
      nextOpenTick = nanoTime.getAsLong() + Math.max(OPEN_INTERVAL.toNanos(), pause.toNanos());
      for (SliWindow window : burning) {
        if (window.getGeneration() == backfills.generation(window.getSloId())) {
          send(
              SliWindow.newBuilder(window)
                  .setContributors(Contributors.named(window.getContributors()))
                  .build());
        }
      }
    }
  }

  /** A group's events with the group that counts them. */
  private SliWindow placed(SliWindow partial) {
    Slo whole = slos.index().wholeOf(partial.getSloId());
    if (whole == null) {
      return partial;
    }
    long end = partial.getStartTimeUnixNano() + partial.getLengthNanos();
    long seen = Math.max(end, time.newest());
    String id = groups.place(whole, partial.getSloId(), seen, time.newest());
    if (id.equals(partial.getSloId())) {
      return partial;
    }
    beyondLimit.increment((double) partial.getTotal());
    return SliWindow.newBuilder(partial).setSloId(id).build();
  }

  private void add(SliWindow partial) {
    byte[] key = WindowSum.key(partial.getStartTimeUnixNano(), partial.getSloId());
    long generation = backfills.generation(partial.getSloId());
    SliWindow before = history.get(key, generation);
    if (before != null && before.getBackfill() == Backfill.HISTORY && !pending.has(key)) {
      history.add(partial, generation); // half of it is not read yet: it is sent with the rest
      (before.getRevision() == 0 ? onTime : late).increment((double) partial.getTotal());
      return;
    }
    SliWindow merged =
        before == null
            ? first(SliWindow.newBuilder(partial).setGeneration(generation).build())
            : merge(before, partial, pending.has(key));
    windows.put(key, SERDE.encode(merged));
    long end = merged.getStartTimeUnixNano() + merged.getLengthNanos();
    pending.put(key, end);
    (merged.getRevision() == 0 ? onTime : late).increment((double) partial.getTotal());
    if (merged.getRevision() == 0 && isToldOpen(merged)) {
      open.put(key, merged);
    }
  }

  /** What is made of events in turn, as traces and series are, says nothing of the time. */
  private void setRight(String sloId) {
    Slo slo = slos.index().get(sloId);
    if (slo != null && isOneByOne(slo.signal())) {
      upstream.knownTick(slo).ifPresent(time::allCameUntil);
    }
  }

  private static boolean isOneByOne(EventSignal signal) {
    return signal == EventSignal.SPANS || signal == EventSignal.LOGS;
  }

  /** The first events of a window, which was sent already when it had none. */
  private SliWindow first(SliWindow partial) {
    long start = partial.getStartTimeUnixNano();
    if (!sent.has(partial.getSloId(), start) && !backfills.hasSent(partial.getSloId(), start)) {
      return partial;
    }
    return SliWindow.newBuilder(partial).setRevision(1).setLateCount(partial.getTotal()).build();
  }

  /** A window that was sent already gets the next revision; one that waits keeps its own. */
  private static SliWindow merge(SliWindow window, SliWindow partial, boolean waits) {
    int revision = waits ? window.getRevision() : window.getRevision() + 1;
    return WindowSum.of(window, partial)
        .setRevision(revision)
        .setLateCount(window.getLateCount() + (revision > 0 ? partial.getTotal() : 0))
        .setBackfill(Backfill.NONE)
        .build();
  }

  private void sendWhatIsOver() {
    sentTick = nanoTime.getAsLong();
    pending.send(time.now(sentTick, IDLE) - config.grace().toNanos(), this::sendChanged);
    upstream.look(slos.index());
    sendKnown();
    backfills.goOn(this::knownNanos);
  }

  /** Windows that end until then are over, if nothing is on its way. */
  private long overNanos() {
    return time.now(sentTick, SILENCE) - config.grace().toNanos();
  }

  /**
   * Windows of an SLO that end until then are over, and had no event if none has come; 0 while
   * nobody knows whether one is still on its way.
   */
  private long knownNanos(Slo slo) {
    OptionalLong known = upstream.knownTick(slo);
    return known.isEmpty()
        ? 0
        : Math.min(overNanos(), time.at(known.getAsLong()) - config.grace().toNanos());
  }

  /** One that waits for its SLO goes when it is too old to be kept. */
  private boolean sendChanged(byte[] key, long endNanos) {
    byte[] value = windows.get(key);
    if (value != null && !sendChanged(SERDE.decode(value), endNanos)) {
      return false;
    }
    open.remove(key);
    return true;
  }

  /**
   * False when it has to wait: no set of SLOs could be used yet, or it is a slice, and what makes
   * it good nobody knows until its SLO is back.
   */
  private boolean sendChanged(SliWindow window, long endNanos) {
    if (window.getGeneration() != backfills.generation(window.getSloId())) {
      return true; // of a definition that holds no more
    }
    Slo slo = slos.index().get(window.getSloId());
    boolean slice = window.getLengthNanos() != config.bucket().toNanos();
    if (slo == null && (slice || !slos.areUsable())) {
      return false;
    }
    Budgeting budgeting = slo == null ? Budgeting.OCCURRENCES : slo.budgeting();
    sendCounted(window, budgeting, slo == null ? 0 : knownNanos(slo));
    if (sent.get(window.getSloId()) == null) {
      sent.put(window.getSloId(), new SentRange(window.getStartTimeUnixNano(), endNanos));
    }
    return true;
  }

  private void sendCounted(SliWindow window, Budgeting budgeting, long knownNanos) {
    send(
        SliWindow.newBuilder(window)
            .setGood(budgeting.good(window.getGood(), window.getTotal()))
            .setTotal(budgeting.total(window.getTotal()))
            .setContributors(Contributors.named(window.getContributors()))
            .setKnownUntilUnixNano(knownNanos)
            .build());
  }

  /**
   * Sends what has become known of the SLOs that still hold: the windows in which nothing happened,
   * and the newest one with events once more, of which it is known only now that it has them all.
   */
  private void sendKnown() {
    if (!slos.areUsable()) {
      return;
    }
    int left = MAX_EMPTY * HistoryWindows.LOOKS;
    for (Map.Entry<String, SentRange> each : sent.all().entrySet()) {
      Slo slo = slos.index().get(each.getKey());
      // After a stop for days, older ones are of no use, and no event comes for them.
      long oldest = overNanos() - 2 * config.maxLateness().toNanos();
      if (slo != null && (slo.group() == null || groups.has(slo))) { // else: until its next event
        left -= sendKnown(slo, each.getValue(), oldest, left);
      } else if (each.getValue().untilNanos() < oldest) {
        sent.remove(each.getKey()); // until then it may come back, and so may late events
      }
    }
  }

  /**
   * @param left how much work there may be at most
   * @return how much it was: one to look for a window, {@link HistoryWindows#LOOKS} to send it
   */
  private int sendKnown(Slo slo, SentRange range, long oldestNanos, int left) {
    long untilNanos = knownNanos(slo);
    long length = config.window(slo).toNanos();
    long next = Math.max(range.untilNanos(), oldestNanos);
    next += Math.floorMod(-next, length);
    SliWindow newest = null;
    int work = 0;
    while (next + length <= untilNanos && work < left) {
      work++;
      newest = history.get(WindowSum.key(next, slo.id()), backfills.generation(slo.id()));
      if (newest == null) {
        SliWindow empty = empty(slo.id(), next, length);
        send(SliWindow.newBuilder(empty).setKnownUntilUnixNano(untilNanos).build());
        work += HistoryWindows.LOOKS;
      }
      next += length;
    }
    if (newest != null
        && newest.getBackfill() == Backfill.NONE
        && !slo.policies().isEmpty()) { // others have nothing that ends
      sendCounted(newest, slo.budgeting(), untilNanos);
    }
    if (next > range.untilNanos()) {
      sent.put(slo.id(), new SentRange(Math.max(range.fromNanos(), oldestNanos), next));
    }
    return work;
  }

  static SliWindow empty(String sloId, long startNanos, long lengthNanos) {
    return SliWindow.newBuilder()
        .setSloId(sloId)
        .setStartTimeUnixNano(startNanos)
        .setLengthNanos(lengthNanos)
        .setGood(0)
        .setTotal(0)
        .setRevision(0)
        .setLateCount(0)
        .build();
  }

  private void send(SliWindow window) {
    sendHistory(
        SliWindow.newBuilder(window).setBackfill(backfills.phase(window.getSloId())).build());
  }

  private void sendHistory(SliWindow window) {
    context.send(
        Topics.SLIS,
        window.getSloId().getBytes(StandardCharsets.UTF_8),
        SERDE.encode(
            SliWindow.newBuilder(window)
                .setGeneration(backfills.generation(window.getSloId()))
                .build()));
  }

  /**
   * Windows that no event may correct any more. Events are held against their arrival, so age is
   * too: in a backlog of days, windows that are open now are old by the wall clock. Keys begin with
   * the time: the old ones come first. While there is a backfill, none goes that it may add to or
   * has not sent.
   */
  private void purge() {
    if (slos.areUsable()) {
      groups.end(slos.index()::inFile, time.newest());
    }
    Duration window = slos.index().longestWindow(config);
    Duration keep = config.maxLateness().plus(window).plus(config.grace()).multipliedBy(2);
    if (backfills.areUnderWay()) {
      keep = keep.plus(HISTORY_KEPT);
    }
    long cutoff = time.newest() - keep.toNanos();
    List<byte[]> old = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> before =
        windows.range(WindowSum.key(0, ""), WindowSum.key(Math.max(0, cutoff), ""))) {
      while (before.hasNext() && old.size() < MAX_PURGED) {
        old.add(before.next().key);
      }
    }
    old.forEach(windows::delete);
  }

  @Override
  public void close() {
    if (backfills != null) {
      backfills.close();
    }
  }
}
