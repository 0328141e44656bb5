package io.sluice.processors.faults;

import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.kafka.streams.Topology;

/** A processor of which the test wires the topology, to get one of its steps into its hands. */
public record RewiredProcessor<C extends Record>(
    StreamProcessor<C> real, BiFunction<C, Stage, Topology> wiring) implements StreamProcessor<C> {

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public C defaults() {
    return real.defaults();
  }

  @Override
  public List<Topic> inputs() {
    return real.inputs();
  }

  @Override
  public List<Topic> outputs() {
    return real.outputs();
  }

  @Override
  public List<Topic> internalTopics() {
    return real.internalTopics();
  }

  @Override
  public Topology topology(C config, Stage stage) {
    return wiring.apply(config, stage);
  }
}
