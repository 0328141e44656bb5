package io.sluice.processors.sli;

import io.sluice.processor.Stage;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.BackfillReading;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.SloBackfill;
import io.sluice.schemas.SloCounting;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.TracePartition;
import io.sluice.schemas.definitions.EventSignal;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.SloDigest;
import io.sluice.schemas.definitions.Slos;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Which definition of each of its SLOs an owner counts, and the backfill of those that are new or
 * changed: what is in Kafka from before is read beside the live events, up to the offsets where
 * live counting begins. What was read and how far goes into stores in one transaction, so that a
 * restart goes on from there and counts nothing twice.
 */
final class Backfills {

  private static final AvroSerde<SloCounting> COUNTINGS =
      AvroSerde.of(SloCounting.getClassSchema());
  private static final AvroSerde<BackfillReading> READINGS =
      AvroSerde.of(BackfillReading.getClassSchema());
  private static final AvroSerde<SloBackfill> TOLD = AvroSerde.of(SloBackfill.getClassSchema());

  private static final String SLO = "slo/";
  private static final String READING = "reading/";
  private static final byte[] BEGUN = {'b'};

  /**
   * After so long every process that counts knows a set of SLOs, or has lost its partitions to one
   * that does: it is longer than a session. Live counting begins with what reaches Kafka then.
   */
  private static final Duration KNOWN_EVERYWHERE = Duration.ofSeconds(10);

  private static final Duration TELL = Duration.ofSeconds(2);

  /** Windows of histories that one transaction sends at most: live ones come between. */
  private static final int MAX_SENT = 1_000;

  private final SliConfig config;
  private final Stage stage;
  private final CurrentSlos slos;
  private final BackfillMeters meters;
  private final StepContext context;
  private final HistoryWindows windows;
  private final UnaryOperator<SliWindow> placed;
  private final KeyValueStore<byte[], byte[]> store;
  private final Map<String, SloCounting> countings = new TreeMap<>();
  private final Map<Long, Reading> readings = new TreeMap<>();
  private List<Slo> mine = List.of();
  private @Nullable SloIndex seen;
  private long toldTick;

  /**
   * @param placed gives the events of a group to the group that counts them
   */
  Backfills(
      SliConfig config,
      Stage stage,
      CurrentSlos slos,
      BackfillMeters meters,
      StepContext context,
      HistoryWindows windows,
      UnaryOperator<SliWindow> placed) {
    this.config = config;
    this.stage = stage;
    this.slos = slos;
    this.meters = meters;
    this.context = context;
    this.windows = windows;
    this.placed = placed;
    this.store = context.store(SliTopology.BACKFILLS);
    restore();
  }

  private void restore() {
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            String key = new String(entry.key, StandardCharsets.UTF_8);
            if (key.startsWith(SLO)) {
              SloCounting counting = COUNTINGS.decode(entry.value);
              countings.put(key.substring(SLO.length()), counting);
            } else if (key.startsWith(READING)) {
              readings.put(
                  Long.valueOf(key.substring(READING.length())),
                  newReading(READINGS.decode(entry.value)));
            }
          });
    }
    for (SloCounting counting : countings.values()) {
      if (counting.getBackfill() == Backfill.READING) {
        readings.computeIfAbsent(counting.getReading(), id -> newReading(null));
      }
    }
  }

  private Reading newReading(@Nullable BackfillReading state) {
    return new Reading(
        new BackfillReader(config, stage, context.clock()), stage.nanoTime().getAsLong(), state);
  }

  /** Takes over the SLOs that hold now. */
  void define() {
    SloIndex now = slos.index();
    if (now == seen) {
      return;
    }
    seen = now;
    boolean first = store.get(BEGUN) == null;
    if (first) {
      store.put(BEGUN, BEGUN);
    }
    if (slos.areUsable()) {
      define(now, first);
    }
  }

  /**
   * @param first whether the stage begins, or was without backfills: then it reads all that there
   *     is by itself, or did
   */
  private void define(SloIndex now, boolean first) {
    int partitions = stage.partitions(SliTopology.COUNTS);
    mine =
        now.all().stream()
            .filter(slo -> TracePartition.of(bytes(slo.id()), partitions) == context.partition())
            .toList();
    long newest = context.clock().millis();
    for (long id : readings.keySet()) {
      newest = Math.max(newest, id + 1);
    }
    for (Slo slo : mine) {
      notice(slo, newest, first);
    }
    Set<String> gone = new HashSet<>(countings.keySet());
    mine.forEach(slo -> gone.remove(slo.id()));
    for (String sloId : gone) {
      // What was counted of one that comes back with the same definition stays true.
      if (phase(sloId) != Backfill.NONE) {
        countings.remove(sloId);
        store.delete(bytes(SLO + sloId));
        windows.forget(sloId);
      }
      context.send(Topics.BACKFILLS, bytes(sloId), null);
    }
    dropReadings();
    mine.forEach(this::tell);
  }

  private void notice(Slo slo, long newest, boolean first) {
    String digest = SloDigest.of(slo);
    SloCounting counting = countings.get(slo.id());
    if (counting != null && counting.getDigest().equals(digest)) {
      return;
    }
    if (counting == null && (first || windows.hasSent(slo.id()))) {
      put(slo.id(), new SloCounting(digest, 0L, 0L, Backfill.NONE, 0L, 0L, 0L));
      return;
    }
    long generation = counting == null ? newest : Math.max(newest, counting.getGeneration() + 1);
    windows.beginAnew(slo.id());
    boolean hasHistory =
        slo.signal() != EventSignal.METRICS; // of series the topic keeps the last point
    if (hasHistory) {
      readings.computeIfAbsent(newest, id -> newReading(null));
    }
    put(
        slo.id(),
        new SloCounting(
            digest,
            generation,
            hasHistory ? newest : 0L,
            hasHistory ? Backfill.READING : Backfill.NONE,
            0L,
            0L,
            0L));
  }

  /** The number that the windows of an SLO have. */
  long generation(String sloId) {
    SloCounting counting = countings.get(whole(sloId));
    return counting == null ? 0 : counting.getGeneration();
  }

  /** What live windows of an SLO say of its history. */
  Backfill phase(String sloId) {
    SloCounting counting = countings.get(whole(sloId));
    return counting == null ? Backfill.NONE : counting.getBackfill();
  }

  /** Whether a window is among those of a history that is being sent, and was. */
  boolean hasSent(String sloId, long startNanos) {
    SloCounting counting = countings.get(sloId);
    return counting != null
        && counting.getBackfill() == Backfill.SENDING
        && startNanos >= counting.getFromUnixNano()
        && startNanos < counting.getNextUnixNano();
  }

  /** Whether there is something to read or to send: then old windows are needed. */
  boolean areUnderWay() {
    return countings.values().stream().anyMatch(each -> each.getBackfill() != Backfill.NONE);
  }

  /**
   * Whether a live partial count is left to the backfill, which reads its record too.
   *
   * @param source null when it is not known
   */
  boolean has(String sloId, @Nullable CountSource source) {
    if (source == null || source.topic().equals(Topics.SERIES.name())) {
      return false;
    }
    SloCounting counting = countings.get(whole(sloId));
    if (counting == null) {
      return slos.areUsable(); // who counted it knew the SLO earlier: it will be read again
    }
    Reading reading = readings.get(counting.getReading());
    return reading != null && reading.has(source);
  }

  /**
   * Goes on, as far as one transaction should.
   *
   * @param overNanos windows of an SLO that end until then are over, also when they have no events
   */
  void goOn(ToLongFunction<Slo> overNanos) {
    define();
    List.copyOf(readings.entrySet()).forEach(each -> goOn(each.getKey(), each.getValue()));
    int left = MAX_SENT;
    for (Slo slo : toSend(overNanos)) {
      if (left > 0) {
        left -= send(slo, overNanos.applyAsLong(slo), left);
      }
    }
    long tick = stage.nanoTime().getAsLong();
    if (tick - toldTick >= TELL.toNanos()) {
      toldTick = tick;
      mine.stream().filter(slo -> phase(slo.id()) != Backfill.NONE).forEach(this::tell);
      measure();
    }
  }

  /**
   * What is under way, and then what is read. While a history is sent nobody decides by its SLO: so
   * it begins when its turn comes, and when all of it can be sent.
   */
  private List<Slo> toSend(ToLongFunction<Slo> overNanos) {
    List<Slo> next =
        new ArrayList<>(mine.stream().filter(slo -> phase(slo.id()) == Backfill.SENDING).toList());
    for (Slo slo : mine) {
      SloCounting counting = countings.get(slo.id());
      if (counting != null
          && counting.getBackfill() == Backfill.READING
          && isRead(counting)
          && windows.areOver(slo, counting, overNanos.applyAsLong(slo))) {
        next.add(slo);
      }
    }
    return next;
  }

  private boolean isRead(SloCounting counting) {
    Reading reading = readings.get(counting.getReading());
    return reading != null && reading.isRead();
  }

  private int send(Slo slo, long overNanos, int most) {
    SloCounting counting = Objects.requireNonNull(countings.get(slo.id()));
    Reading reading = readings.get(counting.getReading());
    long completeSince = reading == null ? 0 : reading.completeSinceNanos();
    HistoryWindows.Sent sent = windows.send(slo, counting, completeSince, overNanos, most);
    put(slo.id(), sent.counting());
    if (sent.counting().getBackfill() != counting.getBackfill()) {
      tell(slo);
    }
    return sent.count();
  }

  private void goOn(long id, Reading reading) {
    BackfillReader.Piece piece = reading.reader().take();
    if (piece != null) {
      take(id, reading, piece);
    }
    List<Slo> readers = readers(id);
    if (readers.isEmpty() || reading.reader().isBusy()) {
      return;
    }
    BackfillReading state = reading.state();
    if (state == null) {
      long waited = stage.nanoTime().getAsLong() - reading.sinceTick();
      if (waited >= KNOWN_EVERYWHERE.toNanos()) {
        reading.reader().findEnds(topics(readers));
      }
    } else if (!reading.isRead()) {
      reading.reader().read(state, new SloIndex(new Slos(0, readers)));
    }
  }

  private void take(long id, Reading reading, BackfillReader.Piece piece) {
    BackfillReading state =
        reading.state() == null ? reading.begin(piece.reading()) : reading.moveTo(piece.reading());
    store.put(bytes(READING + id), READINGS.encode(state));
    if (reading.isRead()) {
      reading.reader().close();
    }
    Map<String, SloCounting> changed = new TreeMap<>();
    for (SliWindow part : piece.windows()) {
      String sloId = whole(part.getSloId());
      SloCounting counting = changed.getOrDefault(sloId, countings.get(sloId));
      if (counting == null
          || counting.getReading() != id
          || counting.getBackfill() != Backfill.READING) {
        continue; // it is gone, or has changed again
      }
      windows.add(placed.apply(part), counting.getGeneration());
      long start = part.getStartTimeUnixNano();
      long from = counting.getUntilUnixNano() == 0 ? start : counting.getFromUnixNano();
      changed.put(
          sloId,
          SloCounting.newBuilder(counting)
              .setFromUnixNano(Math.min(from, start))
              .setUntilUnixNano(
                  Math.max(counting.getUntilUnixNano(), start + part.getLengthNanos()))
              .build());
    }
    changed.forEach(this::put);
  }

  private List<Slo> readers(long id) {
    return mine.stream()
        .filter(
            slo -> {
              SloCounting counting = countings.get(slo.id());
              return counting != null
                  && counting.getReading() == id
                  && counting.getBackfill() == Backfill.READING;
            })
        .toList();
  }

  private static Set<Topic> topics(List<Slo> readers) {
    Set<EventSignal> signals = readers.stream().map(Slo::signal).collect(Collectors.toSet());
    return Events.topics().stream()
        .filter(topic -> signals.contains(Events.signal(topic)))
        .collect(Collectors.toSet());
  }

  /** Its offsets are needed as long as an SLO is there that it was for. */
  private void dropReadings() {
    Set<Long> needed =
        countings.values().stream().map(SloCounting::getReading).collect(Collectors.toSet());
    for (Map.Entry<Long, Reading> each : List.copyOf(readings.entrySet())) {
      if (!needed.contains(each.getKey())) {
        each.getValue().reader().close();
        readings.remove(each.getKey());
        store.delete(bytes(READING + each.getKey()));
      }
    }
  }

  private void tell(Slo slo) {
    SloCounting counting = countings.get(slo.id());
    if (counting == null) {
      return;
    }
    Reading reading = readings.get(counting.getReading());
    SloIndex index = slos.index();
    context.send(
        Topics.BACKFILLS,
        bytes(slo.id()),
        TOLD.encode(
            new SloBackfill(
                slo.id(),
                counting.getGeneration(),
                index.version(),
                counting.getBackfill(),
                reading == null ? 0 : reading.records(),
                reading == null ? 0 : reading.recordsRead(),
                reading == null ? 0 : reading.completeSinceNanos(),
                context.clock().millis() * 1_000_000)));
  }

  private void measure() {
    long records = 0;
    long read = 0;
    for (Map.Entry<Long, Reading> each : readings.entrySet()) {
      if (!readers(each.getKey()).isEmpty()) {
        records += each.getValue().records();
        read += each.getValue().recordsRead();
      }
    }
    long under =
        countings.values().stream().filter(each -> each.getBackfill() != Backfill.NONE).count();
    meters.set(context.partition(), under, records, read);
  }

  /** Gives back what reads. */
  void close() {
    readings.values().forEach(reading -> reading.reader().close());
    meters.set(context.partition(), 0, 0, 0);
  }

  /** The SLO in the file, also of a group. */
  private static String whole(String sloId) {
    int group = sloId.indexOf('[');
    return group < 0 ? sloId : sloId.substring(0, group);
  }

  private void put(String sloId, SloCounting counting) {
    countings.put(sloId, counting);
    store.put(bytes(SLO + sloId), COUNTINGS.encode(counting));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
