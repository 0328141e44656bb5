package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static io.sluice.processor.runtime.LaneProcessor.text;
import static io.sluice.processor.runtime.RunningStage.deadLetters;
import static io.sluice.processor.runtime.RunningStage.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.InputRecord;
import io.sluice.processor.StepContext;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stage whose threads and tasks die under it counts every record once. */
@WithBroker
class StageFaultsIT {

  @TempDir private Path state;

  private final AtomicBoolean fails = new AtomicBoolean(true);

  @BeforeEach
  void createTopics(TestBroker broker) {
    broker.createTopics(1);
  }

  /** It runs each time until a callback is due, so that running says nothing. */
  @Test
  void stageWhoseThreadsFailWhileItRunsSaysSo(TestBroker broker) {
    LaneProcessor.Work work =
        new LaneProcessor.Work() {
          @Override
          public void init(StepContext out) {
            out.every(
                Duration.ofSeconds(1),
                () -> {
                  throw new IllegalStateException("a bug");
                });
          }

          @Override
          public void on(InputRecord input, StepContext out) {}
        };
    try (RunningStage stage = RunningStage.start(LaneProcessor.of(work), broker, state)) {
      stage.awaitDetail("its threads fail again and again");
      assertThat(stage.health()).matches(health -> health.live() && !health.ready());
    }
  }

  @Test
  void threadThatDiesIsReplacedAndCountedAndItsTransactionIsRepeated(TestBroker broker) {
    LaneProcessor processor =
        LaneProcessor.on(stage -> new Counting(() -> new OutOfMemoryError("pretended")));
    try (RunningStage stage = RunningStage.start(processor, broker, state)) {
      assertCountsEachRecordOnce(broker);
      assertThat(stage.threadsReplaced()).isEqualTo(1);
      assertThat(stage.awaitReady().health().live()).isTrue();
    }
  }

  /** Streams 4.3.1 revives such a task at a position behind the records of what it aborted. */
  @Test
  void taskThatIsCorruptedLosesNoRecord(TestBroker broker) {
    LaneProcessor processor =
        LaneProcessor.on(
            stage -> new Counting(() -> new TaskCorruptedException(Set.of(new TaskId(0, 0)))));
    try (RunningStage stage = RunningStage.start(processor, broker, state)) {
      assertCountsEachRecordOnce(broker);
      assertThat(stage.threadsReplaced()).isEqualTo(1);
    }
  }

  @Test
  void countsGoOnFromTheChangelogWhenTheStateDirectoryIsLost(
      TestBroker broker, @TempDir Path elsewhere) {
    fails.set(false);
    LaneProcessor processor =
        LaneProcessor.on(stage -> new Counting(() -> new AssertionError("never thrown")));
    try (RunningStage stage = RunningStage.start(processor, broker, state)) {
      stage.awaitReady();
      broker.produce(Topics.RAW_LOGS, null, bytes("a"));
      broker.produce(Topics.RAW_LOGS, null, bytes("b"));
    }
    try (RunningStage stage = RunningStage.start(processor, broker, elsewhere)) {
      broker.produce(Topics.RAW_LOGS, null, bytes("c"));

      assertThat(values(broker, Topics.LOGS, 3)).containsExactly("a=1/1", "b=2/2", "c=3/3");
      assertThat(stage.threadsReplaced()).isZero();
    }
  }

  private void assertCountsEachRecordOnce(TestBroker broker) {
    broker.produce(Topics.RAW_LOGS, null, bytes("a"));
    broker.produce(Topics.RAW_LOGS, null, bytes("fail once"));
    broker.produce(Topics.RAW_LOGS, null, bytes("b"));

    assertThat(values(broker, Topics.LOGS, 3)).containsExactly("a=1/1", "fail once=2/2", "b=3/3");
    assertThat(deadLetters(broker, 0)).isEmpty();
  }

  /** Counts in a store and, as a cache in front of it does, in memory. */
  private final class Counting implements LaneProcessor.Work {

    private final Supplier<? extends Throwable> failure;
    private long inMemory;

    @SuppressWarnings("NullAway.Init") // init comes first
    private KeyValueStore<String, Long> counts;

    Counting(Supplier<? extends Throwable> failure) {
      this.failure = failure;
    }

    @Override
    public void init(StepContext out) {
      counts = out.store(LaneProcessor.STORE);
      inMemory += stored();
    }

    @Override
    public void on(InputRecord input, StepContext out) {
      inMemory++;
      counts.put("records", stored() + 1);
      if (text(input).equals("fail once") && fails.getAndSet(false)) {
        throw thrown(failure.get());
      }
      out.send(Topics.LOGS, new byte[0], bytes(text(input) + "=" + stored() + "/" + inMemory));
    }

    private long stored() {
      Long count = counts.get("records");
      return count == null ? 0 : count;
    }
  }

  private static RuntimeException thrown(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }
}
