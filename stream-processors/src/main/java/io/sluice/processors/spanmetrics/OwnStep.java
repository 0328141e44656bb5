package io.sluice.processors.spanmetrics;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.StatementRanking;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Second step: owns all series of a service, so that its limits are decided in one place and the
 * same way after every restart. Partials are noted in a journal and added up in memory; now and
 * then the series that changed are put into their store and written, and the journal begins anew,
 * all in one transaction.
 */
final class OwnStep implements Step {

  /** The journal is never longer: a restart reads it again before it goes on. */
  private static final int MAX_JOURNAL_RECORDS = 50_000;

  private static final long MAX_JOURNAL_BYTES = 64 << 20;

  /** At least so many times as long as a write took passes before the next begins. */
  private static final int REST = 9;

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** How often in the quiet time it is looked for series that are. */
  private static final int QUIET_CHECKS = 10;

  /** Of a time in which the process was stopped counts this part of the quiet time at most. */
  private static final int MAX_STEP_OF_QUIET = 4;

  /** A forecast is not looked at more often. */
  private static final Duration DEMAND_INTERVAL = Duration.ofSeconds(10);

  /** Nor is a ranking. */
  private static final Duration RANK_INTERVAL = Duration.ofSeconds(10);

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final AvroSerde<StatementRanking> RANKINGS =
      AvroSerde.of(StatementRanking.getClassSchema());

  private final SpanMetricsConfig config;
  private final LongSupplier nanoTime;
  private final Counter overflowed;
  private final Counter refused;
  private final Packer packer = new Packer();

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> states;

  @SuppressWarnings("NullAway.Init")
  private PartialsJournal journal;

  @SuppressWarnings("NullAway.Init")
  private OwnedSeries series;

  @SuppressWarnings("NullAway.Init")
  private SeriesLimits limits;

  @SuppressWarnings("NullAway.Init")
  private Demands demands;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> demandStore;

  @SuppressWarnings("NullAway.Init")
  private Statements statements;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> statementStore;

  /** By which series are quiet. Points have the times of the clock. */
  @SuppressWarnings("NullAway.Init")
  private RunningTime time;

  private long startMillis;
  private long restUntilMillis;
  private long rankMillis;

  OwnStep(SpanMetricsConfig config, Stage stage) {
    this.config = config;
    this.nanoTime = stage.nanoTime();
    this.overflowed = stage.meters().counter("sluice.spanmetrics.overflowed");
    this.refused =
        stage.meters().counter("sluice.spanmetrics.refused.points", "reason", "too_many_names");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    long lastChange = takeUp();
    time =
        new RunningTime(
            nanoTime,
            config.quiet().dividedBy(MAX_STEP_OF_QUIET),
            lastChange == 0 ? context.clock().millis() : lastChange);
    startMillis = time.millis();
    restUntilMillis = 0;
    rankMillis = 0;
    context.every(config.emitInterval(), this::writeInTurn);
    context.every(config.quiet().dividedBy(QUIET_CHECKS), this::endQuietSeries);
    context.every(DEMAND_INTERVAL, this::writeDemand);
    context.every(config.quiet(), this::beginDemandWindow);
  }

  /**
   * Begins from the stores: they alone tell what was committed when Streams sets a revived task's
   * step up again, and what was added up when a record failed half way.
   *
   * @return when a series changed last; 0 when there is none
   */
  private long takeUp() {
    states = context.store(SpanMetricsTopology.SERIES);
    limits = new SeriesLimits(config.most(), context.partition());
    long lastChange = countSeries();
    demands = new Demands();
    demandStore = context.store(SpanMetricsTopology.DEMAND);
    restore(demandStore, demands::restore);
    statements = new Statements(config.statementWindow(), config.topStatements());
    statementStore = context.store(SpanMetricsTopology.STATEMENTS);
    restore(statementStore, statements::restore);
    series =
        new OwnedSeries(
            limits, demands, statements, states::get, overflowed::increment, refused::increment);
    journal = new PartialsJournal(context.store(SpanMetricsTopology.JOURNAL));
    journal.replay(
        (service, record, arrival) -> series.add(service, PartialRecord.read(record), arrival));
    return lastChange;
  }

  /**
   * Takes over what is true for a while only, and forgets what another build wrote in another way:
   * it comes again by itself.
   */
  private static void restore(
      KeyValueStore<byte[], byte[]> store, BiPredicate<byte[], byte[]> takeOver) {
    List<byte[]> unreadable = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            if (!takeOver.test(entry.key, entry.value)) {
              unreadable.add(entry.key);
            }
          });
    }
    unreadable.forEach(store::delete);
  }

  @Override
  public void process(InputRecord input) {
    byte[] service = input.key();
    if (service == null) {
      throw new InvalidInputException(Reason.INVALID, "partial metrics without a service");
    }
    PartialRecord record = PartialRecord.read(input.value());
    try {
      series.add(new String(service, StandardCharsets.UTF_8), record, input.timestampMillis());
    } catch (RuntimeException e) {
      takeUp(); // of what was added up in memory a part is this record's
      throw e;
    }
    // What cannot be added is not in the journal, or each start would fail on it.
    journal.append(service, record.bytes(), input.timestampMillis());
    if (journal.records() >= MAX_JOURNAL_RECORDS || journal.bytes() >= MAX_JOURNAL_BYTES) {
      write();
    }
  }

  private void writeInTurn() {
    if (time.millis() >= restUntilMillis) {
      write();
    }
  }

  private void write() {
    long now = time.millis();
    long beginTick = nanoTime.getAsLong();
    for (Series each : series.changed()) {
      each.changedAt(now);
      states.put(each.key().pack(), each.pack(packer));
      each.points().forEach(this::send);
    }
    series.written();
    putStatements();
    journal.cut();
    if (now >= rankMillis) {
      // Only behind the cut: what is put here must not be in the journal too.
      statements.rank(context.clock().millis(), this::send);
      putStatements(); // those that are over
      rankMillis = now + RANK_INTERVAL.toMillis();
    }
    restUntilMillis = now + (nanoTime.getAsLong() - beginTick) / NANOS_PER_MILLI * (REST + 1);
  }

  private void putStatements() {
    statements.forEachChanged(
        packer,
        (key, packed) -> {
          if (packed == null) {
            statementStore.delete(key);
          } else {
            statementStore.put(key, packed);
          }
        });
  }

  private void send(String name, @Nullable StatementRanking ranking) {
    context.send(
        Topics.STATEMENTS,
        name.getBytes(StandardCharsets.UTF_8),
        ranking == null ? null : RANKINGS.encode(ranking));
  }

  /**
   * Series that did not change for long, as long as this owner was there to see it: after an outage
   * all are old, and go on with what comes next.
   */
  private void endQuietSeries() {
    write();
    long now = time.millis();
    long quiet = config.quiet().toMillis();
    if (now - startMillis < quiet) {
      return;
    }
    List<byte[]> ended = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = states.all()) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> entry = all.next();
        Series each = Series.unpack(entry.key, entry.value);
        if (now - each.changedMillis() >= quiet) {
          ended.add(entry.key);
          each.lastPoints(context.clock().millis()).forEach(this::end);
        }
      }
    }
    if (!ended.isEmpty()) {
      ended.forEach(states::delete);
      series.putAway();
      countSeries();
    }
  }

  private void writeDemand() {
    for (Demand demand : demands.takeChanged()) {
      demandStore.put(demand.key(), demand.pack());
      demand.points(config.most(), context.clock().millis()).forEach(this::send);
    }
  }

  private void beginDemandWindow() {
    write();
    for (Demand over : demands.rotate()) {
      demandStore.delete(over.key());
      over.points(config.most(), context.clock().millis()).stream()
          .map(point -> SeriesPoint.newBuilder(point).setStale(true).build())
          .forEach(this::end);
    }
    series.putAway(); // what still comes is asked for anew
  }

  /** Returns when one changed last; 0 when there is none. */
  private long countSeries() {
    limits.clear();
    long lastChange = 0;
    try (KeyValueIterator<byte[], byte[]> all = states.all()) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> entry = all.next();
        Series.Outline series = Series.outline(entry.key, entry.value);
        limits.count(series.key());
        lastChange = Math.max(lastChange, series.changedMillis());
      }
    }
    return lastChange;
  }

  private void send(SeriesPoint point) {
    context.send(Topics.SERIES, identity(point), SERDE.encode(point));
  }

  /** A last point for those that read on, and a tombstone for the compacted topic. */
  private void end(SeriesPoint point) {
    send(point);
    context.send(Topics.SERIES, identity(point), null);
  }

  private static byte[] identity(SeriesPoint point) {
    return SeriesIdentity.of(point).getBytes(StandardCharsets.UTF_8);
  }
}
