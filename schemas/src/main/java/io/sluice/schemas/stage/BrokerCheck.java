package io.sluice.schemas.stage;

import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Whether Kafka answers. A consumer's poll does not say: without a broker it returns nothing, as it
 * does when there is nothing. For the thread that polls.
 */
public final class BrokerCheck {

  private static final Duration EVERY = Duration.ofSeconds(3);

  private final Consumer<?, ?> consumer;
  private long asked = System.nanoTime();
  private volatile long answered = asked;
  private boolean answering = true;

  public BrokerCheck(Consumer<?, ?> consumer) {
    this.consumer = consumer;
  }

  /**
   * Whether the leaders of the consumer's partitions answered when they were last asked. Asks every
   * three seconds, and waits as long at most.
   */
  public boolean answering() {
    if (System.nanoTime() - asked > EVERY.toNanos()) {
      try {
        consumer.endOffsets(consumer.assignment(), EVERY);
        answering = true;
        answered = System.nanoTime();
      } catch (RetriableException e) {
        answering = false; // a time-out, or no leader
      }
      asked = System.nanoTime();
    }
    return answering;
  }

  /** How long ago they answered last. May be asked by any thread. */
  public Duration sinceAnswer() {
    return Duration.ofNanos(System.nanoTime() - answered);
  }
}
