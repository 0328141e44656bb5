package io.sluice.processor.runtime;

import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.StageMeters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
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
 * Names of steps and stores are part of the state's layout: do not change them once released.
 */
public final class StageTopology {

  private final Stage stage;
  private final StageMeters stageMeters;
  private final List<StepWiring> steps = new ArrayList<>();

  public StageTopology(Stage stage) {
    this.stage = stage;
    this.stageMeters = new StageMeters(stage.meters(), stage.name());
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
   * @param name short; part of the topic's name, which never changes
   */
  public static Topic internalTopic(String processor, String name) {
    return new Topic(
        "sluice." + processor + "-" + name + "-repartition",
        "internal",
        "internal",
        false,
        Duration.ofDays(7),
        0,
        false,
        processor);
  }

  private Topology build() {
    Topology topology = new Topology();
    for (StepWiring step : steps) {
      step.addTo(topology);
    }
    return topology;
  }

  /** One step's topics and stores. */
  public final class StepWiring {

    private final String name;
    private final Supplier<Step> supplier;
    private final List<Topic> inputs = new ArrayList<>();
    private final Map<Topic, String> sinks = new LinkedHashMap<>();
    private final List<StoreBuilder<?>> stores = new ArrayList<>();

    private StepWiring(String name, Supplier<Step> supplier) {
      this.name = name;
      this.supplier = supplier;
    }

    public StepWiring reads(Topic... topics) {
      inputs.addAll(List.of(topics));
      return this;
    }

    public StepWiring sends(Topic... topics) {
      for (Topic topic : topics) {
        sinks.put(topic, name + "-to-" + topic.name());
      }
      return this;
    }

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

    private void addTo(Topology topology) {
      sinks.put(Topics.DEAD_LETTERS, name + "-to-dead-letters");
      Map<String, Topic> inputsByName = new LinkedHashMap<>();
      inputs.forEach(topic -> inputsByName.put(stage.namespace().topic(topic), topic));
      String source = name + "-source";
      topology.addSource(
          source,
          new ByteArrayDeserializer(),
          new ByteArrayDeserializer(),
          inputsByName.keySet().toArray(String[]::new));
      Map<Topic, String> children = Map.copyOf(sinks);
      Set<String> storeNames =
          stores.stream().map(StoreBuilder::name).collect(Collectors.toUnmodifiableSet());
      String signal = name + "-before-commit";
      ProcessorSupplier<byte[], byte[], byte[], byte[]> guarded =
          () ->
              new GuardedStep(
                  stage, supplier, inputsByName, children, storeNames, signal, stageMeters);
      topology.addProcessor(name, guarded, source);
      stores.forEach(store -> topology.addStateStore(store, name));
      if (!stores.isEmpty()) {
        topology.addStateStore(CommitSignal.named(signal), name);
      }
      sinks.forEach(
          (topic, sink) ->
              topology.addSink(
                  sink,
                  stage.namespace().topic(topic),
                  new ByteArraySerializer(),
                  new ByteArraySerializer(),
                  name));
    }
  }
}
