package io.sluice.schemas.definitions;

import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.NearestName;
import io.sluice.schemas.settings.YamlDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The documents of one kind by {@code metadata.name}, for others that refer to them. */
final class NamedDocuments<T> {

  private final String kind;
  private final ProblemList problems;

  /** Null for one that has problems: who refers to it has none. */
  private final Map<String, @Nullable T> byName = new LinkedHashMap<>();

  NamedDocuments(String kind, ProblemList problems) {
    this.kind = kind;
    this.problems = problems;
  }

  /**
   * Reads a document and keeps it by its name.
   *
   * @param reading throws {@link ConfigurationException} with its problems
   */
  void add(YamlDocument document, Supplier<T> reading) {
    String name = document.text("metadata.name");
    if (name != null && byName.containsKey(name)) {
      problems.add(document.problem("metadata.name", "expected a name that is unique in its kind"));
      return;
    }
    problems.collect(
        () -> {
          if (name != null) {
            byName.put(name, null);
          }
          T value = reading.get();
          if (name != null) {
            byName.put(name, value);
          }
        });
  }

  /** All without problems. */
  List<T> values() {
    List<T> values = new ArrayList<>();
    for (T value : byName.values()) {
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  /** The one that is referred to; null after a problem. */
  @Nullable T find(YamlDocument document, String path, String name) {
    if (!byName.containsKey(name)) {
      String nearest = NearestName.of(name, byName.keySet());
      String hint = nearest == null ? "" : "; did you mean \"" + nearest + "\"?";
      problems.add(document.problem(path, "no " + kind + " has this name" + hint));
    }
    return byName.get(name);
  }
}
