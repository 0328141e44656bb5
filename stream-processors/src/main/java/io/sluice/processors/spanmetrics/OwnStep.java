package io.sluice.processors.spanmetrics;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Second step: owns all series of a service, so that its limits are decided in one place and the
 * same way after every restart. Partials are noted in a journal and added up in memory; now and
 * then the series that changed are put into their store and written, and the journal begins anew,
 * all in one transaction.
 */
final class OwnStep implements Step {

  /** The journal is never longer: a restart reads it again before it goes on. */
  private static final int MAX_JOURNAL_RECORDS = 20_000;

  private static final long MAX_JOURNAL_BYTES = 64 << 20;

  /** At least so many times as long as a write took passes before the next begins. */
  private static final int REST = 4;

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());

  private final SpanMetricsConfig config;
  private final Counter overflowed;
  private final Packer packer = new Packer();

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> states;

  @SuppressWarnings("NullAway.Init")
  private PartialsJournal journal;

  @SuppressWarnings("NullAway.Init")
  private OwnedSeries series;

  private long restUntilMillis;

  OwnStep(SpanMetricsConfig config, Stage stage) {
    this.config = config;
    this.overflowed = stage.meters().counter("sluice.spanmetrics.overflowed.spans");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    // Streams sets a revived task's step up again; only the stores tell what was committed.
    states = context.store(SpanMetricsTopology.SERIES);
    SeriesLimits limits = new SeriesLimits(config.maxSeriesPerService());
    try (KeyValueIterator<byte[], byte[]> all = states.all()) {
      all.forEachRemaining(entry -> limits.count(key(entry)));
    }
    series = new OwnedSeries(limits, states::get, overflowed::increment);
    journal = new PartialsJournal(context.store(SpanMetricsTopology.JOURNAL));
    journal.replay(
        (service, record, arrival) -> series.add(service, PartialRecord.read(record), arrival));
    restUntilMillis = 0;
    context.every(config.emitInterval(), this::writeInTurn);
  }

  @Override
  public void process(InputRecord input) {
    byte[] service = input.key();
    if (service == null) {
      throw new InvalidInputException(Reason.INVALID, "partial metrics without a service");
    }
    PartialRecord record = PartialRecord.read(input.value());
    journal.append(service, record.bytes(), input.timestampMillis());
    series.add(new String(service, StandardCharsets.UTF_8), record, input.timestampMillis());
    if (journal.records() >= MAX_JOURNAL_RECORDS || journal.bytes() >= MAX_JOURNAL_BYTES) {
      write();
    }
  }

  private void writeInTurn() {
    if (context.clock().millis() >= restUntilMillis) {
      write();
    }
  }

  private void write() {
    long begin = context.clock().millis();
    for (Series each : series.changed()) {
      states.put(each.key().pack(), each.pack(packer));
      for (SeriesPoint point : each.points()) {
        byte[] identity = Series.identity(point).getBytes(StandardCharsets.UTF_8);
        context.send(Topics.SERIES, identity, SERDE.encode(point));
      }
    }
    series.written();
    journal.cut();
    long end = context.clock().millis();
    restUntilMillis = end + (end - begin) * REST;
  }

  private static SeriesKey key(KeyValue<byte[], byte[]> entry) {
    return SeriesKey.unpack(entry.key, new Unpacker(entry.value));
  }
}
