package io.sluice.processors.spanmetrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counters of reads of caches as instrumentations send them, so that all are in one series. */
final class CacheMetrics {

  /**
   * Reads of a cache.
   *
   * @param result hit, miss, or another one that the instrumentation knows
   * @param instead whether the counter itself would be the same series
   */
  record Gets(String cache, String result, boolean instead) {}

  private CacheMetrics() {}

  /**
   * What a counter says of a cache; null when it is about something else.
   *
   * @param name Prometheus name
   */
  static @Nullable Gets of(String name, Map<String, String> labels) {
    return switch (name) {
      // Micrometer
      case "cache_gets_total" ->
          new Gets(cache(labels, ""), labels.getOrDefault("result", ""), true);
      case "hibernate_second_level_cache_requests_total" ->
          new Gets(labels.getOrDefault("region", ""), labels.getOrDefault("result", ""), false);
      case "cache_hits_total" -> new Gets(cache(labels, ""), CacheDerivation.HIT, false);
      case "cache_misses_total" -> new Gets(cache(labels, ""), CacheDerivation.MISS, false);
      // receivers of the OpenTelemetry Collector
      case "redis_keyspace_hits_total" ->
          new Gets(cache(labels, "redis"), CacheDerivation.HIT, false);
      case "redis_keyspace_misses_total" ->
          new Gets(cache(labels, "redis"), CacheDerivation.MISS, false);
      case "memcached_operations_total" ->
          "get".equals(labels.get("operation"))
              ? new Gets(cache(labels, "memcached"), labels.getOrDefault("type", ""), false)
              : null;
      default -> null;
    };
  }

  private static String cache(Map<String, String> labels, String other) {
    return labels.getOrDefault("cache", labels.getOrDefault("name", other));
  }
}
