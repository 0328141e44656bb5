package io.sluice.instrumentation.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import io.micrometer.core.instrument.binder.cache.CaffeineStatsCounter;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCache;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * What Spring's cache abstraction tells on the topic, by the binding that the documentation has.
 */
class SpringCachesTest {

  @Test
  void hitsMissesAndEvictionsOfTheCachesOfAManager() {
    CaffeineCacheManager caches = new CaffeineCacheManager("prices");
    caches.setCaffeine(Caffeine.newBuilder().maximumSize(1).executor(Runnable::run).recordStats());

    Map<String, Double> sent =
        sent(
            meters -> {
              bind(caches, meters);
              buy(caches, 1, 1, 1, 2);
            });

    assertThat(sent)
        .containsOnly(
            entry("cache.gets {cache=prices, result=hit}", 2d),
            entry("cache.gets {cache=prices, result=miss}", 2d),
            entry("cache.puts {cache=prices}", 2d),
            entry("cache.evictions {cache=prices}", 1d),
            entry("cache.eviction.weight {cache=prices}", 1d),
            entry("cache.size {cache=prices}", 1d));
  }

  @Test
  void loadsOfACacheThatIsMadeByHand() {
    CaffeineCacheManager caches = new CaffeineCacheManager("prices");

    Map<String, Double> sent =
        sent(
            meters -> {
              register(caches, meters);
              buy(caches, 1, 1, 1, 2);
            });

    assertThat(sent)
        .containsEntry("cache.gets {cache=prices, result=hit}", 2d)
        .containsEntry("cache.gets {cache=prices, result=miss}", 2d)
        .containsEntry("cache.loads {cache=prices, result=success}", 2d)
        .containsEntry("cache.evictions {cache=prices, cause=SIZE}", 1d);
  }

  @Test
  void withoutSyncSpringLoadsBesideTheCache() {
    CaffeineCacheManager caches = new CaffeineCacheManager("prices");

    Map<String, Double> sent =
        sent(
            meters -> {
              register(caches, meters);
              buy(caches, (Asked) SpringCachesTest::price, 1, 1);
            });

    assertThat(sent)
        .containsEntry("cache.gets {cache=prices, result=hit}", 1d)
        .containsEntry("cache.gets {cache=prices, result=miss}", 1d)
        .containsEntry("cache.loads {cache=prices, result=success}", 0d);
  }

  @Test
  void aMapHasNoStatistics() {
    CacheManager maps = new ConcurrentMapCacheManager("prices");

    Map<String, Double> sent =
        sent(
            meters -> {
              bind(maps, meters);
              buy(maps, 1, 1);
            });

    assertThat(sent).isEmpty();
  }

  /** As the documentation has it. */
  private static void bind(CacheManager caches, MeterRegistry meters) {
    for (String name : caches.getCacheNames()) {
      Cache cache = caches.getCache(name);
      if (cache instanceof CaffeineCache caffeine) {
        CaffeineCacheMetrics.monitor(meters, caffeine.getNativeCache(), name);
      }
    }
  }

  /** As the documentation has it. */
  private static void register(CaffeineCacheManager caches, MeterRegistry meters) {
    caches.registerCustomCache(
        "prices",
        Caffeine.newBuilder()
            .maximumSize(1)
            .executor(Runnable::run)
            .recordStats(() -> new CaffeineStatsCounter(meters, "prices"))
            .build());
  }

  private static void buy(CacheManager caches, int... products) {
    buy(caches, (Loaded) SpringCachesTest::price, products);
  }

  /** As a service under Spring does. */
  private static void buy(CacheManager caches, Prices prices, int... products) {
    try (var spring = new AnnotationConfigApplicationContext()) {
      spring.register(Caching.class);
      spring.registerBean(CacheManager.class, () -> caches);
      spring.registerBean(Prices.class, () -> prices);
      spring.refresh();
      for (int product : products) {
        assertThat(spring.getBean(Prices.class).price(product)).isEqualTo(price(product));
      }
    }
  }

  /** The values on the topic by metric and attributes; of histograms how many there are. */
  private static Map<String, Double> sent(Consumer<MeterRegistry> service) {
    Map<String, Double> sent = new TreeMap<>();
    var meters =
        KafkaMeters.registry(
            new KafkaMetersConfig(Resource.empty(), Duration.ofHours(1)),
            request ->
                ExportMetricsServiceRequest.parseFrom(request.getMetricsData())
                    .getResourceMetricsList()
                    .stream()
                    .flatMap(resource -> resource.getScopeMetricsList().stream())
                    .flatMap(scope -> scope.getMetricsList().stream())
                    .forEach(metric -> put(sent, metric)));
    service.accept(meters);
    meters.close(); // sends the last values
    return sent;
  }

  private static void put(Map<String, Double> sent, Metric metric) {
    metric
        .getSum()
        .getDataPointsList()
        .forEach(point -> put(sent, metric, point.getAttributesList(), point.getAsDouble()));
    metric
        .getGauge()
        .getDataPointsList()
        .forEach(point -> put(sent, metric, point.getAttributesList(), point.getAsDouble()));
    metric
        .getHistogram()
        .getDataPointsList()
        .forEach(point -> put(sent, metric, point.getAttributesList(), (double) point.getCount()));
  }

  private static void put(
      Map<String, Double> sent, Metric metric, List<KeyValue> attributes, double value) {
    Map<String, String> labels = new TreeMap<>();
    attributes.forEach(label -> labels.put(label.getKey(), label.getValue().getStringValue()));
    sent.put(metric.getName() + " " + labels, value);
  }

  @EnableCaching
  static class Caching {}

  private static String price(int product) {
    return "price " + product;
  }

  /** What the service asks for. */
  interface Prices {
    String price(int product);
  }

  /** The cache calls the method. */
  interface Loaded extends Prices {
    @Override
    @Cacheable(cacheNames = "prices", sync = true)
    String price(int product);
  }

  /** Spring asks the cache, calls the method and puts. */
  interface Asked extends Prices {
    @Override
    @Cacheable(cacheNames = "prices")
    String price(int product);
  }
}
