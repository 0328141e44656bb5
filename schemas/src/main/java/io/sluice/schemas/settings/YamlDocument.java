package io.sluice.schemas.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One YAML document that remembers where each value stands. Immutable.
 *
 * <p>{@link #bind(Class)} makes a record of it. Keys are the names of the record's components (or
 * their {@code @JsonProperty}). A component may be a number, boolean, String, {@code Duration}
 * ({@code 10s}), enum (any case, {@code -} for {@code _}), a type with a {@code @JsonCreator}
 * factory from one String, a list or a map of these, or another record. A key that is not in the
 * document takes the default's value, {@code null} where the component is {@code @Nullable}, and is
 * a problem otherwise. The keys of a map of plain values may be nested: {@code a: {b: 1}} is {@code
 * a.b: 1}.
 */
public final class YamlDocument {

  private final YamlNode.Mapping root;

  YamlDocument(YamlNode.Mapping root) {
    this.root = root;
  }

  /** A document without any key, to put overlays on. */
  public static YamlDocument empty(String fileName) {
    return new YamlDocument(StrictYaml.emptyMapping(new Origin(fileName, 1)));
  }

  /** Where the document begins. */
  public Origin start() {
    return root.origin();
  }

  /**
   * This document with one value set from elsewhere, over the file's.
   *
   * @param path key path, e.g. {@code ingest.grpc.port}
   * @param text the value; where a list, map or record is expected it is read as YAML
   * @param origin what errors and {@link #originOf} say
   */
  public YamlDocument with(String path, String text, Origin origin) {
    List<String> keys = List.of(path.split("\\.", -1));
    return new YamlDocument(with(root, keys, new YamlNode.Scalar(origin, text)));
  }

  private static YamlNode.Mapping with(
      YamlNode.Mapping into, List<String> keys, YamlNode.Scalar value) {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>(into.entries());
    String key = keys.get(0);
    YamlNode inner = value;
    if (keys.size() > 1) {
      YamlNode.Entry present = entries.get(key);
      YamlNode.Mapping child =
          present != null && present.value() instanceof YamlNode.Mapping mapping
              ? mapping
              : StrictYaml.emptyMapping(value.origin());
      inner = with(child, keys.subList(1, keys.size()), value);
    }
    entries.put(key, new YamlNode.Entry(value.origin(), inner));
    return new YamlNode.Mapping(into.origin(), entries);
  }

  /**
   * A record from this document alone.
   *
   * @throws ConfigurationException with every problem that was found
   */
  public <T extends Record> T bind(Class<T> type) {
    return bindOver(type, null);
  }

  /**
   * A record from this document over defaults: what the document does not say stays as it is there,
   * level by level. A list is replaced as a whole.
   *
   * @throws ConfigurationException with every problem that was found
   */
  public <T extends Record> T bind(Class<T> type, T defaults) {
    return bindOver(type, defaults);
  }

  /**
   * A record from the keys below a path, over defaults: for a section whose record is known only
   * when the process runs.
   *
   * @throws ConfigurationException with every problem that was found, with full paths
   */
  public <T extends Record> T bindAt(String path, Class<T> type, T defaults) {
    YamlNode found = find(path);
    if (found == null || found instanceof YamlNode.Nothing) {
      return defaults;
    }
    List<Problem> problems = new ArrayList<>();
    T bound = null;
    if (found instanceof YamlNode.Mapping mapping) {
      bound = new RecordBinder(problems).bind(type, mapping, path, defaults);
    } else {
      problems.add(problem(path, "expected keys with values, got " + found.describe()));
    }
    return orThrow(bound, problems);
  }

  /** The keys below a path, in their order; none when it is absent or has no keys. */
  public List<String> keys(String path) {
    return find(path) instanceof YamlNode.Mapping mapping
        ? List.copyOf(mapping.entries().keySet())
        : List.of();
  }

  /** This document without one of its top-level keys. */
  public YamlDocument without(String key) {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>(root.entries());
    entries.remove(key);
    return new YamlDocument(new YamlNode.Mapping(root.origin(), entries));
  }

  private <T extends Record> T bindOver(Class<T> type, @Nullable T defaults) {
    List<Problem> problems = new ArrayList<>();
    return orThrow(new RecordBinder(problems).bind(type, root, "", defaults), problems);
  }

  private static <T> T orThrow(@Nullable T bound, List<Problem> problems) {
    if (bound == null) {
      problems.sort(Comparator.comparingInt(problem -> problem.origin().line()));
      throw new ConfigurationException(problems);
    }
    return bound;
  }

  /**
   * A scalar's text, or null when the path is absent or no scalar. To find out a document's kind.
   */
  public @Nullable String text(String path) {
    return find(path) instanceof YamlNode.Scalar scalar ? scalar.text() : null;
  }

  /**
   * Where the value of a path comes from: the file's line, an overlay's origin, or {@link
   * Origin#DEFAULT} when this document does not set it.
   */
  public Origin originOf(String path) {
    String rest = path;
    while (true) {
      YamlNode node = find(rest);
      if (node != null) {
        boolean set = rest.equals(path) || !(node instanceof YamlNode.Mapping);
        return set ? node.origin() : Origin.DEFAULT;
      }
      String parent = parent(rest);
      if (parent == null) {
        return Origin.DEFAULT;
      }
      rest = parent;
    }
  }

  /** A problem at a path, or at the nearest key above it that the document has. */
  public Problem problem(String path, String sentence) {
    String rest = path;
    while (rest != null) {
      YamlNode node = find(rest);
      if (node != null) {
        return new Problem(node.origin(), path, sentence);
      }
      rest = parent(rest);
    }
    return new Problem(start(), path, sentence);
  }

  private static @Nullable String parent(String path) {
    int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
    return cut < 0 ? null : path.substring(0, cut);
  }

  private @Nullable YamlNode find(String path) {
    return path.isEmpty() ? root : find(root, path);
  }

  /**
   * Follows a rendered path. A key may itself have dots, so the longest match is tried by prefix.
   */
  private static @Nullable YamlNode find(YamlNode node, String path) {
    if (path.isEmpty()) {
      return node;
    }
    if (node instanceof YamlNode.Sequence sequence && path.startsWith("[")) {
      int close = path.indexOf(']');
      int index = Integer.parseInt(path.substring(1, close));
      return index < sequence.items().size()
          ? find(sequence.items().get(index), afterDot(path.substring(close + 1)))
          : null;
    }
    if (node instanceof YamlNode.Mapping mapping) {
      for (Map.Entry<String, YamlNode.Entry> entry : mapping.entries().entrySet()) {
        String key = entry.getKey();
        boolean ends = path.length() == key.length();
        if (path.startsWith(key) && (ends || ".[".indexOf(path.charAt(key.length())) >= 0)) {
          YamlNode found = find(entry.getValue().value(), afterDot(path.substring(key.length())));
          if (found != null) {
            return found;
          }
        }
      }
    }
    return null;
  }

  private static String afterDot(String path) {
    return path.startsWith(".") ? path.substring(1) : path;
  }
}
