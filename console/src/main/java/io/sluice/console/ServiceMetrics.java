package io.sluice.console;

import io.sluice.schemas.Exemplar;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.TraceId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What services were asked for in the last hour: how often, with which errors and durations, by
 * route, with which sizes, and how often their caches had the answer. Made of the differences
 * between the points of {@code sluice.series}, told in their order. Bounded: beyond {@value
 * #MAX_SERIES} series or {@value #MAX_SERVICES} services those that come later are left out. Not
 * safe for use by several threads.
 */
final class ServiceMetrics {

  static final long STEP_NANOS = 30_000_000_000L;
  static final int STEPS = 120;

  /** Routes and caches are kept in coarser steps: there are many of them. */
  private static final long QUARTER_NANOS = 900_000_000_000L;

  private static final int QUARTERS = 4;
  private static final int MAX_SERIES = 20_000;
  private static final int MAX_SERVICES = 2000;

  private static final String LATENCY = "traces_spanmetrics_latency";
  private static final String HTTP = "traces_http_request_duration_seconds";
  private static final String RPC = "traces_rpc_duration_seconds";
  private static final String REQUEST = "traces_http_request_body_bytes";
  private static final String RESPONSE = "traces_http_response_body_bytes";
  private static final String CACHE = "cache_gets_total";
  private static final Set<String> NAMES = Set.of(LATENCY, HTTP, RPC, REQUEST, RESPONSE, CACHE);

  /** As labels stand in a key: no value looks like that, its quotes are escaped. */
  private static final Set<String> ASKED =
      Set.of("span_kind=\"SPAN_KIND_SERVER\"", "span_kind=\"SPAN_KIND_CONSUMER\"");

  private static final String ERROR = "STATUS_CODE_ERROR";

  /** Requests, those of them that failed, and how long they took. */
  static final class Requests {
    private final BucketCounts seconds = new BucketCounts();
    private long errors;

    long count() {
      return seconds.count();
    }

    long errors() {
      return errors;
    }

    BucketCounts seconds() {
      return seconds;
    }

    void add(Requests other) {
      seconds.add(other.seconds);
      errors += other.errors;
    }

    private void add(BucketCounts added, boolean failed) {
      seconds.add(added);
      errors += failed ? added.count() : 0;
    }
  }

  /** The slowest of the requests that have a trace; there need not be one. */
  static final class Slowest {
    private double seconds;
    private @Nullable TraceId trace;

    /** Null for none. */
    @Nullable TraceId trace() {
      return trace;
    }

    void add(Slowest other) {
      if (other.trace != null) {
        take(other.seconds, other.trace);
      }
    }

    /** Of those that a point has, which stay with its series until newer ones come. */
    private void take(List<Exemplar> exemplars, long since) {
      for (Exemplar each : exemplars) {
        if (each.getTimeUnixNano() >= since) {
          take(each.getValue(), each.getTraceId());
        }
      }
    }

    private void take(double value, TraceId of) {
      if (trace == null || value > seconds) {
        seconds = value;
        trace = of;
      }
    }
  }

  /** Requests of a route with the sizes of their bodies. */
  static final class RouteRequests {
    private final Requests requests = new Requests();
    private final Slowest slowest = new Slowest();
    private final BucketCounts requestBytes = new BucketCounts();
    private final BucketCounts responseBytes = new BucketCounts();

    Requests requests() {
      return requests;
    }

    Slowest slowest() {
      return slowest;
    }

    BucketCounts requestBytes() {
      return requestBytes;
    }

    BucketCounts responseBytes() {
      return responseBytes;
    }

    void add(RouteRequests other) {
      requests.add(other.requests);
      slowest.add(other.slowest);
      requestBytes.add(other.requestBytes);
      responseBytes.add(other.responseBytes);
    }
  }

  /** Reads of a cache. */
  static final class Gets {
    private double hits;
    private double misses;

    double hits() {
      return hits;
    }

    double misses() {
      return misses;
    }

    void add(Gets other) {
      hits += other.hits;
      misses += other.misses;
    }
  }

  /** A method, or the system of a call, with its route or name. */
  record Route(String method, String path) {}

  private static final class Service {
    private final Slots<Requests> requests = new Slots<>(STEP_NANOS, STEPS, Requests::new);
    private final Slots<Slowest> slowest = new Slots<>(QUARTER_NANOS, QUARTERS, Slowest::new);
    private final Slots<Map<Route, RouteRequests>> routes =
        new Slots<>(QUARTER_NANOS, QUARTERS, HashMap::new);
    private final Slots<Map<String, Gets>> caches =
        new Slots<>(QUARTER_NANOS, QUARTERS, HashMap::new);
    private long newest;
  }

  /** The state of a series at its last point. */
  private record Last(long start, double value, BucketCounts counts) {}

  private final Map<String, Last> lasts = new HashMap<>();
  private final Map<String, Service> services = new TreeMap<>();

  /** Forgets everything, to be told anew. */
  void clear() {
    lasts.clear();
    services.clear();
  }

  /** Whether a series is counted here; its record's key begins with its name. */
  static boolean isAbout(String key) {
    int end = key.indexOf('{');
    return end > 0
        && NAMES.contains(key.substring(0, end))
        && (key.startsWith(CACHE) || ASKED.stream().anyMatch(key::contains));
  }

  static String key(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }

  /**
   * @param point the newest of a series; null when it ended
   */
  void add(String key, @Nullable SeriesPoint point) {
    if (point == null || point.getStale()) {
      lasts.remove(key);
      return;
    }
    ExponentialHistogram histogram = point.getHistogram();
    BucketCounts counts = histogram == null ? new BucketCounts() : BucketCounts.of(histogram);
    Last last = lasts.get(key);
    if (last == null && lasts.size() >= MAX_SERIES) {
      return;
    }
    Last now = new Last(point.getStartTimeUnixNano(), point.getValue(), counts);
    lasts.put(key, now);
    long time = point.getTimeUnixNano();
    if (last == null) {
      // When it was counted is known only if counting began in this step or the one before.
      if (time - now.start <= 2 * STEP_NANOS) {
        count(point, time, now.value, counts);
      }
    } else if (last.start != now.start || now.counts.count() < last.counts.count()) {
      count(point, time, now.value, counts); // it began anew
    } else {
      count(point, time, now.value - last.value, counts.since(last.counts));
    }
  }

  private void count(SeriesPoint point, long time, double value, BucketCounts counts) {
    if (value <= 0 && counts.count() == 0) {
      return;
    }
    Map<String, String> labels = point.getLabels();
    Service service = service(labels.getOrDefault("service", ""), time);
    if (service == null) {
      return;
    }
    switch (point.getName()) {
      case LATENCY -> {
        service.requests.at(time).add(counts, isError(labels, "status_code", ERROR));
        service.slowest.at(time).take(point.getExemplars(), time - QUARTER_NANOS);
      }
      case HTTP ->
          count(
              route(service, time, labels),
              counts,
              isError(labels, "http_status_class", "5xx"),
              point);
      case RPC ->
          count(rpc(service, time, labels), counts, isError(labels, "status_code", ERROR), point);
      case REQUEST -> route(service, time, labels).requestBytes.add(counts);
      case RESPONSE -> route(service, time, labels).responseBytes.add(counts);
      default -> {
        Gets gets =
            service
                .caches
                .at(time)
                .computeIfAbsent(labels.getOrDefault("cache", ""), none -> new Gets());
        if ("hit".equals(labels.get("result"))) {
          gets.hits += value;
        } else {
          gets.misses += value;
        }
      }
    }
  }

  private static void count(
      RouteRequests route, BucketCounts counts, boolean failed, SeriesPoint point) {
    route.requests.add(counts, failed);
    route.slowest.take(point.getExemplars(), point.getTimeUnixNano() - QUARTER_NANOS);
  }

  /** Null when there are too many: names are what senders make them. */
  private @Nullable Service service(String name, long time) {
    Service known = services.get(name);
    if (known == null && services.size() >= MAX_SERVICES) {
      services.values().removeIf(each -> each.newest < time - STEPS * STEP_NANOS);
      if (services.size() >= MAX_SERVICES) {
        return null;
      }
    }
    Service service = known == null ? new Service() : known;
    service.newest = Math.max(service.newest, time);
    services.put(name, service);
    return service;
  }

  private static boolean isError(Map<String, String> labels, String label, String error) {
    return error.equals(labels.get(label));
  }

  private static RouteRequests route(Service service, long time, Map<String, String> labels) {
    Route route =
        new Route(
            labels.getOrDefault("http_request_method", ""), labels.getOrDefault("http_route", ""));
    return service.routes.at(time).computeIfAbsent(route, none -> new RouteRequests());
  }

  private static RouteRequests rpc(Service service, long time, Map<String, String> labels) {
    String name =
        labels.getOrDefault("rpc_service", "") + "/" + labels.getOrDefault("rpc_method", "");
    Route route = new Route(labels.getOrDefault("rpc_system", ""), name);
    return service.routes.at(time).computeIfAbsent(route, none -> new RouteRequests());
  }

  /** Names of those that were asked for anything. */
  Set<String> services() {
    return Set.copyOf(services.keySet());
  }

  /** Of these, those that were asked most since a time, the busiest first. */
  List<String> busiest(int limit, long since) {
    Map<String, Long> counts = new HashMap<>();
    services.forEach(
        (name, service) ->
            counts.put(
                name,
                service.requests.since(since).values().stream().mapToLong(Requests::count).sum()));
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(limit)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** By the start of each step that has any; those that start at a time or later. */
  Map<Long, Requests> requests(String service, long since) {
    Service found = services.get(service);
    return found == null ? Map.of() : found.requests.since(since);
  }

  /** Since about an hour, of all that it was asked for. */
  Slowest slowest(String service, long now) {
    Slowest sum = new Slowest();
    Service found = services.get(service);
    if (found != null) {
      found.slowest.since(coarseStart(now)).values().forEach(sum::add);
    }
    return sum;
  }

  /** Since about an hour. */
  Map<Route, RouteRequests> routes(String service, long now) {
    Map<Route, RouteRequests> sums = new HashMap<>();
    Service found = services.get(service);
    if (found != null) {
      for (Map<Route, RouteRequests> quarter : found.routes.since(coarseStart(now)).values()) {
        quarter.forEach(
            (route, each) -> sums.computeIfAbsent(route, none -> new RouteRequests()).add(each));
      }
    }
    return sums;
  }

  /** Since about an hour. */
  Map<String, Gets> caches(String service, long now) {
    Map<String, Gets> sums = new TreeMap<>();
    Service found = services.get(service);
    if (found != null) {
      for (Map<String, Gets> quarter : found.caches.since(coarseStart(now)).values()) {
        quarter.forEach((cache, each) -> sums.computeIfAbsent(cache, none -> new Gets()).add(each));
      }
    }
    return sums;
  }

  /** Since when routes and caches are counted: three quarters of an hour ago, or a little more. */
  static long coarseStart(long now) {
    return (Math.floorDiv(now, QUARTER_NANOS) - (QUARTERS - 1)) * QUARTER_NANOS;
  }
}
