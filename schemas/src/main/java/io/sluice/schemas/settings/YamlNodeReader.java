package io.sluice.schemas.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Turns SnakeYAML's graph into a tree: aliases are expanded under a limit, so that neither a cycle
 * nor a handful of nested aliases can exhaust memory, and a key that stands twice is a problem.
 */
final class YamlNodeReader {

  private static final int MAX_DEPTH = 50;
  private static final int MAX_NODES = 100_000;

  private final String file;
  private final List<Problem> problems;
  private int nodes;

  YamlNodeReader(String file, List<Problem> problems) {
    this.file = file;
    this.problems = problems;
  }

  /**
   * @throws ConfigurationException at once when a limit is reached; other problems are collected
   */
  YamlNode read(Node node) {
    return read(node, at(node), "", 0);
  }

  private YamlNode read(Node node, Origin origin, String path, int depth) {
    if (depth > MAX_DEPTH) {
      throw refused(origin, path, "nested deeper than " + MAX_DEPTH + " levels");
    }
    if (++nodes > MAX_NODES) {
      throw refused(origin, path, "more than " + MAX_NODES + " values, aliases expanded");
    }
    if (node instanceof MappingNode mapping) {
      return new YamlNode.Mapping(origin, entries(mapping, path, depth));
    }
    if (node instanceof SequenceNode sequence) {
      List<YamlNode> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.add(read(item, at(item), path + "[" + items.size() + "]", depth + 1));
      }
      return new YamlNode.Sequence(origin, items);
    }
    ScalarNode scalar = (ScalarNode) node;
    boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
    return plain && scalar.getTag().equals(Tag.NULL)
        ? new YamlNode.Nothing(at(node))
        : new YamlNode.Scalar(at(node), scalar.getValue());
  }

  private Map<String, YamlNode.Entry> entries(MappingNode mapping, String path, int depth) {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Origin keyAt = at(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        problems.add(new Problem(keyAt, path, "a key must be plain text"));
        continue;
      }
      String key = keyNode.getValue();
      String keyPath = child(path, key);
      YamlNode value = read(tuple.getValueNode(), keyAt, keyPath, depth + 1);
      YamlNode.Entry earlier = entries.putIfAbsent(key, new YamlNode.Entry(keyAt, value));
      if (earlier != null) {
        String sentence = "duplicate key, already set in line " + earlier.key().line();
        problems.add(new Problem(keyAt, keyPath, sentence));
      }
    }
    return entries;
  }

  static String child(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private Origin at(Node node) {
    return new Origin(file, node.getStartMark().getLine() + 1);
  }

  private static ConfigurationException refused(Origin origin, String path, String sentence) {
    return new ConfigurationException(List.of(new Problem(origin, path, sentence)));
  }
}
