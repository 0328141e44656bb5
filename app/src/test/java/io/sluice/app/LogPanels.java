package io.sluice.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.app.GrafanaDashboard.Query;
import io.sluice.testkit.OpenSearchNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * The queries of dashboards to OpenSearch, as Grafana's plugin writes them: Lucene's query string
 * in the range of time, with the panel's aggregations one in the other.
 */
final class LogPanels {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final OpenSearchNode node;
  private final String index;
  private final List<String> troubles = new ArrayList<>();
  private final Map<String, String> values = new HashMap<>();

  private LogPanels(OpenSearchNode node, String index) {
    this.node = node;
    this.index = index;
  }

  /**
   * What is wrong with the answers; nothing once every query has one that is not empty.
   *
   * @param index what the data source is provisioned for
   */
  static List<String> troubles(OpenSearchNode node, String index) throws IOException {
    List<String> troubles = new ArrayList<>();
    for (GrafanaDashboard dashboard : GrafanaDashboard.all()) {
      LogPanels panels = new LogPanels(node, index);
      for (JsonNode variable : dashboard.variables()) {
        panels.variable(variable);
      }
      for (Query query : dashboard.panelQueries(GrafanaDashboard.OPENSEARCH)) {
        panels.panel(query);
      }
      troubles.addAll(panels.troubles);
    }
    return troubles;
  }

  /** All its values, as the plugin writes several into a query. */
  private void variable(JsonNode variable) throws IOException {
    String name = variable.path("name").asText();
    if (variable.path("type").asText().equals("textbox")) {
      values.put(name, variable.path("query").asText());
    }
    if (!variable.at("/datasource/type").asText().equals(GrafanaDashboard.OPENSEARCH)) {
      return;
    }
    JsonNode asked = JSON.readTree(variable.path("query").asText());
    ObjectNode body = JSON.createObjectNode().put("size", 0);
    body.putObject("aggs")
        .putObject("values")
        .putObject("terms")
        .put("field", asked.path("field").asText())
        .put("size", asked.path("size").asInt());
    List<String> options =
        StreamSupport.stream(search(body).at("/aggregations/values/buckets").spliterator(), false)
            .map(bucket -> "\"" + bucket.path("key").asText() + "\"")
            .toList();
    if (options.isEmpty()) {
      troubles.add("variable " + name + ": no values");
    }
    values.put(name, "(" + String.join(" OR ", options) + ")");
  }

  private void panel(Query query) throws IOException {
    String text = query.text("query");
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("$" + value.getKey(), value.getValue());
    }
    ObjectNode body = JSON.createObjectNode().put("size", 1);
    ObjectNode range = JSON.createObjectNode();
    range.putObject("range").putObject(query.text("timeField")).put("gte", "now-1h");
    ObjectNode string = JSON.createObjectNode();
    string.putObject("query_string").put("query", text).put("analyze_wildcard", true);
    body.putObject("query").putObject("bool").putArray("filter").add(range).add(string);
    ObjectNode outer = body;
    for (JsonNode aggregation : query.json().path("bucketAggs")) {
      ObjectNode inner = outer.putObject("aggs").putObject("by");
      String type = aggregation.path("type").asText();
      ObjectNode settings = inner.putObject(type).put("field", aggregation.path("field").asText());
      if (type.equals("date_histogram")) {
        settings.put("fixed_interval", "10s");
      } else {
        settings.put("size", aggregation.at("/settings/size").asInt());
      }
      outer = inner;
    }
    JsonNode answer = search(body);
    if (answer.at("/hits/hits").isEmpty()) {
      troubles.add(query.where() + ": no answer: " + text + ": " + answer);
    }
    JsonNode level = answer.path("aggregations");
    for (JsonNode aggregation : query.json().path("bucketAggs")) {
      if (level.at("/by/buckets").isEmpty()) {
        troubles.add(query.where() + ": no buckets of " + aggregation.path("field").asText());
      }
      level = level.at("/by/buckets/0");
    }
  }

  private JsonNode search(ObjectNode body) throws IOException {
    return JSON.readTree(node.request("POST", "/" + index + "/_search", body.toString()).body());
  }
}
