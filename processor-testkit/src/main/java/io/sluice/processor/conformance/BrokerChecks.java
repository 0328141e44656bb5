package io.sluice.processor.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Promises that need a broker: what is kept when processes come and go. */
final class BrokerChecks {

  /** Long enough for a busy machine; nothing waits for it to pass. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** More than committed input needs to come out, beside what the processor waits. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private BrokerChecks() {}

  static void restart(Subject.Described subject, TestBroker broker) {
    Run run = new Run(subject, broker, 2);
    try (RunningProcess killed = run.process()) {
      run.feed(0, 2);
      run.awaitRead(killed);
      killed.killInTheMiddle();
      run.feed(2, 4);
      killed.awaitKilled(subject.waits().plus(PATIENCE));
      try (RunningProcess next = run.process(killed.copyOfState())) {
        run.feed(4, 6);
        run.awaitResult(6, next);
      }
    }
    run.checkResult(6);
  }

  static void rebalance(Subject.Described subject, TestBroker broker) {
    Run run = new Run(subject, broker, 2);
    try (RunningProcess first = run.process()) {
      run.feed(0, 2);
      run.awaitRead(first);
      try (RunningProcess second = run.process()) {
        run.feed(2, 4);
        second.awaitReady(PATIENCE);
        first.close();
        run.feed(4, 6);
        run.awaitResult(6, second);
      }
    }
    run.checkResult(6);
  }

  static void idlePartitions(Subject.Described subject, TestBroker broker) {
    Run run = new Run(subject, broker, 8);
    try (RunningProcess process = run.process()) {
      run.feed(0, 1);
      run.awaitResult(1, process);
    }
  }

  private record BrokerInputs(TestBroker broker) implements Subject.Inputs {
    @Override
    public Instant now() {
      return Instant.now();
    }

    @Override
    public void send(Topic topic, byte @Nullable [] key, byte[] value) {
      var unused = broker.produce(topic, key, value);
    }
  }

  /** One processor's topics on the broker, and what is expected in them. */
  private static final class Run {

    private final Subject.Described subject;
    private final TestBroker broker;

    Run(Subject.Described subject, TestBroker broker, int partitions) {
      this.subject = subject;
      this.broker = broker;
      broker.createTopics(partitions);
      List<Topic> own = new ArrayList<>(subject.processor().inputs());
      own.addAll(subject.processor().outputs());
      own.stream()
          .distinct()
          .filter(topic -> !Topics.all().contains(topic))
          .forEach(topic -> broker.createTopic(topic, partitions));
    }

    /** With an empty disk. */
    RunningProcess process() {
      return process(Directories.empty());
    }

    RunningProcess process(Path state) {
      RunningProcess process = RunningProcess.start(subject, broker.connection(), state);
      try {
        process.awaitReady(PATIENCE);
      } catch (AssertionError e) {
        process.close();
        throw e;
      }
      return process;
    }

    void feed(int from, int to) {
      for (int round = from; round < to; round++) {
        subject.feed().feed(round, new BrokerInputs(broker));
      }
    }

    /**
     * Until all that was fed is processed and committed; what is on its way between its steps, and
     * what it waits for, may be still to come.
     */
    void awaitRead(RunningProcess process) {
      Map<TopicPartition, Long> fed = fed();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!isCommitted(process.applicationId(), fed)) {
        assertThat(System.nanoTime())
            .as("the processor has not committed all of %s; it is %s", fed, process.health())
            .isLessThan(deadline);
        pause();
      }
    }

    /** What is committed behind the last record of each partition. */
    private Map<TopicPartition, Long> fed() {
      Map<TopicPartition, Long> fed = new HashMap<>();
      for (Topic topic : subject.processor().inputs()) {
        for (ConsumerRecord<byte[], byte[]> record : broker.records(topic)) {
          fed.merge(
              new TopicPartition(record.topic(), record.partition()),
              record.offset() + 1,
              Math::max);
        }
      }
      return fed;
    }

    private boolean isCommitted(String group, Map<TopicPartition, Long> fed) {
      Map<TopicPartition, OffsetAndMetadata> committed;
      try {
        committed =
            broker.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the broker does not say what is committed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      return fed.entrySet().stream()
          .allMatch(
              each -> {
                OffsetAndMetadata offset = committed.get(each.getKey());
                return offset != null && offset.offset() >= each.getValue();
              });
    }

    /**
     * Until the result is that of an undisturbed processor. It is another one for good when it does
     * not change any more after all that was fed is committed.
     */
    void awaitResult(int rounds, RunningProcess process) {
      Object expected = subject.result().apply(DriverChecks.undisturbed(subject, rounds));
      Map<TopicPartition, Long> fed = fed();
      Duration quiet = subject.waits().plus(QUIET);
      long deadline = System.nanoTime() + PATIENCE.plus(subject.waits()).toNanos();
      long changed = System.nanoTime();
      Object now = result();
      while (!now.equals(expected)) {
        if (System.nanoTime() > deadline || System.nanoTime() - changed > quiet.toNanos()) {
          assertThat(now).as("result; the processor is %s", process.health()).isEqualTo(expected);
        }
        pause();
        Object before = now;
        now = result();
        if (!now.equals(before) || !isCommitted(process.applicationId(), fed)) {
          changed = System.nanoTime();
        }
      }
    }

    /** Once more when all is stopped: nothing may come after what was right. */
    void checkResult(int rounds) {
      assertThat(result())
          .as("result after the end")
          .isEqualTo(subject.result().apply(DriverChecks.undisturbed(subject, rounds)));
      assertThat(broker.records(Topics.DEAD_LETTERS)).as("dead letters").isEmpty();
    }

    private Object result() {
      Outputs outputs = new Outputs();
      for (Topic topic : subject.processor().outputs()) {
        outputs.add(
            topic,
            broker.records(topic).stream()
                .map(record -> new Outputs.Sent(record.key(), record.value()))
                .toList());
      }
      return subject.result().apply(outputs);
    }

    private static void pause() {
      try {
        if (new CountDownLatch(1).await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException("nobody counts down");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }
}
