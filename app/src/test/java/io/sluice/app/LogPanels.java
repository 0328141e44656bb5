package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * The queries of Grafana to OpenSearch, as its plugin writes them: Lucene's query string in the
 * range of time, with the panel's aggregations one in the other.
 */
final class LogPanels {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What Grafana puts a backslash before, in every value that is not asked for raw. */
  private static final Pattern LUCENE = Pattern.compile("[!*+\\-=<>\\s&|()\\[\\]{}^~?:\\\\/\"]");

  private static final String SEVERAL_WORDS = "serviceName:* AND (\"a phrase\" OR *)";

  private final OpenSearchNode node;
  private final String index;
  private final boolean isChanged;
  private final List<String> troubles = new ArrayList<>();

  /** What stands in a query to what the plugin puts in its place. */
  private final Map<String, String> values = new HashMap<>();

  private LogPanels(OpenSearchNode node, String index, boolean isChanged) {
    this.node = node;
    this.index = index;
    this.isChanged = isChanged;
  }

  /**
   * What is wrong with the answers; nothing once every query has one that is not empty, to a
   * dashboard as it opens and with every value chosen and several words to look for.
   *
   * @param index what the data source is provisioned for
   */
  static List<String> troubles(OpenSearchNode node, String index) throws IOException {
    List<String> troubles = new ArrayList<>();
    for (GrafanaDashboard dashboard : GrafanaDashboard.all()) {
      for (boolean isChanged : new boolean[] {false, true}) {
        LogPanels panels = new LogPanels(node, index, isChanged);
        for (JsonNode variable : dashboard.variables()) {
          panels.variable(variable);
        }
        for (Query query : dashboard.panelQueries(GrafanaDashboard.OPENSEARCH)) {
          panels.panel(query);
        }
        troubles.addAll(panels.troubles);
      }
    }
    return troubles;
  }

  /**
   * Whether the link from a span to its logs finds some.
   *
   * @param source the Jaeger data source as it is provisioned
   * @param traceId the span's, as that data source has it
   */
  static boolean findsLogs(OpenSearchNode node, String index, JsonNode source, String traceId)
      throws IOException {
    JsonNode link = source.at("/jsonData/tracesToLogsV2");
    assertThat(link.path("customQuery").asBoolean()).isTrue();
    // Provisioning takes one of two dollar signs.
    String text = link.path("query").asText().replace("$${__span.traceId}", traceId);
    assertThat(text).doesNotContain("$");
    ObjectNode body = JSON.createObjectNode();
    body.putObject("query").putObject("query_string").put("query", text);
    return !new LogPanels(node, index, false).search(body).at("/hits/hits").isEmpty();
  }

  /** What is typed; all values, as the plugin writes several; or the one that stands for all. */
  private void variable(JsonNode variable) throws IOException {
    String name = variable.path("name").asText();
    if (variable.path("type").asText().equals("textbox")) {
      value(name, isChanged ? SEVERAL_WORDS : variable.path("query").asText());
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
            .map(bucket -> "\"" + escaped(bucket.path("key").asText()) + "\"")
            .toList();
    if (options.isEmpty()) {
      troubles.add("variable " + name + ": no values");
    }
    values.put(
        "$" + name,
        isChanged ? "(" + String.join(" OR ", options) + ")" : variable.path("allValue").asText());
  }

  private void value(String name, String value) {
    values.put("$" + name, escaped(value));
    values.put("${" + name + ":raw}", value);
  }

  private static String escaped(String value) {
    return LUCENE.matcher(value).replaceAll("\\\\$0");
  }

  private void panel(Query query) throws IOException {
    String text = query.text("query");
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace(value.getKey(), value.getValue());
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
