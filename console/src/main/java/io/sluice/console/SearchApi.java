package io.sluice.console;

import io.sluice.schemas.Alert;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.trace.ServiceCall;
import io.sluice.sinks.search.LogContext;
import io.sluice.sinks.search.LogPage;
import io.sluice.sinks.search.LogQuery;
import io.sluice.sinks.search.LogSummary;
import io.sluice.sinks.search.Operation;
import io.sluice.sinks.search.SearchReader;
import io.sluice.sinks.search.SearchStore;
import io.sluice.sinks.search.StoredTrace;
import io.sluice.sinks.search.TracePage;
import io.sluice.sinks.search.TraceQuery;
import io.sluice.sinks.search.TraceSummary;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Logs, traces, and who calls whom in them. */
final class SearchApi {

  private static final Duration GRAPH = Duration.ofHours(1);
  private static final int MAX_BUCKETS = 500;
  private static final int MAX_NEIGHBOURS = 500;

  private final SearchStore store;
  private final TopicViews views;
  private final Clock clock;

  SearchApi(SearchStore store, TopicViews views, Clock clock) {
    this.store = store;
    this.views = views;
    this.clock = clock;
  }

  Object logs(Call call) {
    Parameters parameters =
        new Parameters(
            call.query(),
            Set.of("q", "service", "severity", "trace", "from", "to", "limit", "cursor"));
    LogPage page = call.reader(store).logs(LogParameters.query(parameters));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("logs", page.entries().stream().map(LogJson::of).toList());
    body.put("total", page.total());
    body.put("nextCursor", page.nextCursor());
    return body;
  }

  Object logSummary(Call call) {
    Parameters parameters =
        new Parameters(
            call.query(), Set.of("q", "service", "severity", "trace", "from", "to", "buckets"));
    int buckets = parameters.count("buckets", 60, MAX_BUCKETS);
    LogSummary summary = call.reader(store).summary(LogParameters.query(parameters), buckets);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("total", summary.total());
    body.put("stepMs", Json.millis(summary.stepNanos()));
    body.put("buckets", summary.buckets().stream().map(SearchApi::bucket).toList());
    body.put("severities", summary.severities());
    body.put("services", summary.services());
    return body;
  }

  private static Map<String, Object> bucket(LogSummary.Bucket bucket) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("start", Json.time(bucket.startUnixNano()));
    json.put("severities", bucket.severities());
    return json;
  }

  /** Its neighbours are of its own service unless all are asked for. */
  Object logContext(Call call) {
    Parameters parameters = new Parameters(call.query(), Set.of("lines", "all"));
    int lines = parameters.count("lines", 20, MAX_NEIGHBOURS);
    SearchReader reader = call.reader(store);
    String id = call.path("id");
    LogQuery among = LogQuery.all();
    LogContext context = reader.context(id, among, lines).orElseThrow(SearchApi::noLine);
    if (!parameters.flag("all")) {
      among = among.ofService(context.entry().service());
      context = reader.context(id, among, lines).orElseThrow(SearchApi::noLine);
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("before", context.before().stream().map(LogJson::of).toList());
    body.put("log", LogJson.of(context.entry()));
    body.put("after", context.after().stream().map(LogJson::of).toList());
    return body;
  }

  private static ApiException noLine() {
    return ApiException.notFound(
        "no line of this id is in the index; it may be older than its retention");
  }

  Object traces(Call call) {
    Parameters parameters =
        new Parameters(
            call.query(),
            Set.of(
                "service",
                "operation",
                "minDuration",
                "maxDuration",
                "error",
                "tag",
                "from",
                "to",
                "limit",
                "cursor"));
    long shortest = parameters.duration("minDuration", 0);
    long longest = parameters.duration("maxDuration", Long.MAX_VALUE);
    parameters.requireOrder("minDuration", shortest, "maxDuration", longest);
    long from = parameters.time("from", Long.MIN_VALUE);
    long to = parameters.time("to", Long.MAX_VALUE);
    parameters.requireOrder("from", from, "to", to);
    TraceQuery query =
        new TraceQuery(
            parameters.text("service"),
            parameters.text("operation"),
            shortest,
            longest,
            parameters.flag("error"),
            parameters.tags(),
            from,
            to,
            parameters.limit(50),
            parameters.text("cursor"));
    TracePage page = call.reader(store).traces(query);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("traces", page.traces().stream().map(SearchApi::summary).toList());
    body.put("nextCursor", page.nextCursor());
    return body;
  }

  Object trace(Call call) {
    new Parameters(call.query(), Set.of());
    String id = String.valueOf(LogParameters.traceId("trace id", call.path("id")));
    StoredTrace trace =
        call.reader(store)
            .trace(id)
            .orElseThrow(
                () ->
                    ApiException.notFound(
                        "no trace of this id is in the index; it may be older than its retention,"
                            + " or still open"));
    Map<String, Object> body = summary(trace.summary());
    body.put("logs", "/api/v1/logs?trace=" + id);
    boolean areRead = views.isFollowing();
    body.put("alerts", areRead ? alertsOf(id) : null);
    body.put("alertsNote", areRead ? null : "alerts are still being read from Kafka");
    body.putAll(TraceView.of(trace));
    return body;
  }

  /** Fingerprints of the alerts that name the trace as an example, now or before. */
  private List<String> alertsOf(String traceId) {
    TraceId id = new TraceId(HexFormat.of().parseHex(traceId));
    return Stream.concat(views.alerts().stream(), views.transitions().stream())
        .filter(alert -> alert.getExampleTraces().contains(id))
        .map(Alert::getFingerprint)
        .distinct()
        .toList();
  }

  Object services(Call call) {
    int limit = new Parameters(call.query(), Set.of("limit")).limit(Parameters.MAX_LIMIT);
    return named("services", call.reader(store).services(), limit);
  }

  Object operations(Call call) {
    Parameters parameters = new Parameters(call.query(), Set.of("service", "limit"));
    int limit = parameters.limit(Parameters.MAX_LIMIT);
    List<String> names =
        call.reader(store).operations(parameters.service()).stream()
            .map(Operation::name)
            .distinct()
            .toList();
    return named("operations", names, limit);
  }

  Object serviceGraph(Call call) {
    Parameters parameters = new Parameters(call.query(), Set.of("service", "from", "to", "limit"));
    long now = clock.millis() * 1_000_000;
    long to = parameters.time("to", now);
    long from = parameters.time("from", to - GRAPH.toNanos());
    parameters.requireOrder("from", from, "to", to);
    String service = parameters.text("service");
    List<ServiceCall> calls =
        call.reader(store).serviceCalls(from, to).stream()
            .filter(
                each ->
                    service == null
                        || each.client().equals(service)
                        || each.server().equals(service))
            .toList();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("from", Json.time(from));
    body.put("to", Json.time(to));
    body.put(
        "calls",
        calls.stream()
            .limit(parameters.limit(Parameters.MAX_LIMIT))
            .map(SearchApi::serviceCall)
            .toList());
    body.put("total", calls.size());
    return body;
  }

  private static Map<String, Object> serviceCall(ServiceCall call) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("client", call.client());
    json.put("server", call.server());
    json.put("connection", call.connection());
    json.put("count", call.count());
    json.put("failed", call.failed());
    json.put("meanMs", call.count() == 0 ? 0 : Json.millis(call.nanos() / call.count()));
    return json;
  }

  /** Names are as many as senders invent, so an answer has some of them and says how many. */
  private static Object named(String name, List<String> all, int limit) {
    return Map.of(name, all.stream().limit(limit).toList(), "total", all.size());
  }

  private static Map<String, Object> summary(TraceSummary trace) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("traceId", trace.traceId());
    summary.put("rootService", trace.rootService());
    summary.put("rootOperation", trace.rootOperation());
    summary.put("services", trace.services());
    summary.put("start", Json.time(trace.startTimeUnixNano()));
    summary.put("durationMs", Json.millis(trace.durationNanos()));
    summary.put("spanCount", trace.spanCount());
    summary.put("error", trace.error());
    summary.put("errorService", trace.errorService());
    summary.put("errorOperation", trace.errorOperation());
    summary.put("completeness", trace.completeness());
    summary.put("closeReason", trace.closeReason());
    summary.put("versionCount", trace.versionCount());
    return summary;
  }
}
