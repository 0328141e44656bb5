package io.sluice.processor;

import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** What a step may do to the world. Used only on the step's own thread. */
public interface StepContext {

  /**
   * Sends a record when the current call ends well. The runtime adds the trace context.
   *
   * @param topic one that the step was wired to send to
   * @param value null for a tombstone, which takes the key out of a compacted topic
   * @param headers name to text, written as UTF-8
   * @throws IllegalArgumentException for a topic that was not wired
   */
  void send(Topic topic, byte[] key, byte @Nullable [] value, Map<String, String> headers);

  /** Sends a record without headers of its own. */
  default void send(Topic topic, byte[] key, byte @Nullable [] value) {
    send(topic, key, value, Map.of());
  }

  /**
   * Writes a part of the current record to dead letters, while the rest goes on. For all of it,
   * throw {@link io.sluice.schemas.InvalidInputException} instead. Only inside {@link
   * Step#process}.
   *
   * @param message what is wrong and where; never a piece of the value
   * @param part bytes that can be sent to the input topic again as they are
   */
  void deadLetter(Reason reason, String message, byte[] part);

  /**
   * A store that the step was wired with; the types are those it was wired with.
   *
   * @throws IllegalArgumentException for a store that was not
   */
  <K, V> KeyValueStore<K, V> store(String name);

  /** The most bytes that a record of the topic may surely have, key and headers included. */
  int maxBytes(Topic topic);

  /** Calls back on the step's thread, on wall-clock time, also while no records come. */
  void every(Duration interval, Runnable callback);

  /** Wall-clock time; tests drive it. */
  Clock clock();

  /** The partition number that this instance of the step works for. */
  int partition();
}
