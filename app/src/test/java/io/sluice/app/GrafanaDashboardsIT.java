package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.sluice.app.GrafanaDashboard.Query;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.OpenSearchNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every query of every dashboard, as Grafana would send it, against a real Prometheus that scrapes
 * the demo with faults on and both of its search stores, and a real OpenSearch that it writes to:
 * it is answered, and the answer is not empty.
 */
@NeedsProgram("prometheus")
class GrafanaDashboardsIT {

  private static final List<String> FAULTS = List.of("payment-slow", "payment-errors");
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");
  private static final Pattern METRIC =
      Pattern.compile(
          "\\b(?:traces_|sluice_|slo:|cache_|db_client_|http_|jvm_|process_|system_|target_)[a-z0-9_:]++(?![=!])");

  private static final Path SHIPPED_SLOS = Path.of("../definitions/slos");

  private static final List<Map<String, String>> ALERTS =
      List.of(
          Map.of("slo", "checkout-by-route", "group", "http.route=/checkout"),
          Map.of("slo", "checkout-requests", "group", ""));

  private static final String LOGS = "logs-otel-v1*";

  private static final String NO_ANSWER = ": no answer: ";

  private static final Pattern NO_METRIC =
      Pattern.compile("\"[^\"]*\"|\\b(?:by|on|group_left) *\\([^)]*\\)");

  @TempDir private Path directory;

  @Test
  void everyQueryIsAnswered() throws Exception {
    HttpServer pager =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    pager.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    pager.start();
    String webhook = "http://127.0.0.1:" + pager.getAddress().getPort();
    assertThat(OpenSearchNode.missing(OpenSearchNode.Version.V2)).isEmpty();
    try (OpenSearchNode openSearch =
            OpenSearchNode.start(OpenSearchNode.Version.V2, directory.resolve("opensearch"));
        SluiceCommand demo =
            SluiceCommand.start(
                directory,
                "demo",
                "--set",
                "notifier.webhooks=[" + webhook + "]",
                "--set",
                "searchSink.store=opensearch",
                "--set",
                "searchSink.openSearch.urls=[" + openSearch.url() + "]",
                "--set",
                "remoteWrite.url=" + webhook)) {
      demo.awaitUp();
      applyMoreSlos(demo);
      FAULTS.forEach(fault -> demo.change("POST", "/demo/faults/" + fault));
      try (SluiceCommand index = searchIndex(demo);
          Prometheus prometheus = Prometheus.start(directory)) {
        prometheus.scrape(demo.address("metrics"));
        index.awaitRunning();
        prometheus.scrape(index.address("health"));
        Instant from = Instant.now();
        await()
            .atMost(Duration.ofMinutes(4))
            .pollInterval(Duration.ofSeconds(5))
            .untilAsserted(() -> assertThat(troubles(prometheus, from)).isEmpty());
        await()
            .atMost(Duration.ofMinutes(1))
            .untilAsserted(() -> assertThat(LogPanels.troubles(openSearch, LOGS)).isEmpty());
        await()
            .atMost(Duration.ofMinutes(1))
            .untilAsserted(() -> assertThat(tracesWithLogs(demo, openSearch)).isNotEmpty());
        assertThat(demo.api(dependencies(from)).path("data")).isNotEmpty();
      }
    } finally {
      pager.stop(0);
    }
  }

  /** Beside the shipped SLOs one with groups and one of a file of Sloth. */
  private void applyMoreSlos(SluiceCommand demo) throws IOException {
    Path slos = Files.createDirectories(directory.resolve("slos"));
    try (Stream<Path> shipped = Files.list(SHIPPED_SLOS)) {
      for (Path file : shipped.toList()) {
        Files.copy(file, slos.resolve(file.getFileName()));
      }
    }
    String checkout = Files.readString(SHIPPED_SLOS.resolve("checkout.yaml"));
    Files.writeString(
        slos.resolve("grouped.yaml"),
        checkout
            .replace("name: checkout-latency\n", "name: checkout-by-route\n")
            .replaceFirst("( +)selector:\n", "$1groupBy: {keys: http.route}\n$1selector:\n"));
    Files.writeString(
        slos.resolve("sloth.yaml"),
        """
        version: prometheus/v1
        service: checkout
        slos:
          - name: requests
            objective: 99.9
            sli:
              events:
                error_query: sum(rate(traces_spanmetrics_calls_total{service="checkout",status_code="STATUS_CODE_ERROR"}[{{.window}}]))
                total_query: sum(rate(traces_spanmetrics_calls_total{service="checkout"}[{{.window}}]))
        """);
    SluiceCommand.Result applied =
        SluiceCommand.toItsEnd(
            directory,
            "apply",
            "-f",
            slos.toString(),
            "--bootstrap-servers",
            demo.address("Kafka"));
    assertThat(applied.status()).as(applied.err()).isZero();
  }

  /** The other search store beside the demo's: what its panels ask for is there too. */
  private SluiceCommand searchIndex(SluiceCommand demo) {
    return SluiceCommand.run(
        directory,
        "run",
        "search-sink",
        "--data",
        directory.resolve("index").toString(),
        "--set",
        "kafka.bootstrapServers=" + demo.address("Kafka"),
        "--set",
        "telemetry.port=0");
  }

  /** Of the traces that Grafana's Jaeger data source lists, those whose logs its link finds. */
  private static List<String> tracesWithLogs(SluiceCommand demo, OpenSearchNode openSearch)
      throws IOException {
    JsonNode source = GrafanaDashboard.dataSources().get("sluice-jaeger");
    List<String> found = new ArrayList<>();
    for (JsonNode trace : demo.api("/jaeger/api/traces?service=checkout&limit=20").path("data")) {
      String traceId = trace.path("traceID").asText();
      if (LogPanels.findsLogs(openSearch, LOGS, Objects.requireNonNull(source), traceId)) {
        found.add(traceId);
      }
    }
    return found;
  }

  /** What Grafana's Jaeger data source asks for the one kind of panel that there is of it. */
  private static String dependencies(Instant from) {
    List<Query> queries =
        GrafanaDashboard.all().stream()
            .flatMap(dashboard -> dashboard.panelQueries("jaeger").stream())
            .toList();
    assertThat(queries)
        .isNotEmpty()
        .allSatisfy(each -> assertThat(each.text("queryType")).isEqualTo("dependencyGraph"));
    Instant to = Instant.now();
    return "/jaeger/api/dependencies?endTs="
        + to.toEpochMilli()
        + "&lookback="
        + Duration.between(from, to).toMillis();
  }

  private static List<String> troubles(Prometheus prometheus, Instant from) {
    Set<String> metrics = new HashSet<>();
    prometheus
        .api("label/__name__/values", Map.of())
        .path("data")
        .forEach(name -> metrics.add(name.asText()));
    List<String> troubles = new ArrayList<>();
    for (GrafanaDashboard dashboard : GrafanaDashboard.all()) {
      Asked asked = new Asked(prometheus, metrics, from, troubles);
      dashboard.variables().forEach(asked::variable);
      dashboard.panelQueries(GrafanaDashboard.PROMETHEUS).forEach(asked::everyChoice);
      dashboard.annotationQueries().forEach(asked::everyChoice);
      if (dashboard.file().equals("slo.json")) {
        asked.everyAlertIsOfAChoice();
      }
    }
    return troubles;
  }

  /** The variables that have values so far, in the order of the dashboard, and what went wrong. */
  private static final class Asked {

    private final Prometheus prometheus;
    private final Set<String> metrics;
    private final Instant from;
    private final Instant to = Instant.now();
    private final List<String> troubles;
    private final Map<String, String> values = new HashMap<>();

    /** What can be chosen of the variables that have one value at a time, of all together. */
    private List<Map<String, String>> choices = List.of(Map.of());

    Asked(Prometheus prometheus, Set<String> metrics, Instant from, List<String> troubles) {
      this.prometheus = prometheus;
      this.metrics = metrics;
      this.from = from;
      this.troubles = troubles;
      values.put("__rate_interval", "30s");
      values.put("__range", Math.max(30, Duration.between(from, to).toSeconds()) + "s");
    }

    /** All its values, as Grafana writes several into an expression; or each by itself. */
    void variable(JsonNode variable) {
      if (!variable.at("/datasource/type").asText().equals(GrafanaDashboard.PROMETHEUS)) {
        return;
      }
      String name = variable.path("name").asText();
      List<Map<String, String>> further = new ArrayList<>();
      List<List<String>> wrong = new ArrayList<>();
      for (Map<String, String> choice : choices) {
        values.putAll(choice);
        List<String> found = new ArrayList<>();
        List<String> options = options(variable, found);
        wrong.add(found);
        if (variable.path("multi").asBoolean()) {
          values.put(name, "(" + String.join("|", options) + ")");
          further.add(choice);
        } else { // one without options is empty
          for (String option : options.isEmpty() ? List.of("") : options) {
            Map<String, String> chosen = new HashMap<>(choice);
            chosen.put(name, option);
            further.add(chosen);
          }
        }
      }
      choices = further;
      judge(wrong);
    }

    private List<String> options(JsonNode variable, List<String> wrong) {
      String where = "variable " + variable.path("name").asText();
      Matcher query = LABEL_VALUES.matcher(variable.at("/query/query").asText());
      assertThat(query.matches()).as(where).isTrue();
      String series = filled(query.group(1));
      JsonNode answer =
          prometheus.api("label/" + query.group(2) + "/values", Map.of("match[]", series));
      JsonNode found = answer.path("data");
      check(where, series, answer, found, wrong);
      return StreamSupport.stream(found.spliterator(), false).map(JsonNode::asText).toList();
    }

    void everyChoice(Query query) {
      List<List<String>> wrong = new ArrayList<>();
      for (Map<String, String> choice : choices) {
        values.putAll(choice);
        List<String> found = new ArrayList<>();
        panel(query, found);
        wrong.add(found);
      }
      judge(wrong);
    }

    /** A query may have nothing to say of some choices, but of one it has. */
    private void judge(List<List<String>> wrong) {
      wrong.stream()
          .flatMap(List::stream)
          .filter(trouble -> !trouble.contains(NO_ANSWER))
          .forEach(troubles::add);
      if (wrong.stream().noneMatch(List::isEmpty)) {
        wrong.forEach(troubles::addAll);
      }
    }

    /** Of a group too, and of an SLO whose id is not its name. */
    void everyAlertIsOfAChoice() {
      Set<Map<String, String>> firing = new HashSet<>();
      prometheus
          .api("query", Map.of("query", "sluice_alert_firing"))
          .at("/data/result")
          .forEach(
              alert ->
                  firing.add(
                      Map.of(
                          "slo", alert.at("/metric/slo").asText(),
                          "group", alert.at("/metric/group").asText())));
      if (!choices.containsAll(firing)) {
        troubles.add("alerts of " + firing + ", of which some are not in " + choices);
      }
      if (!firing.containsAll(ALERTS)) {
        troubles.add("alerts of " + firing + ", but not of all in " + ALERTS);
      }
    }

    private void panel(Query query, List<String> wrong) {
      String expression = filled(query.text("expr"));
      Map<String, String> parameters = new TreeMap<>(Map.of("query", expression));
      if (query.is("instant")) {
        parameters.put("time", String.valueOf(to.getEpochSecond()));
        JsonNode answer = prometheus.api("query", parameters);
        check(query.where(), expression, answer, answer.at("/data/result"), wrong);
        return;
      }
      parameters.put("start", String.valueOf(from.getEpochSecond()));
      parameters.put("end", String.valueOf(to.getEpochSecond()));
      if (query.is("exemplar")) {
        JsonNode answer = prometheus.api("query_exemplars", parameters);
        check(query.where() + ", exemplars", expression, answer, answer.path("data"), wrong);
      }
      parameters.put("step", "5s");
      JsonNode answer = prometheus.api("query_range", parameters);
      check(query.where(), expression, answer, answer.at("/data/result"), wrong);
    }

    /** A part of an answer may hide that another is missing: so every metric must be there. */
    private void check(
        String where, String expression, JsonNode answer, JsonNode result, List<String> wrong) {
      if (!answer.path("status").asText().equals("success")) {
        wrong.add(where + ": " + answer.path("error").asText() + ": " + expression);
      } else if (result.isEmpty()) {
        wrong.add(where + NO_ANSWER + expression);
      }
      Matcher metric = METRIC.matcher(NO_METRIC.matcher(expression).replaceAll(""));
      while (metric.find()) {
        if (!metrics.contains(metric.group())) {
          wrong.add(where + ": no metric " + metric.group());
        }
      }
    }

    private String filled(String expression) {
      String filled = expression;
      for (Map.Entry<String, String> value : values.entrySet()) {
        filled = filled.replace("$" + value.getKey(), value.getValue());
      }
      return filled;
    }
  }
}
