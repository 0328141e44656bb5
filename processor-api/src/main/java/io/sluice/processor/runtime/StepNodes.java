package io.sluice.processor.runtime;

import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.StageMeters;
import java.util.Collection;
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

/** Steps as nodes of a Kafka Streams topology: sources, the guarded steps, sinks. */
public final class StepNodes {

  private final Stage stage;
  private final StageMeters meters;
  private final Suspects suspects = new Suspects();
  private final Topology topology = new Topology();

  public StepNodes(Stage stage) {
    this.stage = stage;
    this.meters = new StageMeters(stage.meters(), stage.name());
  }

  /** Adds one step with its topics and stores. */
  public void add(
      String name,
      Supplier<Step> supplier,
      List<Topic> inputs,
      Collection<Topic> outputs,
      List<StoreBuilder<?>> stores) {
    Map<Topic, String> sinks = new LinkedHashMap<>();
    outputs.forEach(topic -> sinks.put(topic, name + "-to-" + topic.name()));
    sinks.put(Topics.DEAD_LETTERS, name + "-to-dead-letters");
    Map<String, Topic> inputsByName = new LinkedHashMap<>();
    inputs.forEach(topic -> inputsByName.put(stage.topicName(topic), topic));
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
                stage, supplier, inputsByName, children, storeNames, signal, meters, suspects);
    topology.addProcessor(name, guarded, source);
    stores.forEach(store -> topology.addStateStore(store, name));
    if (!stores.isEmpty()) {
      topology.addStateStore(CommitSignal.named(signal), name);
    }
    sinks.forEach(
        (topic, sink) ->
            topology.addSink(
                sink,
                stage.topicName(topic),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                name));
  }

  public Topology topology() {
    return topology;
  }
}
