package io.sluice.processor.runtime;

import io.sluice.processor.DefinitionKind;
import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import java.util.List;
import org.apache.kafka.streams.Topology;

/**
 * A plugin's processor as it answered once, when it was loaded: the process asks it for its
 * topology and for nothing else, and that finds the plugin's own classes and services.
 */
public record LoadedProcessor<C extends Record>(
    StreamProcessor<C> plugin,
    String name,
    C defaults,
    List<Topic> inputs,
    List<Topic> outputs,
    List<Topic> internalTopics,
    List<DefinitionKind> definitionKinds,
    int stateVersion)
    implements StreamProcessor<C> {

  /** Asks all that the process will want to know. Runs the plugin's code. */
  public static <C extends Record> LoadedProcessor<C> ask(StreamProcessor<C> plugin) {
    return new LoadedProcessor<>(
        plugin,
        plugin.name(),
        plugin.defaults(),
        List.copyOf(plugin.inputs()),
        List.copyOf(plugin.outputs()),
        List.copyOf(plugin.internalTopics()),
        List.copyOf(plugin.definitionKinds()),
        plugin.stateVersion());
  }

  @Override
  public Topology topology(C config, Stage stage) {
    return ContextLoader.among(
        plugin.getClass().getClassLoader(), () -> plugin.topology(config, stage));
  }
}
