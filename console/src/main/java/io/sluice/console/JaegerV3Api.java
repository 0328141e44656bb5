package io.sluice.console;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.sluice.schemas.trace.SpanTree;
import io.sluice.sinks.search.SearchStore;
import io.sluice.sinks.search.StoredTrace;
import io.sluice.sinks.search.TraceSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Of version 3 of Jaeger's HTTP API what Jaeger's page asks for since its version 2.20: services,
 * their operations, and traces in a list. It reads single traces by {@link JaegerApi}; Grafana may
 * be told to read them here.
 */
final class JaegerV3Api {

  private final SearchStore store;
  private final JaegerSearch search;

  JaegerV3Api(SearchStore store) {
    this.store = store;
    this.search = new JaegerSearch(store);
  }

  Object services(Call call) {
    return Map.of("services", call.reader(store).services());
  }

  Object operations(Call call) {
    String service = call.query().get("service", "");
    if (service.isEmpty()) {
      throw JaegerQuery.refused("parameter service is required");
    }
    String kind = call.query().get("spanKind", call.query().get("span_kind", ""));
    return Map.of("operations", JaegerApi.operations(call.reader(store), service, kind));
  }

  /** Whole, whatever the time that is asked for with it. */
  Object trace(Call call) {
    String id = JaegerQuery.traceId(call.path("id"));
    StoredTrace trace =
        call.reader(store).trace(id).orElseThrow(() -> ApiException.notFound("trace not found"));
    return Map.of(
        "result",
        Map.of("resourceSpans", OtlpTrace.resourceSpans(trace.tree(), JaegerApi.MAX_SPANS)));
  }

  Object summaries(Call call) {
    JaegerQuery query = JaegerV3Query.of(call.query());
    List<Object> summaries = new ArrayList<>();
    String more =
        search.each(
            call,
            query,
            (trace, tree) -> {
              summaries.add(summary(trace.summary(), tree));
              call.leaves(trace);
              return null;
            });
    if (more != null && summaries.isEmpty()) {
      throw JaegerQuery.refused(more); // an answer has no place to say it beside what was found
    }
    return Map.of("summaries", summaries);
  }

  /** Counts are left out where they are 0, as Jaeger does. */
  private static Map<String, Object> summary(TraceSummary trace, SpanTree tree) {
    Map<String, int[]> services = new TreeMap<>();
    long start = Long.MAX_VALUE;
    long end = 0;
    int errors = 0;
    for (int i = 0; i < tree.size(); i++) {
      start = Math.min(start, tree.start(i));
      end = Math.max(end, tree.end(i));
      int error = tree.span(i).isError() ? 1 : 0;
      errors += error;
      int[] counts = services.computeIfAbsent(tree.service(i), unused -> new int[2]);
      counts[0]++;
      counts[1] += error;
    }
    List<Object> parts = new ArrayList<>();
    services.forEach(
        (name, counts) -> {
          Map<String, Object> part = new LinkedHashMap<>();
          part.put("name", name);
          put(part, counts[0], counts[1]);
          parts.add(part);
        });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("traceId", trace.traceId());
    json.put("rootServiceName", trace.rootService());
    json.put("rootOperationName", trace.rootOperation());
    json.put("minStartTimeUnixNano", Long.toString(start));
    json.put("maxEndTimeUnixNano", Long.toString(end));
    put(json, tree.size(), errors);
    if (tree.orphans() > 0) {
      json.put("orphanSpanCount", tree.orphans());
    }
    json.put("services", parts);
    return json;
  }

  private static void put(Map<String, Object> json, int spans, int errors) {
    json.put("spanCount", spans);
    if (errors > 0) {
      json.put("errorSpanCount", errors);
    }
  }

  static HttpResponse error(HttpStatus status, String message) {
    return Json.reply(
        status, Map.of("error", Map.of("httpCode", status.code(), "message", message)));
  }
}
