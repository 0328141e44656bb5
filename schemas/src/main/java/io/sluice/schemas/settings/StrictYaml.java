package io.sluice.schemas.settings;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads YAML that people write, strictly: whatever is not exactly what a record asks for is a
 * {@link Problem} that says file, line, full key path, what was expected and, for a misspelt name,
 * the nearest right one. A file has limits (1 MiB of text, 50 levels, 20 aliases of collections,
 * 100,000 values), since definitions may come from people who are not trusted with the process.
 */
public final class StrictYaml {

  private static final int MAX_CODE_POINTS = 1 << 20;
  private static final int MAX_ALIASES = 20;
  private static final int MAX_DEPTH = 50;

  private StrictYaml() {}

  /**
   * The only document of a file. An empty file is an empty mapping.
   *
   * @param fileName the name that errors say
   * @throws ConfigurationException when it is no YAML, has a key twice, is over a limit, or has
   *     several documents
   */
  public static YamlDocument document(String fileName, String content) {
    List<YamlDocument> documents = documents(fileName, content);
    if (documents.isEmpty()) {
      return YamlDocument.empty(fileName);
    }
    if (documents.size() > 1) {
      throw failed(documents.get(1).start(), "expected one document, got " + documents.size());
    }
    return documents.get(0);
  }

  /**
   * All documents of a file, as {@code ---} separates them; empty ones are left out.
   *
   * @param fileName the name that errors say
   * @throws ConfigurationException when it is no YAML, has a key twice, or is over a limit
   */
  public static List<YamlDocument> documents(String fileName, String content) {
    if (content.length() > MAX_CODE_POINTS) {
      throw failed(
          new Origin(fileName, 0), "longer than " + MAX_CODE_POINTS + " characters of text");
    }
    List<Problem> problems = new ArrayList<>();
    List<YamlDocument> documents = new ArrayList<>();
    for (YamlNode node : nodes(fileName, content, problems)) {
      if (node instanceof YamlNode.Mapping mapping) {
        documents.add(new YamlDocument(mapping));
      } else if (!(node instanceof YamlNode.Nothing)) {
        problems.add(
            new Problem(node.origin(), "", "expected keys with values, got " + node.describe()));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return documents;
  }

  /** One value from outside a file (a flag, an environment variable), read as YAML. */
  static YamlNode value(Origin origin, String text) {
    List<Problem> problems = new ArrayList<>();
    List<YamlNode> nodes = nodes(origin.toString(), text, problems);
    if (!problems.isEmpty() || nodes.size() > 1) {
      throw failed(origin, "expected one value");
    }
    return nodes.isEmpty() ? new YamlNode.Nothing(origin) : nodes.get(0);
  }

  private static List<YamlNode> nodes(String fileName, String content, List<Problem> problems) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MAX_CODE_POINTS);
    limits.setMaxAliasesForCollections(MAX_ALIASES);
    limits.setNestingDepthLimit(MAX_DEPTH);
    List<YamlNode> nodes = new ArrayList<>();
    try {
      for (Node node : new Yaml(limits).composeAll(new StringReader(content))) {
        nodes.add(new YamlNodeReader(fileName, problems).read(node));
      }
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw failed(new Origin(fileName, line), "not valid YAML: " + e.getProblem());
    } catch (YAMLException e) {
      throw failed(new Origin(fileName, 0), "not valid YAML: " + e.getMessage());
    }
    return nodes;
  }

  private static ConfigurationException failed(Origin origin, String sentence) {
    return new ConfigurationException(List.of(new Problem(origin, "", sentence)));
  }

  static YamlNode.Mapping emptyMapping(Origin origin) {
    return new YamlNode.Mapping(origin, new LinkedHashMap<>());
  }
}
