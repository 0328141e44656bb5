package io.sluice.app.config;

import io.sluice.app.plugins.Plugins;
import io.sluice.app.plugins.RefusedPlugin;
import io.sluice.processor.DefinitionKind;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The stream processors on the class path, built-in or not, and those of plugins: all are found the
 * same way.
 */
public final class Processors {

  private final Map<String, StreamProcessor<?>> byName = new TreeMap<>();
  private final Set<String> ofPlugins = new HashSet<>();
  private List<RefusedPlugin> refused = List.of();

  private Processors() {}

  /**
   * Loads those on the class path.
   *
   * @throws IllegalStateException when two have the same name
   */
  public static Processors load() {
    Processors processors = new Processors();
    for (StreamProcessor<?> processor : ServiceLoader.load(StreamProcessor.class)) {
      StreamProcessor<?> other = processors.byName.put(processor.name(), processor);
      if (other != null) {
        throw new IllegalStateException(
            "two processors are named "
                + processor.name()
                + ": "
                + other.getClass().getName()
                + " and "
                + processor.getClass().getName());
      }
    }
    return processors;
  }

  /** Loads those on the class path and those of plugins. */
  public static Processors load(Path plugins) {
    Processors processors = load();
    Plugins loaded = Plugins.load(plugins, processors.all());
    for (StreamProcessor<?> processor : loaded.processors()) {
      processors.byName.put(processor.name(), processor);
      processors.ofPlugins.add(processor.name());
    }
    processors.refused = loaded.refused();
    return processors;
  }

  /** All of them, by name. */
  public List<StreamProcessor<?>> all() {
    return List.copyOf(byName.values());
  }

  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** Whether it is a plugin's, without which the process can do. */
  public boolean isOfPlugin(String name) {
    return ofPlugins.contains(name);
  }

  /** Plugins that were not taken. */
  public List<RefusedPlugin> refused() {
    return refused;
  }

  /** The catalogue, and what processors read and write besides. */
  public List<Topic> topics() {
    Set<Topic> topics = new LinkedHashSet<>(Topics.all());
    for (StreamProcessor<?> processor : byName.values()) {
      topics.addAll(processor.inputs());
      topics.addAll(processor.outputs());
    }
    return List.copyOf(topics);
  }

  /** Kinds of definition that processors bring. */
  public List<DefinitionKind> definitionKinds() {
    List<DefinitionKind> kinds = new ArrayList<>();
    byName.values().forEach(processor -> kinds.addAll(processor.definitionKinds()));
    return kinds;
  }

  /** What holds of a kind until a user applies something. */
  public DefinitionSet shippedDefinitions(String kind) {
    return definitionKinds().stream()
        .filter(each -> each.name().equals(kind))
        .findFirst()
        .map(DefinitionKind::shippedSet)
        .orElseGet(() -> ShippedDefinitions.of(kind));
  }

  /** Names of the kinds of definition that users may apply. */
  public List<String> kindNames() {
    List<String> names = new ArrayList<>(DefinitionKinds.all());
    definitionKinds().forEach(kind -> names.add(kind.name()));
    return names;
  }

  /** How sets of the processors' own kinds are checked, by kind. */
  public Map<String, Consumer<DefinitionSet>> definitionChecks() {
    Map<String, Consumer<DefinitionSet>> checks = new TreeMap<>();
    definitionKinds().forEach(kind -> checks.put(kind.name(), kind.check()));
    return checks;
  }
}
