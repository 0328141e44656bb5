package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static io.sluice.processor.runtime.RunningStage.PATIENCE;
import static io.sluice.processor.runtime.RunningStage.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.processor.InputRecord;
import io.sluice.processor.StepContext;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine's clock may be set back by an hour; nobody waits for that hour. */
@WithBroker
class ClockSetBackIT {

  @TempDir private Path state;

  private final AtomicLong callbacks = new AtomicLong();

  @Test
  void goesOnCommittingAndCallingBack(TestBroker broker) {
    broker.createTopics(1);
    MovedTime time = new MovedTime();
    try (RunningStage stage = RunningStage.start(LaneProcessor.of(count()), broker, state, time)) {
      broker.produce(Topics.RAW_LOGS, bytes("k"), bytes("before"));
      assertThat(values(broker, Topics.LOGS, 1)).containsExactly("1");

      time.move(Duration.ofHours(-1));
      broker.produce(Topics.RAW_LOGS, bytes("k"), bytes("after"));

      assertThat(values(broker, Topics.LOGS, 2)).containsExactly("1", "2");
      long soFar = callbacks.get();
      await().atMost(PATIENCE).until(() -> callbacks.get() > soFar + 5);
      stage.awaitReady();
      assertThat(stage.threadsReplaced()).as("a stop that keeps the state is enough").isZero();
    }
  }

  /** Sends how many records there were, and counts callbacks. */
  private LaneProcessor.Work count() {
    return new LaneProcessor.Work() {
      @Override
      public void init(StepContext out) {
        out.every(Duration.ofMillis(100), callbacks::incrementAndGet);
      }

      @Override
      public void on(InputRecord input, StepContext out) {
        KeyValueStore<String, Long> counts = out.store(LaneProcessor.STORE);
        Long before = counts.get("all");
        long all = before == null ? 1 : before + 1;
        counts.put("all", all);
        out.send(Topics.LOGS, LaneProcessor.key(input), bytes(Long.toString(all)));
      }
    };
  }

  /** The machine's time, moved. */
  private static final class MovedTime implements Time {

    private final AtomicLong movedMillis = new AtomicLong();

    void move(Duration by) {
      movedMillis.addAndGet(by.toMillis());
    }

    @Override
    public long milliseconds() {
      return Time.SYSTEM.milliseconds() + movedMillis.get();
    }

    @Override
    public long nanoseconds() {
      return Time.SYSTEM.nanoseconds();
    }

    @Override
    public void sleep(long millis) {
      Time.SYSTEM.sleep(millis);
    }

    @Override
    public void waitObject(Object lock, Supplier<Boolean> condition, long deadlineMillis)
        throws InterruptedException {
      Time.SYSTEM.waitObject(lock, condition, deadlineMillis - movedMillis.get());
    }
  }
}
