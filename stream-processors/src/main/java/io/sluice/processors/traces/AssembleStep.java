package io.sluice.processors.traces;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the traces of one partition. Decisions are made on the clock, so they are written down
 * in the same transaction as what they decide: the emitted record, the batches that are no longer
 * needed and the memory of the closed trace are there together or not at all.
 */
final class AssembleStep implements Step {

  private static final AvroSerde<Trace> SERDE = AvroSerde.of(Trace.getClassSchema());
  private static final Duration TICK = Duration.ofMillis(100);

  /** What a record says beside its spans; only names in the thousands take more. */
  private static final int MAX_REST = 256 << 10;

  /** Traces that were closed since the oldest batch came: a restart has them in memory. */
  private static final long MOST_SINCE_OLDEST = 4_000_000;

  private final TracesConfig config;
  private final OpenCounts counts;
  private final AssemblerMeters meters;
  private final BatchSpans spans = new BatchSpans();
  private final TraceCutter cutter = new TraceCutter();

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private OpenTraces open;

  @SuppressWarnings("NullAway.Init")
  private WorkingTime time;

  @SuppressWarnings("NullAway.Init")
  private BatchStore batches;

  @SuppressWarnings("NullAway.Init")
  private ClosedTraces closed;

  @SuppressWarnings("NullAway.Init")
  private EmittedSpans emitted;

  /** How many bytes the spans in a record have at most, if they are several. */
  private long maxBytes;

  /** Spans that came so far, which gives each a number. */
  private long position;

  /**
   * @param counts shared by all partitions of this process
   */
  AssembleStep(TracesConfig config, MeterRegistry registry, OpenCounts counts) {
    this.config = config;
    this.counts = counts;
    this.meters = new AssemblerMeters(registry);
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    batches = new BatchStore(context.store(TracesTopology.BATCHES), config.memory().bytes());
    closed =
        new ClosedTraces(
            context.store(TracesTopology.CLOSED), config.remember(), config.maxRemembered());
    emitted = new EmittedSpans(context.store(TracesTopology.EMITTED), config.maxRemembered() / 2);
    maxBytes = maxBytes(context.maxBytes(Topics.TRACES));
    open = new OpenTraces(config);
    restore();
    counts.set(context.partition(), open.size(), open.spans(), batches.liveBytes());
    context.every(TICK, this::closeWhatIsDue);
  }

  @Override
  public void close() {
    counts.remove(context.partition());
  }

  @Override
  public void process(InputRecord input) {
    byte[] bytes = input.value();
    spans.read(bytes);
    long now = time.at(context.clock().millis());
    Batch batch = new Batch(position, now, bytes);
    position += spans.size();
    refuseInvalid(batch, bytes);
    OpenTrace trace = null;
    for (int i = 0; i < spans.size(); i++) {
      if (spans.hasValidIds(i)) {
        trace = trace != null && spans.isOf(i, trace.key) ? trace : open.get(spans.trace(i));
        trace = add(batch, i, trace, now);
      }
    }
    if (batch.uses > 0) {
      batches.append(batch);
    }
    relieve(now);
    closed.write(now, position);
    emitted.write();
    counts.set(context.partition(), open.size(), open.spans(), batches.liveBytes());
  }

  /** Closes the oldest while there are too many, or while they hold too much. */
  private void relieve(long now) {
    while (open.size() > config.maxOpen()
        || open.spans() > config.maxOpenSpans()
        || batches.liveBytes() > config.maxOpenBytes().bytes()
        || (open.size() > 0 && closed.since(batches.oldestPosition()) > MOST_SINCE_OLDEST)) {
      close(Objects.requireNonNull(open.oldest()), CloseReason.PRESSURE, now, position);
    }
  }

  private void closeWhatIsDue() {
    long now = time.at(context.clock().millis());
    for (OpenTrace due = open.due(now); due != null; due = open.due(now)) {
      close(due, due.closeReason(config, now).orElseThrow(), now, position);
    }
    closed.sweep(now, batches.oldestPosition(), trace -> open.get(trace) != null);
    closed.write(now, position);
    emitted.write();
    counts.set(context.partition(), open.size(), open.spans(), batches.liveBytes());
  }

  private void refuseInvalid(Batch batch, byte[] bytes) {
    int[] invalid =
        IntStream.range(0, spans.size())
            .filter(i -> !spans.hasValidIds(i))
            .map(spans::start)
            .toArray();
    if (invalid.length > 0) {
      cutter.add(bytes, batch.layout(bytes), invalid, 0, invalid.length);
      context.deadLetter(
          Reason.INVALID, "spans with an id of the wrong length or of zeros", cutter.take());
    }
  }

  /** Adds a span to its trace, if it is open, or to a new one, which is then returned. */
  private @Nullable OpenTrace add(Batch batch, int i, @Nullable OpenTrace of, long now) {
    OpenTrace trace = of;
    if (isRepeated(i, trace)) {
      meters.duplicate();
      return trace;
    }
    long alone = spans.length(i) + (long) spans.groupBytes(spans.group(i));
    if (alone > TracesConfig.MAX_RECORD.bytes()) {
      byte[] bytes = Objects.requireNonNull(batch.bytes);
      cutter.add(bytes, batch.layout(bytes), new int[] {spans.start(i)}, 0, 1);
      context.deadLetter(
          Reason.TOO_LARGE, "a span too large for the record of a trace", cutter.take());
      return trace;
    }
    if (trace != null && !trace.hasRoomFor(more(trace, batch, i), config.maxSpans(), maxBytes)) {
      close(trace, CloseReason.SIZE, now, batch.position + i);
      trace = null;
    }
    if (trace == null) {
      trace = open(spans.trace(i), now, i);
    }
    add(trace, batch, i);
    return trace;
  }

  private void add(OpenTrace trace, Batch batch, int i) {
    trace.add(batch, spans, i, more(trace, batch, i));
    long parent = spans.parent(i);
    if (trace.version() > 1 && parent != 0 && emitted.hasId(trace.key, parent)) {
      trace.isNotMissing(parent);
    }
    open.gotSpan(trace);
  }

  /** Whether the span is in the open trace, or in a record of it that was emitted. */
  private boolean isRepeated(int i, @Nullable OpenTrace trace) {
    if (trace != null && trace.has(spans.id(i), spans.content(i))) {
      return true;
    }
    TraceKey key = trace == null ? spans.trace(i) : trace.key;
    boolean isNew = trace == null ? closed.version(key) == 0 : trace.version() == 1;
    return !isNew && emitted.has(key, spans.id(i), spans.content(i));
  }

  private long more(OpenTrace trace, Batch batch, int i) {
    int group = spans.group(i);
    return (long) spans.length(i) + (trace.covers(batch, group) ? 0 : spans.groupBytes(group));
  }

  private OpenTrace open(TraceKey key, long now, int i) {
    int expected = 1;
    while (i + expected < spans.size() && spans.isOf(i + expected, key)) {
      expected++;
    }
    OpenTrace trace =
        new OpenTrace(key, closed.version(key) + 1, closed.ending(key), now, expected);
    open.put(trace);
    return trace;
  }

  /**
   * @param upTo position after the last span of the trace
   */
  private void close(OpenTrace trace, CloseReason reason, long now, long upTo) {
    trace.forEachPiece(
        (batch, starts, from, to) -> {
          byte[] bytes = batches.bytes(batch);
          cutter.add(bytes, batch.layout(bytes), starts, from, to);
        });
    Trace record = TraceRecords.of(trace, reason, cutter.take(), now);
    context.send(Topics.TRACES, trace.key.toBytes(), SERDE.encode(record));
    closed.add(trace.key, trace.version(), trace.ending(reason), upTo);
    emitted.add(trace);
    open.remove(trace);
    trace.forEachBatch(batches::release);
    meters.closed(record);
  }

  private void restore() {
    OptionalLong oldest = batches.oldestStored();
    EmittedUpTo before = closed.restore(oldest);
    position = closed.lastPosition();
    batches.restore(
        (batch, bytes) -> {
          spans.read(bytes);
          for (int i = 0; i < spans.size(); i++) {
            if (spans.hasValidIds(i) && batch.position + i >= before.position(spans.trace(i))) {
              restore(batch, i);
            }
          }
          position = Math.max(position, batch.position + spans.size());
        });
    long wall = context.clock().millis();
    long last =
        LongStream.concat(open.lastArrival().stream(), closed.lastTime().stream())
            .max()
            .orElse(wall);
    time = new WorkingTime(wall, last);
  }

  private void restore(Batch batch, int i) {
    OpenTrace trace = open.get(spans.trace(i));
    long alone = spans.length(i) + (long) spans.groupBytes(spans.group(i));
    if (alone > TracesConfig.MAX_RECORD.bytes() || isRepeated(i, trace)) {
      return;
    }
    if (trace == null) {
      trace = open(spans.trace(i), batch.arrivalMillis, i);
    }
    add(trace, batch, i);
  }

  /**
   * How many bytes spans may have so that their record is taken with all else that it says, however
   * badly it compresses.
   *
   * @param record the most bytes that it may have, key and all
   */
  private long maxBytes(int record) {
    return Math.min(config.maxBytes().bytes(), record - Math.min(MAX_REST, record / 2));
  }
}
