package io.sluice.processors.spanmetrics;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every metric that is derived, with its unit and its labels. docs/metrics.md has the same. */
final class Metrics {

  private static final String SECONDS = "s";
  private static final String BYTES = "By";
  private static final String NONE = "1";
  private static final String OWN_PREFIX = "sluice_";
  private static final String SLO_INFO = "sloth_slo_info";

  static final Metric SPAN_LATENCY =
      Metric.histogram(
              "traces_spanmetrics_latency",
              SECONDS,
              "Duration of spans in seconds.",
              Label.segmented("span_name"),
              Label.closed("span_kind"),
              Label.closed("status_code"))
          .countedAs("traces_spanmetrics_calls_total", "Number of spans.");

  static final Metric HTTP_DURATION =
      Metric.histogram(
              "traces_http_request_duration_seconds",
              SECONDS,
              "Duration of HTTP requests in seconds.",
              http())
          .countedAs("traces_http_requests_total", "Number of HTTP requests.");

  static final Metric HTTP_REQUEST_BYTES =
      Metric.histogram(
          "traces_http_request_body_bytes", BYTES, "Size of the bodies of HTTP requests.", http());

  static final Metric HTTP_RESPONSE_BYTES =
      Metric.histogram(
          "traces_http_response_body_bytes",
          BYTES,
          "Size of the bodies of HTTP responses.",
          http());

  static final Metric RPC_DURATION =
      Metric.histogram(
              "traces_rpc_duration_seconds",
              SECONDS,
              "Duration of remote procedure calls in seconds.",
              Label.closed("span_kind"),
              Label.open("rpc_system"),
              Label.open("rpc_service"),
              Label.open("rpc_method"),
              Label.open("rpc_status_code"),
              Label.closed("status_code"))
          .countedAs("traces_rpc_calls_total", "Number of remote procedure calls.");

  static final Metric DATABASE_DURATION =
      Metric.histogram(
              "traces_database_duration_seconds",
              SECONDS,
              "Duration of database calls in seconds.",
              Label.open("db_system"),
              Label.open("db_namespace"),
              Label.open("db_operation"),
              Label.open("db_collection"),
              Label.open("db_statement_digest"),
              Label.closed("status_code"))
          .countedAs("traces_database_calls_total", "Number of database calls.");

  static final Metric DATABASE_ROWS =
      Metric.histogram(
          "traces_database_returned_rows",
          "{row}",
          "Rows that database calls returned.",
          Label.open("db_system"),
          Label.open("db_namespace"),
          Label.open("db_operation"),
          Label.open("db_collection"));

  static final Metric DATABASE_STATEMENT =
      Metric.ranked(
          "traces_database_statement_info",
          "The shape of the statements that have a digest; always 1.",
          Label.open("db_system"),
          Label.open("db_statement_digest"),
          Label.following("db_statement"));

  static final Metric GRAPH_REQUESTS =
      graph(Metric.counter("traces_service_graph_request_total", NONE, "Calls between services."));

  static final Metric GRAPH_FAILED =
      graph(
          Metric.counter(
              "traces_service_graph_request_failed_total",
              NONE,
              "Calls between services that failed on one of the two sides."));

  static final Metric GRAPH_SERVER_SECONDS =
      graph(
          Metric.histogram(
              "traces_service_graph_request_server_seconds",
              SECONDS,
              "Duration of calls between services, as the called side measured it."));

  static final Metric GRAPH_CLIENT_SECONDS =
      graph(
          Metric.histogram(
              "traces_service_graph_request_client_seconds",
              SECONDS,
              "Duration of calls between services, as the calling side measured it."));

  static final Metric GRAPH_MESSAGING_SECONDS =
      graph(
          Metric.histogram(
              "traces_service_graph_request_messaging_system_seconds",
              SECONDS,
              "From the end of sending a message to the start of taking it."));

  static final Metric CACHE_GETS =
      Metric.counter(
          "cache_gets_total",
          NONE,
          "Reads of caches, by what came of them.",
          Label.open("cache"),
          Label.open("result"));

  static final Metric MESSAGING_DURATION =
      Metric.histogram(
              "traces_messaging_duration_seconds",
              SECONDS,
              "Duration of operations on messages in seconds.",
              Label.closed("span_kind"),
              Label.open("messaging_system"),
              Label.open("messaging_destination"),
              Label.open("messaging_operation"),
              Label.closed("status_code"))
          .countedAs("traces_messaging_operations_total", "Number of operations on messages.");

  static final Metric MESSAGING_LAG =
      Metric.histogram(
          "traces_messaging_lag_seconds",
          SECONDS,
          "How long messages had been in the queue when they were taken.",
          Label.open("messaging_system"),
          Label.open("messaging_destination"),
          Label.closed("measured_by"));

  /** Series, where the label is empty; else values of the label. */
  static final Metric CARDINALITY_DEMAND =
      cardinality(
          "sluice_cardinality_demand",
          "Series of a metric or values of a label that came in, estimated over two hours.");

  static final Metric CARDINALITY_LIMIT =
      cardinality("sluice_cardinality_limit", "How many of them there may be.");

  static final Metric CARDINALITY_WITHOUT =
      cardinality(
          "sluice_cardinality_series_without_label",
          "Series of a metric that there would be without the label, estimated.");

  /** Its labels are the attributes of the resource. */
  static final Metric TARGET_INFO =
      Metric.gauge("target_info", NONE, "What is known of a producer of metrics.");

  private static final List<Metric> ALL =
      List.of(
          SPAN_LATENCY,
          HTTP_DURATION,
          HTTP_REQUEST_BYTES,
          HTTP_RESPONSE_BYTES,
          RPC_DURATION,
          DATABASE_DURATION,
          DATABASE_ROWS,
          DATABASE_STATEMENT,
          GRAPH_REQUESTS,
          GRAPH_FAILED,
          GRAPH_SERVER_SECONDS,
          GRAPH_CLIENT_SECONDS,
          GRAPH_MESSAGING_SECONDS,
          CACHE_GETS,
          MESSAGING_DURATION,
          MESSAGING_LAG,
          CARDINALITY_DEMAND,
          CARDINALITY_LIMIT,
          CARDINALITY_WITHOUT,
          TARGET_INFO);

  private static final Map<String, Metric> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Metric::name, Function.identity()));

  private static final Set<String> NAMES =
      ALL.stream()
          .flatMap(metric -> Stream.concat(metric.names().stream(), Stream.of(metric.counter())))
          .collect(Collectors.toUnmodifiableSet());

  private Metrics() {}

  /** The labels of the service graph, as Grafana reads them. */
  private static Metric graph(Metric metric) {
    return metric
        .ownedBy("client")
        .with(List.of(Label.open("server"), Label.closed("connection_type")));
  }

  /**
   * The same metric of the service graph for what comes from a queue: the service that takes owns
   * it. The label that Tempo has for it says which of the two is the virtual node, and tells it
   * from a series that a service with the queue's name owns.
   */
  static Metric fromQueue(Metric graph) {
    return new Metric(
        graph.name(),
        graph.aggregation(),
        graph.unit(),
        graph.help(),
        graph.counter(),
        graph.counterHelp(),
        "server",
        List.of(
            Label.open("client"), Label.closed("connection_type"), Label.closed("virtual_node")));
  }

  static List<Metric> all() {
    return ALL;
  }

  /**
   * Whether Sluice alone writes series with such a name: of a metric here with all that it comes
   * out as, or of what Sluice says of itself, of SLOs and of alerts.
   */
  static boolean isOwn(String name) {
    return name.startsWith(OWN_PREFIX) || name.equals(SLO_INFO) || NAMES.contains(name);
  }

  /** Whether its labels are known and few, whatever services send. */
  static boolean isFixed(Metric metric) {
    return BY_NAME.containsKey(metric.name()) && !metric.name().equals(TARGET_INFO.name());
  }

  static @Nullable Metric find(String name) {
    return BY_NAME.get(name);
  }

  private static Metric cardinality(String name, String help) {
    return Metric.gauge(name, "1", help, Label.open("metric"), Label.open("label"));
  }

  private static Label[] http() {
    return new Label[] {
      Label.closed("span_kind"),
      Label.closed("http_request_method"),
      Label.segmented("http_route"),
      Label.closed("http_status_class"),
      Label.open("server_address")
    };
  }
}
