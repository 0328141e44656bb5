package io.sluice.processors.faults;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Runs a step through the faults that Kafka Streams lets it meet. The test says when a transaction
 * commits; a fault takes the stores back to that point, and the test sends again what came after
 * it, as the consumer would.
 */
public final class FaultyStep implements Step {

  private static final Duration MOMENT = Duration.ofMillis(1);

  private final Supplier<Step> supplier;
  private final Map<String, List<KeyValue<Object, Object>>> committed = new HashMap<>();
  private @Nullable Step step;
  private @Nullable RecordingContext context;
  private Consumer<RecordingContext> fault = before -> {};

  public FaultyStep(Supplier<Step> supplier) {
    this.supplier = supplier;
  }

  @Override
  public void init(StepContext stepContext) {
    start(supplier.get(), new RecordingContext(stepContext, new AtomicBoolean(true)));
    stepContext.every(MOMENT, this::runFault); // Streams lets only a callback touch stores
  }

  @Override
  public void process(InputRecord input) {
    Objects.requireNonNull(step).process(input);
  }

  @Override
  public void beforeCommit() {
    Objects.requireNonNull(step).beforeCommit();
  }

  /** Ends a transaction: what the stores hold now outlives the faults that follow. */
  public void commit() {
    running().stores.forEach((name, store) -> committed.put(name, entries(store)));
  }

  /** The process is killed, and another one starts on the last commit at once. */
  public void kill(StageTestDriver driver) {
    kill(driver, Duration.ZERO);
  }

  /** The process is killed, and after a while another one starts on the last commit. */
  public void kill(StageTestDriver driver, Duration away) {
    run(driver, before -> before.alive.set(false));
    driver.advance(away);
    run(
        driver,
        before -> {
          rollBack(before);
          start(supplier.get(), new RecordingContext(before.real, new AtomicBoolean(true)));
        });
  }

  /**
   * The transaction is aborted and the task revived. Streams sets the same processor up a second
   * time then, and leaves the callbacks of the first time in place.
   */
  public void abort(StageTestDriver driver) {
    run(
        driver,
        before -> {
          rollBack(before);
          start(Objects.requireNonNull(step), new RecordingContext(before.real, before.alive));
        });
  }

  private void run(StageTestDriver driver, Consumer<RecordingContext> action) {
    fault = action;
    driver.advance(MOMENT);
  }

  private void runFault() {
    Consumer<RecordingContext> now = fault;
    fault = before -> {};
    now.accept(running());
  }

  private void start(Step next, RecordingContext nextContext) {
    step = next;
    context = nextContext;
    next.init(nextContext);
  }

  private void rollBack(RecordingContext before) {
    before.stores.forEach(
        (name, store) -> {
          entries(store).forEach(entry -> store.delete(entry.key));
          committed.getOrDefault(name, List.of()).forEach(kept -> store.put(kept.key, kept.value));
        });
  }

  private RecordingContext running() {
    return Objects.requireNonNull(context, "the driver has not been started");
  }

  private static List<KeyValue<Object, Object>> entries(KeyValueStore<Object, Object> store) {
    List<KeyValue<Object, Object>> entries = new ArrayList<>();
    try (KeyValueIterator<Object, Object> all = store.all()) {
      all.forEachRemaining(entries::add);
    }
    return entries;
  }

  /** The real context; remembers the stores, and lets the callbacks of a dead process rest. */
  private static final class RecordingContext implements StepContext {

    private final StepContext real;
    private final Map<String, KeyValueStore<Object, Object>> stores = new HashMap<>();

    /** Whether the process is: one for all the contexts that its task was set up with. */
    private final AtomicBoolean alive;

    RecordingContext(StepContext real, AtomicBoolean alive) {
      this.real = real;
      this.alive = alive;
    }

    @Override
    public void send(
        Topic topic, byte[] key, byte @Nullable [] value, Map<String, String> headers) {
      real.send(topic, key, value, headers);
    }

    @Override
    public void deadLetter(Reason reason, String message, byte[] part) {
      real.deadLetter(reason, message, part);
    }

    @Override
    public <K, V> KeyValueStore<K, V> store(String name) {
      stores.put(name, real.store(name));
      return real.store(name);
    }

    @Override
    public void every(Duration interval, Runnable callback) {
      real.every(
          interval,
          () -> {
            if (alive.get()) {
              callback.run();
            }
          });
    }

    @Override
    public int maxBytes(Topic topic) {
      return real.maxBytes(topic);
    }

    @Override
    public Clock clock() {
      return real.clock();
    }

    @Override
    public int partition() {
      return real.partition();
    }
  }
}
