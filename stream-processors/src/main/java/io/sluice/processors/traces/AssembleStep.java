package io.sluice.processors.traces;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.Slice;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * Assembles the traces of one partition. Decisions are made on the clock, so they are written down
 * in the same transaction as what they decide: the emitted record, the removed fragments and the
 * memory of the closed trace are there together or not at all.
 */
final class AssembleStep implements Step {

  private static final AvroSerde<Trace> SERDE = AvroSerde.of(Trace.getClassSchema());
  private static final Duration TICK = Duration.ofMillis(100);

  private final TracesConfig config;
  private final AtomicInteger openTraces;
  private final Map<CloseReason, Counter> closedBy = new EnumMap<>(CloseReason.class);
  private final Timer closeDelay;
  private final Counter duplicates;
  private int counted;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private Deadlines open;

  @SuppressWarnings("NullAway.Init")
  private WorkingTime time;

  @SuppressWarnings("NullAway.Init")
  private FragmentStore fragments;

  @SuppressWarnings("NullAway.Init")
  private ClosedTraces closed;

  /**
   * @param openTraces shared by all partitions of this process
   */
  AssembleStep(TracesConfig config, MeterRegistry meters, AtomicInteger openTraces) {
    this.config = config;
    this.openTraces = openTraces;
    this.closeDelay = meters.timer("sluice.traces.close.delay");
    this.duplicates = meters.counter("sluice.traces.duplicate.spans");
    for (CloseReason reason : CloseReason.values()) {
      String label = reason.name().toLowerCase(Locale.ROOT);
      closedBy.put(reason, meters.counter("sluice.traces.closed", "reason", label));
    }
  }

  /**
   * Called again, on the same object, when Streams gave the task's stores back as they were at the
   * last commit: whatever was known beyond them is forgotten.
   */
  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    fragments = new FragmentStore(context.store(TracesTopology.FRAGMENTS));
    closed = new ClosedTraces(context.store(TracesTopology.CLOSED), config.remember());
    open = new Deadlines(config);
    restore();
    count();
    context.every(TICK, this::closeWhatIsDue);
  }

  @Override
  public void process(InputRecord input) {
    long now = time.at(context.clock().millis());
    Map<TraceKey, Set<SpanRef>> inBatch = new HashMap<>();
    Fragment.Batch batch =
        Fragment.cut(Slice.of(input.value()), (trace, span) -> isNew(trace, span, inBatch));
    if (batch.refused().length > 0) {
      context.deadLetter(
          Reason.INVALID, "spans with an id of the wrong length or of zeros", batch.refused());
    }
    batch
        .traces()
        .forEach((trace, spans) -> spans.parts(config).forEach(part -> add(trace, part, now)));
    while (open.size() > config.maxOpen()) {
      TraceKey oldest = open.oldest();
      if (oldest == null) {
        break;
      }
      close(oldest, CloseReason.PRESSURE, now);
    }
    count();
  }

  private void restore() {
    Map<TraceKey, OpenTrace> stored = new HashMap<>();
    fragments.forEach(
        (key, version, arrivalMillis, otlp) -> {
          OpenTrace trace =
              stored.computeIfAbsent(key, unused -> new OpenTrace(version, arrivalMillis));
          trace.add(Fragment.of(otlp).spans(), otlp.length, arrivalMillis);
        });
    stored.entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> entry.getValue().firstArrivalMillis()))
        .forEach(entry -> open.put(entry.getKey(), entry.getValue()));
    long wall = context.clock().millis();
    long before =
        LongStream.concat(
                stored.values().stream().mapToLong(OpenTrace::lastArrivalMillis),
                closed.lastTime().stream())
            .max()
            .orElse(wall);
    time = new WorkingTime(wall, before);
  }

  private boolean isNew(TraceKey key, SpanRef span, Map<TraceKey, Set<SpanRef>> inBatch) {
    OpenTrace trace = open.get(key);
    boolean repeated =
        (trace != null && trace.has(span))
            || !inBatch.computeIfAbsent(key, unused -> new HashSet<>()).add(span);
    if (repeated) {
      duplicates.increment();
    }
    return !repeated;
  }

  private void add(TraceKey key, Fragment fragment, long now) {
    if (fragment.otlp().length > TracesConfig.MAX_RECORD.bytes()) {
      context.deadLetter(
          Reason.TOO_LARGE, "spans of a trace too large for one record", fragment.otlp());
      return;
    }
    OpenTrace trace = open.get(key);
    int spans = fragment.spans().size();
    if (trace != null && !trace.hasRoomFor(spans, fragment.otlp().length, config)) {
      close(key, CloseReason.SIZE, now);
      trace = null;
    }
    if (trace == null) {
      trace = new OpenTrace(closed.version(key) + 1, now);
      open.put(key, trace);
    }
    long number = trace.add(fragment.spans(), fragment.otlp().length, now);
    fragments.append(key, trace.version(), number, now, fragment.otlp());
    open.changed(key, trace);
  }

  private void closeWhatIsDue() {
    long now = time.at(context.clock().millis());
    for (TraceKey key : open.due(now)) {
      OpenTrace trace = open.get(key);
      if (trace != null) {
        trace.closeReason(config, now).ifPresent(reason -> close(key, reason, now));
      }
    }
    closed.sweep(now);
    count();
  }

  private void close(TraceKey key, CloseReason reason, long now) {
    OpenTrace trace = open.get(key);
    if (trace == null) {
      return;
    }
    Trace record = TraceRecords.of(key, trace, reason, fragments.take(key), now);
    context.send(Topics.TRACES, key.toBytes(), SERDE.encode(record));
    closed.put(key, trace.version(), now);
    open.remove(key);
    Counter counter = closedBy.get(reason);
    if (counter != null) {
      counter.increment();
    }
    closeDelay.record(Duration.ofMillis(record.getCloseDelayMillis()));
  }

  private void count() {
    openTraces.addAndGet(open.size() - counted);
    counted = open.size();
  }
}
