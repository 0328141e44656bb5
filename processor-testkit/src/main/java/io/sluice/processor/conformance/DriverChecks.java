package io.sluice.processor.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Promises that show without a broker. */
final class DriverChecks {

  private static final int ROUNDS = 3;

  /** So many times what is kept has passed in a long run. */
  private static final int LIFETIMES = 8;

  private static final int ROUNDS_OF_A_LIFETIME = 10;

  /** A clock that goes, rather than jumps: some processors count the time that they worked. */
  private static final int TICKS_OF_A_ROUND = 240;

  /** Numbers that have grown have more digits. */
  private static final int FEW_BYTES = 100;

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
      Map<String, Kept> halfway = new TreeMap<>();
      Map<String, Kept> end = new TreeMap<>();
      for (int round = 0; round < LIFETIMES * ROUNDS_OF_A_LIFETIME; round++) {
        subject.feed().feed(round, new DriverInputs(driver));
        for (int tick = 0; tick < TICKS_OF_A_ROUND; tick++) {
          driver.advance(step.dividedBy(TICKS_OF_A_ROUND));
        }
        int lifetime = round / ROUNDS_OF_A_LIFETIME + 1;
        if (lifetime == LIFETIMES / 2) {
          addMost(halfway, driver);
        } else if (lifetime == LIFETIMES) {
          addMost(end, driver);
        }
      }
      Duration time = subject.keeps().multipliedBy(LIFETIMES);
      assertThat(entries(end))
          .as(
              "entries in stores after %s, of which %s were there after half of it: what never"
                  + " comes again has to be forgotten",
              time, entries(halfway))
          .isLessThanOrEqualTo(aboutAsMuchAs(entries(halfway), 1));
      for (Map.Entry<String, Kept> store : end.entrySet()) {
        long before = halfway.getOrDefault(store.getKey(), Kept.NOTHING).bytes();
        assertThat(store.getValue().bytes())
            .as(
                "bytes in store %s after %s, of which %s were there after half of it: an entry has"
                    + " to come to an end too",
                store.getKey(), time, before)
            .isLessThanOrEqualTo(aboutAsMuchAs(before, FEW_BYTES));
      }
    }
  }

  private static long aboutAsMuchAs(long before, int few) {
    return before + before / 4 + few;
  }

  /** The most of a whole lifetime: what is kept may come and go within it. */
  private static void addMost(Map<String, Kept> most, StageTestDriver driver) {
    driver.stores().forEach((name, store) -> most.merge(name, Kept.in(store), Kept::most));
  }

  private static long entries(Map<String, Kept> kept) {
    return kept.values().stream().mapToLong(Kept::entries).sum();
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
}
