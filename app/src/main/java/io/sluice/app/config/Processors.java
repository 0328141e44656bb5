package io.sluice.app.config;

import io.sluice.processor.StreamProcessor;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The stream processors on the class path, built-in or not: all are found the same way. */
public final class Processors {

  private final Map<String, StreamProcessor<?>> byName = new TreeMap<>();

  private Processors() {}

  /**
   * Loads them.
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

  /** All of them, by name. */
  public List<StreamProcessor<?>> all() {
    return List.copyOf(byName.values());
  }

  public List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
