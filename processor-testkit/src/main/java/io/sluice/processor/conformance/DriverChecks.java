package io.sluice.processor.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlySessionStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.jspecify.annotations.Nullable;

/** Promises that show without a broker. */
final class DriverChecks {

  private static final int ROUNDS = 3;

  /** So many times what is kept has passed in a long run. */
  private static final int LIFETIMES = 8;

  private static final int ROUNDS_OF_A_LIFETIME = 10;

  /** A clock that goes, rather than jumps: some processors count the time that they worked. */
  private static final int TICKS_OF_A_ROUND = 240;

  private DriverChecks() {}

  /** What an undisturbed processor gives after some rounds. */
  static Outputs undisturbed(Subject.Described subject, int rounds) {
    try (StageTestDriver driver = subject.driver()) {
      for (int round = 0; round < rounds; round++) {
        subject.feed().feed(round, new DriverInputs(driver));
      }
      Outputs outputs = outputsAfterWaiting(subject, driver);
      assertThat(outputs.isEmpty())
          .as("the processor sent nothing: the input of a conformance test must have a result")
          .isFalse();
      assertThat(driver.deadLetters())
          .as("the input of a conformance test has no dead letter")
          .isEmpty();
      return outputs;
    }
  }

  static void replay(Subject.Described subject) {
    assertThat(undisturbed(subject, ROUNDS).exact())
        .as("the second run of the same input gave something else")
        .isEqualTo(undisturbed(subject, ROUNDS).exact());
  }

  static void poison(Subject.Described subject) {
    Outputs expected = undisturbed(subject, ROUNDS);
    try (StageTestDriver driver = subject.driver()) {
      int[] poisoned = {0};
      for (int round = 0; round < ROUNDS; round++) {
        subject.feed().feed(round, new PoisonedInputs(driver, poisoned));
      }
      Outputs outputs = outputsAfterWaiting(subject, driver);
      assertThat(subject.result().apply(outputs))
          .as("poison changed the result of the good records")
          .isEqualTo(subject.result().apply(expected));
      assertThat(driver.deadLetters())
          .as("each poisoned record is a dead letter, so that nothing goes without notice")
          .hasSize(poisoned[0]);
    }
  }

  private record DriverInputs(StageTestDriver driver) implements Subject.Inputs {
    @Override
    public Instant now() {
      return driver.now();
    }

    @Override
    public void send(Topic topic, byte @Nullable [] key, byte[] value) {
      driver.send(topic, key, value);
    }
  }

  /**
   * The same with poison before each record.
   *
   * @param poisoned counts it
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  private record PoisonedInputs(StageTestDriver driver, int[] poisoned) implements Subject.Inputs {
    @Override
    public Instant now() {
      return driver.now();
    }

    @Override
    public void send(Topic topic, byte @Nullable [] key, byte[] value) {
      for (byte[] poison : poisons(value)) {
        driver.send(topic, key, poison);
        poisoned[0]++;
      }
      driver.send(topic, key, value);
    }
  }

  /** Nothing that any format reads, and a record that ends in its middle. */
  private static List<byte[]> poisons(byte[] good) {
    byte[] noise = new byte[40];
    Arrays.fill(noise, (byte) 0xFF);
    return List.of(noise, Arrays.copyOf(good, good.length - 1));
  }

  static void state(Subject.Described subject) {
    try (StageTestDriver driver = subject.driver()) {
      Duration step = subject.keeps().dividedBy(ROUNDS_OF_A_LIFETIME);
      long halfway = 0;
      int rounds = LIFETIMES * ROUNDS_OF_A_LIFETIME;
      for (int round = 0; round < rounds; round++) {
        subject.feed().feed(round, new DriverInputs(driver));
        for (int tick = 0; tick < TICKS_OF_A_ROUND; tick++) {
          driver.advance(step.dividedBy(TICKS_OF_A_ROUND));
        }
        if (round == rounds / 2) {
          halfway = entries(driver);
        }
      }
      assertThat(entries(driver))
          .as(
              "entries in stores after %s, of which %s were there after half of it: what never"
                  + " comes again has to be forgotten",
              subject.keeps().multipliedBy(LIFETIMES), halfway)
          .isLessThanOrEqualTo(halfway + halfway / 4 + 1);
    }
  }

  private static Outputs outputsAfterWaiting(Subject.Described subject, StageTestDriver driver) {
    driver.advance(subject.waits());
    Outputs outputs = new Outputs();
    for (Topic topic : subject.processor().outputs()) {
      outputs.add(
          topic,
          driver.read(topic).stream()
              .map(record -> new Outputs.Sent(record.key(), record.value()))
              .toList());
    }
    return outputs;
  }

  private static long entries(StageTestDriver driver) {
    return driver.stores().values().stream().mapToLong(DriverChecks::entries).sum();
  }

  /** Of a kind that has none: what tells of commits. */
  private static long entries(StateStore store) {
    if (store instanceof ReadOnlyKeyValueStore<?, ?> values) {
      return count(values.all());
    }
    if (store instanceof ReadOnlyWindowStore<?, ?> windows) {
      return count(windows.all());
    }
    return store instanceof ReadOnlySessionStore<?, ?> sessions
        ? count(sessions.findSessions(null, null, 0, Long.MAX_VALUE))
        : 0;
  }

  private static long count(KeyValueIterator<?, ?> entries) {
    long count = 0;
    try (entries) {
      while (entries.hasNext()) {
        entries.next();
        count++;
      }
    }
    return count;
  }
}
