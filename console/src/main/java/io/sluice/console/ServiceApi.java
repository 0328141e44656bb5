package io.sluice.console;

import com.linecorp.armeria.common.QueryParams;
import io.sluice.console.ServiceMetrics.Gets;
import io.sluice.console.ServiceMetrics.Requests;
import io.sluice.console.ServiceMetrics.Route;
import io.sluice.console.ServiceMetrics.RouteRequests;
import io.sluice.console.ServiceMetrics.Slowest;
import io.sluice.schemas.TraceId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What services were asked for in the last hour: requests, errors, durations; routes, caches. */
final class ServiceApi {

  private static final int DEFAULT_LIMIT = 100;
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;

  private final SeriesView view;
  private final Clock clock;

  ServiceApi(SeriesView view, Clock clock) {
    this.view = view;
    this.clock = clock;
  }

  /** The busiest services with what they were asked for. */
  Object services(QueryParams query) {
    int limit = new Parameters(query, Set.of("limit")).limit(DEFAULT_LIMIT);
    view.requireRead();
    long now = nowNanos();
    return view.ask(
        metrics ->
            Map.of(
                "services",
                metrics.busiest(limit, firstStep(now)).stream()
                    .map(service -> requests(metrics, service, now))
                    .toList(),
                "total",
                metrics.services().size()));
  }

  /** One service, with its routes and caches besides. */
  Object service(QueryParams query) {
    Parameters parameters = new Parameters(query, Set.of("service", "limit"));
    String service = parameters.service();
    int limit = parameters.limit(DEFAULT_LIMIT);
    view.requireRead();
    long now = nowNanos();
    return view.ask(
        metrics -> {
          Map<String, Object> json = requests(metrics, service, now);
          json.put("routesSince", Json.time(ServiceMetrics.coarseStart(now)));
          json.put("routes", routes(metrics.routes(service, now), limit));
          json.put(
              "caches",
              metrics.caches(service, now).entrySet().stream()
                  .limit(limit)
                  .map(each -> cache(each.getKey(), each.getValue()))
                  .toList());
          return json;
        });
  }

  private static Map<String, Object> requests(ServiceMetrics metrics, String service, long now) {
    long step = ServiceMetrics.STEP_NANOS;
    long from = firstStep(now);
    Requests all = new Requests();
    List<Map<String, Object>> steps = new ArrayList<>();
    metrics
        .requests(service, from)
        .forEach(
            (start, requests) -> {
              all.add(requests);
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("start", Json.time(start));
              put(json, requests);
              json.put("perSecond", requests.count() * NANOS_PER_SECOND / step);
              steps.add(json);
            });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", service);
    json.put("from", Json.time(from));
    json.put("to", Json.time(now));
    json.put("stepMs", Json.millis(step));
    put(json, all);
    json.put("exampleTrace", id(metrics.slowest(service, now)));
    json.put("steps", steps);
    return json;
  }

  private static long firstStep(long now) {
    long step = ServiceMetrics.STEP_NANOS;
    return (Math.floorDiv(now, step) - (ServiceMetrics.STEPS - 1)) * step;
  }

  private static void put(Map<String, Object> json, Requests requests) {
    json.put("requests", requests.count());
    json.put("errors", requests.errors());
    json.put("p50Ms", requests.seconds().quantile(0.5) * MILLIS_PER_SECOND);
    json.put("p95Ms", requests.seconds().quantile(0.95) * MILLIS_PER_SECOND);
    json.put("p99Ms", requests.seconds().quantile(0.99) * MILLIS_PER_SECOND);
  }

  private static List<Map<String, Object>> routes(Map<Route, RouteRequests> routes, int limit) {
    Comparator<Map.Entry<Route, RouteRequests>> busiest =
        Comparator.comparingLong(each -> -each.getValue().requests().count());
    return routes.entrySet().stream()
        .sorted(
            busiest
                .thenComparing(each -> each.getKey().path())
                .thenComparing(each -> each.getKey().method()))
        .limit(limit)
        .map(each -> route(each.getKey(), each.getValue()))
        .toList();
  }

  private static Map<String, Object> route(Route route, RouteRequests counted) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("method", route.method());
    json.put("route", route.path());
    put(json, counted.requests());
    json.put("exampleTrace", id(counted.slowest()));
    json.put("requestBytes", bytes(counted.requestBytes()));
    json.put("responseBytes", bytes(counted.responseBytes()));
    return json;
  }

  private static @Nullable String id(Slowest slowest) {
    TraceId trace = slowest.trace();
    return trace == null ? null : HexFormat.of().formatHex(trace.bytes());
  }

  /** Of the bodies whose size is known. */
  private static Map<String, Object> bytes(BucketCounts sizes) {
    Map<String, Object> json = new LinkedHashMap<>();
    long count = sizes.count();
    json.put("count", count);
    json.put("mean", count == 0 ? 0 : sizes.sum() / count);
    json.put("p95", sizes.quantile(0.95));
    return json;
  }

  private static Map<String, Object> cache(String name, Gets gets) {
    Map<String, Object> json = new LinkedHashMap<>();
    double all = gets.hits() + gets.misses();
    json.put("cache", name);
    json.put("hits", gets.hits());
    json.put("misses", gets.misses());
    json.put("hitRate", all == 0 ? 0 : gets.hits() / all);
    return json;
  }

  private long nowNanos() {
    return clock.millis() * 1_000_000;
  }
}
