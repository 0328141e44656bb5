package io.sluice.processor;

import io.sluice.schemas.Topic;
import io.sluice.schemas.settings.ConfigurationException;
import java.util.List;
import org.apache.kafka.streams.Topology;

/**
 * A stream processor: one Kafka Streams application of its own. Implementations are named in {@code
 * META-INF/services/io.sluice.processor.StreamProcessor} and have a public constructor without
 * parameters. All methods are called before the first record: {@link #topology} by a thread of the
 * stage's own, twice if its local state has to be built anew; the others by whichever thread loads
 * processors, several times. They give the same answer each time and neither wait nor do I/O.
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
   * Kinds of definition of its own, which users put into force with {@code sluice apply} while it
   * runs. A step reads them with {@link Definitions#current}. Redaction rules and SLOs are there
   * for every processor.
   */
  default List<DefinitionKind> definitionKinds() {
    return List.of();
  }

  /**
   * The version of what its stores hold; 1 at first. With another one it begins with empty stores
   * and empty internal topics, and reads its inputs from their beginning, as far back as Kafka has
   * them. Raise it when names of steps or stores change, or what is in the stores cannot be read
   * any more. What the earlier version had stays on the cluster, for the way back.
   */
  default int stateVersion() {
    return 1;
  }

  /**
   * Wires steps to topics: plain values in, a topology out, no broker needed.
   *
   * @param config the defaults with what the user set
   * @param stage the runtime's side: where to wire, and what steps may use
   * @throws ConfigurationException when definitions that it cannot do without cannot be used: the
   *     stage says so, processes nothing, and tries again until others are applied
   */
  Topology topology(C config, Stage stage);
}
