package io.sluice.console;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.sluice.sinks.search.Operation;
import io.sluice.sinks.search.SearchReader;
import io.sluice.sinks.search.SearchStore;
import io.sluice.sinks.search.StoredTrace;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API of Jaeger's query service, as Jaeger's page and Grafana's data source read it. Its
 * parameters are read as Jaeger reads them: unknown ones are ignored.
 */
final class JaegerApi {

  /** Of one answer: a browser shows no more, and a heap holds no more as text. */
  static final int MAX_SPANS = 50_000;

  private static final String NOT_FOUND = "trace not found";

  private final SearchStore store;
  private final Clock clock;
  private final JaegerSearch search;
  private final int mostSpans;

  JaegerApi(SearchStore store, Clock clock) {
    this(store, clock, MAX_SPANS);
  }

  /**
   * @param mostSpans of one answer
   */
  JaegerApi(SearchStore store, Clock clock, int mostSpans) {
    this.mostSpans = mostSpans;
    this.store = store;
    this.search = new JaegerSearch(store);
    this.clock = clock;
  }

  Object services(Call call) {
    return list(call.reader(store).services());
  }

  /** Each name once, whatever the kinds of its spans. */
  Object names(Call call) {
    return list(names(call, call.path("service")));
  }

  /** What {@code services/./operations} is folded to before anybody asks for it. */
  Object namesOfDot(Call call) {
    return list(names(call, "."));
  }

  private List<String> names(Call call, String service) {
    return call.reader(store).operations(service).stream().map(Operation::name).distinct().toList();
  }

  Object operations(Call call) {
    String service = call.query().get("service", "");
    String kind = call.query().get("spanKind", "");
    if (service.isEmpty()) {
      List<String> folded = names(call, ".."); // out of services/../operations
      if (folded.isEmpty() || !kind.isEmpty()) {
        throw JaegerQuery.refused("parameter 'service' is required");
      }
      return list(folded);
    }
    return list(operations(call.reader(store), service, kind));
  }

  static List<Map<String, String>> operations(SearchReader reader, String service, String kind) {
    return reader.operations(service).stream()
        .filter(operation -> kind.isEmpty() || operation.kind().equals(kind))
        .map(operation -> Map.of("name", operation.name(), "spanKind", operation.kind()))
        .toList();
  }

  Object trace(Call call) {
    String id = JaegerQuery.traceId(call.path("id"));
    StoredTrace trace =
        call.reader(store).trace(id).orElseThrow(() -> ApiException.notFound(NOT_FOUND));
    boolean raw = Boolean.parseBoolean(call.query().get("raw", "false"));
    return answer(List.of(JaegerTrace.of(trace, trace.tree(), raw, mostSpans)), 0, null);
  }

  Object search(Call call) {
    JaegerQuery query = JaegerQuery.of(call.query(), clock);
    return query.traceIds().isEmpty() ? matching(call, query) : named(call, query.traceIds());
  }

  private Object named(Call call, List<String> ids) {
    List<Object> traces = new ArrayList<>();
    List<Object> errors = new ArrayList<>();
    int spans = 0;
    for (String id : ids) {
      Optional<StoredTrace> found = call.reader(store).trace(id);
      if (found.isEmpty()) {
        errors.add(Map.of("msg", NOT_FOUND, "traceID", JaegerTrace.shortened(id)));
      } else if (spans >= mostSpans) {
        errors.add(Map.of("msg", full(), "traceID", JaegerTrace.shortened(id)));
      } else {
        StoredTrace trace = found.get();
        traces.add(JaegerTrace.of(trace, trace.tree(), false, mostSpans - spans));
        spans += found.get().summary().spanCount();
      }
    }
    return answer(traces, 0, errors.isEmpty() ? null : errors);
  }

  private Object matching(Call call, JaegerQuery query) {
    List<Object> traces = new ArrayList<>();
    int[] spans = {0};
    String more =
        search.each(
            call,
            query,
            (trace, tree) -> {
              traces.add(JaegerTrace.of(trace, tree, false, mostSpans - spans[0]));
              spans[0] += trace.summary().spanCount();
              return spans[0] >= mostSpans ? full() : null;
            });
    return answer(traces, 0, more == null ? null : List.of(Map.of("msg", more)));
  }

  private String full() {
    return "an answer has no more than " + mostSpans + " spans: ask for fewer traces";
  }

  static HttpResponse error(HttpStatus status, String message) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", status.code());
    error.put("msg", message);
    return Json.reply(status, answer(null, 0, List.of(error)));
  }

  private static Object list(List<?> data) {
    return answer(data, data.size(), null);
  }

  static Map<String, Object> answer(@Nullable Object data, int total, @Nullable List<?> errors) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("data", data);
    body.put("total", total);
    body.put("limit", 0);
    body.put("offset", 0);
    body.put("errors", errors);
    return body;
  }
}
