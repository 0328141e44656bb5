package io.sluice.processor.runtime;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import io.sluice.schemas.stage.StageMeters;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a step so that one bad record costs that record and nothing else: its output is held back
 * until it is through, a failure becomes a dead letter, and every record is counted and timed.
 */
final class GuardedStep implements Processor<byte[], byte[], byte[], byte[]> {

  private static final Logger log = LoggerFactory.getLogger(GuardedStep.class);

  private static final byte[] NO_VALUE = {};

  private final Stage runtime;
  private final String stage;
  private final Supplier<Step> steps;
  private final Map<String, Topic> inputs;
  private final Map<Topic, String> sinks;
  private final Set<String> stores;
  private final String signal;
  private final StageMeters meters;
  private final Suspects suspects;
  private final Tracer tracer;
  private final StageMeters.Call call;

  @SuppressWarnings("NullAway.Init") // set by init, which Streams calls first
  private Step step;

  @SuppressWarnings("NullAway.Init")
  private Outbox outbox;

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<byte[], byte[]> context;

  /**
   * @param signal name of the store that tells of commits; there is one if there are others
   */
  GuardedStep(
      Stage runtime,
      Supplier<Step> steps,
      Map<String, Topic> inputs,
      Map<Topic, String> sinks,
      Set<String> stores,
      String signal,
      StageMeters meters,
      Suspects suspects) {
    this.runtime = runtime;
    this.stage = runtime.name();
    this.steps = steps;
    this.inputs = inputs;
    this.sinks = sinks;
    this.stores = stores;
    this.signal = signal;
    this.meters = meters;
    this.suspects = suspects;
    this.call = meters.newCall();
    this.tracer = runtime.openTelemetry().getTracer("io.sluice.processor");
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> streamsContext) {
    context = streamsContext;
    outbox = new Outbox(runtime, streamsContext, sinks, stores, meters);
    // A task that is resumed or revived calls again; what the last step had in memory is not true.
    ContextLoader.of(steps); // the thread is the stage's
    step = steps.get();
    step.init(outbox);
    if (!stores.isEmpty()) {
      CommitSignal commits = streamsContext.getStateStore(signal);
      commits.calls(outbox.beforeCommit(step::beforeCommit));
    }
  }

  /** Streams keeps the callbacks of a task that it closes and opens again. Safe without init. */
  @Override
  public void close() {
    if (outbox != null) {
      outbox.close();
    }
    if (step != null) {
      step.close();
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    call.begins();
    try {
      processOne(record);
    } catch (TaskCorruptedException e) {
      // A new thread is safe, a revived task is not: see StageClients.
      throw new StreamsException("the task of " + stage + " has to start anew", e);
    } finally {
      call.ends();
    }
  }

  private void processOne(Record<byte[], byte[]> record) {
    long startNanos = System.nanoTime(); // a duration for a metric, not logic
    meters.in(1);
    meters.eventDelay(Duration.ofMillis(context.currentSystemTimeMs() - record.timestamp()));
    RecordMetadata metadata =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("a record without metadata"));
    InputRecord input = input(record, metadata);
    outbox.begin(input, metadata.topic());
    if (record.value() == null && input.topic().compacted()) {
      log.trace("{}: {} takes its key back", stage, input);
    } else if (record.value() == null) {
      outbox.replaceWithDeadLetter(Reason.INVALID, "the record has no value", null);
    } else {
      guarded(input);
    }
    outbox.end();
    meters.processed(Duration.ofNanos(System.nanoTime() - startNanos));
  }

  private void guarded(InputRecord input) {
    Context parent = TraceContext.extract(input);
    if (Span.fromContext(parent).getSpanContext().isSampled()) {
      processTraced(input, parent);
    } else {
      processGuarded(input);
    }
  }

  private void processTraced(InputRecord input, Context parent) {
    Span span =
        tracer
            .spanBuilder(stage + " process")
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(parent)
            .setAttribute("messaging.system", "kafka")
            .setAttribute("messaging.operation.type", "process")
            .setAttribute("messaging.destination.name", input.topic().name())
            .setAttribute("messaging.destination.partition.id", Integer.toString(input.partition()))
            .setAttribute("messaging.kafka.offset", input.offset())
            .startSpan();
    try (Scope ignored = span.makeCurrent()) {
      outbox.traceparent(TraceContext.current());
      if (!processGuarded(input)) {
        span.setStatus(StatusCode.ERROR, "written to dead letters");
      }
    } finally {
      span.end();
    }
  }

  private boolean processGuarded(InputRecord input) {
    try {
      step.process(input);
      return true;
    } catch (InvalidInputException e) {
      outbox.replaceWithDeadLetter(e.reason(), String.valueOf(e.getMessage()));
    } catch (SerializationException e) {
      failed(input, e); // a KafkaException, but the record's fault: a Kafka serde may have read it
    } catch (KafkaException e) {
      throw e; // the platform's: fenced, migrated, store closed. The runtime replaces the thread.
    } catch (RuntimeException | StackOverflowError e) {
      failed(input, e); // hostile nesting overflows the stack again each time, in any thread
    } catch (VirtualMachineError e) {
      if (!suspects.again(input)) {
        throw e; // out of memory: perhaps not this record's doing; a new thread tries it again
      }
      failed(input, e);
    } catch (Error e) { // code that does not fit together, or asserts: again each time
      failed(input, e);
    }
    return false;
  }

  private void failed(InputRecord input, Throwable failure) {
    log.error("{}: {} failed and goes to dead letters", stage, input, WithoutMessage.of(failure));
    outbox.replaceWithDeadLetter(
        Reason.FAILED, "the processor threw " + failure.getClass().getName());
  }

  private InputRecord input(Record<byte[], byte[]> record, RecordMetadata metadata) {
    Topic topic = inputs.get(metadata.topic());
    if (topic == null) {
      throw new IllegalStateException("not wired to read " + metadata.topic());
    }
    return new InputRecord(
        topic,
        metadata.partition(),
        metadata.offset(),
        record.timestamp(),
        record.key(),
        record.value() == null ? NO_VALUE : record.value(),
        record.headers());
  }
}
