package io.sluice.console;

import com.linecorp.armeria.common.QueryParams;
import io.sluice.sinks.search.LogEntry;
import io.sluice.sinks.search.LogPage;
import io.sluice.sinks.search.LogQuery;
import io.sluice.sinks.search.Operation;
import io.sluice.sinks.search.SearchStore;
import io.sluice.sinks.search.Severities;
import io.sluice.sinks.search.StoredTrace;
import io.sluice.sinks.search.TracePage;
import io.sluice.sinks.search.TraceQuery;
import io.sluice.sinks.search.TraceSummary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Logs and traces. */
final class SearchApi {

  private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{32}");

  private final SearchStore store;

  SearchApi(SearchStore store) {
    this.store = store;
  }

  Object logs(Call call) {
    Parameters parameters =
        new Parameters(
            call.query(),
            Set.of("q", "service", "severity", "trace", "from", "to", "limit", "cursor"));
    String severity = parameters.text("severity");
    long from = parameters.time("from", Long.MIN_VALUE);
    long to = parameters.time("to", Long.MAX_VALUE);
    parameters.requireOrder("from", from, "to", to);
    LogPage page =
        call.reader(store)
            .logs(
                new LogQuery(
                    parameters.text("q", ""),
                    parameters.text("service"),
                    traceId(parameters.text("trace")),
                    severity == null ? 0 : Severities.atLeast(severity),
                    from,
                    to,
                    parameters.limit(100),
                    parameters.text("cursor")));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("logs", page.entries().stream().map(SearchApi::log).toList());
    body.put("total", page.total());
    body.put("nextCursor", page.nextCursor());
    return body;
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
    TracePage page =
        call.reader(store)
            .traces(
                new TraceQuery(
                    parameters.text("service"),
                    parameters.text("operation"),
                    shortest,
                    longest,
                    parameters.flag("error"),
                    parameters.pairs("tag"),
                    from,
                    to,
                    parameters.limit(50),
                    parameters.text("cursor")));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("traces", page.traces().stream().map(SearchApi::summary).toList());
    body.put("nextCursor", page.nextCursor());
    return body;
  }

  Object trace(Call call) {
    new Parameters(call.query(), Set.of());
    String lower = call.path("id").toLowerCase(Locale.ROOT);
    if (!TRACE_ID.matcher(lower).matches()) {
      throw ApiException.badParameter("trace id", "32 hex digits");
    }
    StoredTrace trace =
        call.reader(store)
            .trace(lower)
            .orElseThrow(
                () ->
                    ApiException.notFound(
                        "no trace of this id is in the index; it may be older than its retention,"
                            + " or still open"));
    Map<String, Object> body = summary(trace.summary());
    body.put("logs", "/api/v1/logs?trace=" + lower);
    body.putAll(TraceView.of(trace));
    return body;
  }

  Object services(Call call) {
    return named("services", call.reader(store).services(), call.query());
  }

  Object operations(Call call) {
    List<String> names =
        call.reader(store).operations(call.path("service")).stream()
            .map(Operation::name)
            .distinct()
            .toList();
    return named("operations", names, call.query());
  }

  /** Names are as many as senders invent, so an answer has some of them and says how many. */
  private static Object named(String name, List<String> all, QueryParams query) {
    int limit = new Parameters(query, Set.of("limit")).limit(Parameters.MAX_LIMIT);
    return Map.of(name, all.stream().limit(limit).toList(), "total", all.size());
  }

  private static @Nullable String traceId(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String id = text.toLowerCase(Locale.ROOT);
    if (!TRACE_ID.matcher(id).matches()) {
      throw ApiException.badParameter("trace", "32 hex digits");
    }
    return id;
  }

  private static Map<String, Object> log(LogEntry entry) {
    Map<String, Object> log = new LinkedHashMap<>();
    log.put("id", entry.id());
    log.put("time", Json.time(entry.timeUnixNano()));
    log.put("service", entry.service());
    log.put("severityNumber", entry.severityNumber());
    log.put("severity", entry.severityText());
    log.put("body", entry.body());
    log.put("traceId", entry.traceId());
    log.put("spanId", entry.spanId());
    log.put("attributes", entry.attributes());
    log.put("resource", entry.resource());
    return log;
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
