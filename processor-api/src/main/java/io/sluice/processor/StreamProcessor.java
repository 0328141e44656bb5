package io.sluice.processor;

import io.sluice.processor.runtime.StageTopology;
import io.sluice.schemas.Topic;
import java.util.List;
import org.apache.kafka.streams.Topology;

/**
 * A stream processor: one Kafka Streams application of its own. Implementations are named in {@code
 * META-INF/services/io.sluice.processor.StreamProcessor} and have a public constructor without
 * parameters. All methods are called by the application's main thread, before the first record.
 *
 * @param <C> its configuration: a record that Jackson binds, whose compact constructor refuses
 *     impossible values
 */
public interface StreamProcessor<C extends Record> {

  /**
   * The role as users name it ({@code traces}): lower-case letters and digits, unique. Part of the
   * application id, of every metric's {@code stage} label, and the key of its settings under {@code
   * processors} in {@code sluice.yaml}. Never changes: state is found by it.
   */
  String name();

  /** The configuration when the user says nothing. */
  C defaults();

  /** Topics that it reads. They exist before it starts. */
  List<Topic> inputs();

  /** Topics that it writes, dead letters aside. They exist before it starts. */
  List<Topic> outputs();

  /**
   * Topics between its own steps, made with {@link StageTopology#internalTopic}. The runtime
   * creates them.
   */
  default List<Topic> internalTopics() {
    return List.of();
  }

  /**
   * Wires steps to topics: plain values in, a topology out, no broker needed.
   *
   * @param config the defaults with what the user set
   * @param stage the runtime's side: where to wire, and what steps may use
   */
  Topology topology(C config, Stage stage);
}
