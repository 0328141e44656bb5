package io.sluice.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A dashboard of {@code deploy/grafana} as its file has it. */
record GrafanaDashboard(String file, JsonNode json) {

  static final Path DIRECTORY = Path.of("../deploy/grafana");
  static final String PROMETHEUS = "prometheus";
  static final String OPENSEARCH = "grafana-opensearch-datasource";

  /** What a panel, an annotation or a variable asks a data source. */
  record Query(String where, JsonNode json) {
    String text(String field) {
      return json.path(field).asText();
    }

    boolean is(String field) {
      return json.path(field).asBoolean();
    }
  }

  static List<GrafanaDashboard> all() {
    ObjectMapper mapper = new ObjectMapper();
    try (Stream<Path> files = Files.list(DIRECTORY.resolve("dashboards"))) {
      List<GrafanaDashboard> dashboards = new ArrayList<>();
      for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
        dashboards.add(
            new GrafanaDashboard(file.getFileName().toString(), mapper.readTree(file.toFile())));
      }
      return dashboards;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The data sources that are provisioned, by uid. */
  static Map<String, JsonNode> dataSources() throws IOException {
    JsonNode file =
        new ObjectMapper(new YAMLFactory())
            .readTree(DIRECTORY.resolve("provisioning/datasources/sluice.yaml").toFile());
    Map<String, JsonNode> sources = new HashMap<>();
    file.path("datasources").forEach(each -> sources.put(each.path("uid").asText(), each));
    return sources;
  }

  List<JsonNode> panels() {
    return list(json.path("panels"));
  }

  List<JsonNode> variables() {
    return list(json.at("/templating/list"));
  }

  List<JsonNode> annotations() {
    return list(json.at("/annotations/list"));
  }

  /** The queries of all panels to one type of data source. */
  List<Query> panelQueries(String type) {
    List<Query> queries = new ArrayList<>();
    for (JsonNode panel : panels()) {
      for (JsonNode target : panel.path("targets")) {
        if (target.at("/datasource/type").asText().equals(type)) {
          String where = file + ", " + panel.path("title").asText() + ", " + target.path("refId");
          queries.add(new Query(where, target));
        }
      }
    }
    return queries;
  }

  /** The queries of annotations to Prometheus. */
  List<Query> annotationQueries() {
    return annotations().stream()
        .filter(each -> each.at("/datasource/type").asText().equals(PROMETHEUS))
        .map(each -> new Query(file + ", annotation " + each.path("name").asText(), each))
        .toList();
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }
}
