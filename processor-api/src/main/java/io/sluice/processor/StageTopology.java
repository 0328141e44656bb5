package io.sluice.processor;

import io.sluice.processor.runtime.InternalTopics;
import io.sluice.processor.runtime.StepNodes;
import io.sluice.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Wires steps between topics. Every step is guarded: what it cannot process goes to dead letters in
 * the same transaction, and it is counted, timed and traced.
 *
 * <pre>{@code
 * return stage.topology()
 *     .step("assemble", AssembleStep::new)
 *     .reads(Topics.SPANS)
 *     .sends(Topics.TRACES)
 *     .store(openTraces)
 *     .build();
 * }</pre>
 *
 * <p>Names of steps and stores are part of the state's layout: do not change them once released, or
 * raise {@link StreamProcessor#stateVersion}. Made and used by {@link StreamProcessor#topology}, on
 * its thread.
 */
public final class StageTopology {

  private final Stage stage;
  private final List<StepWiring> steps = new ArrayList<>();

  /** Called by {@link Stage#topology}. */
  StageTopology(Stage stage) {
    this.stage = stage;
  }

  /**
   * Declares a step.
   *
   * @param name unique in this topology
   * @param supplier makes a new one for each task
   */
  public StepWiring step(String name, Supplier<Step> supplier) {
    StepWiring wiring = new StepWiring(name, supplier);
    steps.add(wiring);
    return wiring;
  }

  /**
   * A topic between two steps of one processor: name it in {@link
   * io.sluice.processor.StreamProcessor#internalTopics} and the runtime creates it, with as many
   * partitions as the widest input. Kept as long as the clean topics: an owner may be away for days
   * and lose nothing.
   *
   * @param processor the processor's name
   * @param name short; part of the topic's name, which never changes. With another {@link
   *     StreamProcessor#stateVersion} the topic on the cluster is another one
   */
  public static Topic internalTopic(String processor, String name) {
    return new Topic(
        InternalTopics.name(processor, name),
        "internal",
        "internal",
        false,
        Duration.ofDays(7),
        0,
        false,
        processor);
  }

  private Topology build() {
    StepNodes nodes = new StepNodes(stage);
    for (StepWiring step : steps) {
      nodes.add(step.name, step.supplier, step.inputs, step.outputs, step.stores);
    }
    return nodes.topology();
  }

  /** One step's topics and stores. */
  public final class StepWiring {

    private final String name;
    private final Supplier<Step> supplier;
    private final List<Topic> inputs = new ArrayList<>();
    private final Set<Topic> outputs = new LinkedHashSet<>();
    private final List<StoreBuilder<?>> stores = new ArrayList<>();

    private StepWiring(String name, Supplier<Step> supplier) {
      this.name = name;
      this.supplier = supplier;
    }

    /** Topics whose records the step gets; partition by partition, the same number of each. */
    public StepWiring reads(Topic... topics) {
      inputs.addAll(List.of(topics));
      return this;
    }

    /** Topics that the step may send to; dead letters it may always. */
    public StepWiring sends(Topic... topics) {
      outputs.addAll(List.of(topics));
      return this;
    }

    /**
     * State of the step, one part for each partition, kept in a changelog topic and restored from
     * it. What is not removed from it stays for ever.
     */
    public StepWiring store(StoreBuilder<?> store) {
      stores.add(store);
      return this;
    }

    /** The next step of the same processor. */
    public StepWiring step(String nextName, Supplier<Step> nextSupplier) {
      return StageTopology.this.step(nextName, nextSupplier);
    }

    /** The finished topology of all steps. */
    public Topology build() {
      return StageTopology.this.build();
    }
  }
}
