package io.sluice.instrumentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import io.micrometer.core.instrument.binder.cache.JCacheMetrics;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.instrumentation.jdbc.datasource.JdbcTelemetry;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/**
 * The lines of the documentation that switch on the metrics of caches, pools and executors, with
 * the names that Sluice's dashboards read. Which of them a registry sends does not matter here;
 * KafkaMetersTest has what is sent.
 */
class PerformanceMetricsTest {

  private final MeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void hitsMissesEvictionsAndLoadsOfCaffeine() {
    LoadingCache<Integer, String> prices =
        Caffeine.newBuilder()
            .maximumSize(1)
            .executor(Runnable::run)
            .recordStats()
            .build(id -> "price " + id);
    CaffeineCacheMetrics.monitor(meters, prices, "prices");

    assertThat(List.of(prices.get(1), prices.get(1), prices.get(2)))
        .containsExactly("price 1", "price 1", "price 2");
    prices.cleanUp();

    assertThat(gets("prices", "hit")).isEqualTo(1);
    assertThat(gets("prices", "miss")).isEqualTo(2);
    assertThat(meters.get("cache.evictions").tag("cache", "prices").functionCounter().count())
        .isEqualTo(1);
    var loads = meters.get("cache.load.duration").tag("cache", "prices").timeGauge();
    assertThat(loads.value(TimeUnit.NANOSECONDS)).isPositive();
  }

  @Test
  void hitsAndMissesOfJCache() {
    try (CacheManager manager = new CaffeineCachingProvider().getCacheManager()) {
      Cache<String, String> sessions =
          manager.createCache(
              "sessions", new MutableConfiguration<String, String>().setStatisticsEnabled(true));
      JCacheMetrics.monitor(meters, sessions);

      sessions.put("ada", "1");
      sessions.get("ada");
      sessions.get("bob");

      assertThat(gets("sessions", "hit")).isEqualTo(1);
      assertThat(gets("sessions", "miss")).isEqualTo(1);
    }
  }

  @Test
  void waitsForAConnectionOfThePoolWithTracedStatements() throws Exception {
    try (RecordedTelemetry telemetry = new RecordedTelemetry()) {
      HikariConfig config = new HikariConfig();
      config.setPoolName("orders");
      JdbcDataSource h2 = new JdbcDataSource();
      h2.setURL("jdbc:h2:mem:pool");
      config.setDataSource(JdbcTelemetry.create(telemetry.openTelemetry()).wrap(h2));
      config.setMetricRegistry(meters);
      try (HikariDataSource pool = new HikariDataSource(config);
          var connection = pool.getConnection();
          var statement = connection.createStatement()) {
        statement.execute("SELECT 1");

        assertThat(meters.get("hikaricp.connections.acquire").tag("pool", "orders").timer().count())
            .isEqualTo(1);
        assertThat(meters.get("hikaricp.connections.active").gauge().value()).isEqualTo(1);
        assertThat(meters.get("hikaricp.connections.pending").gauge().value()).isZero();
      }
      assertThat(telemetry.spans())
          .filteredOn(span -> span.getKind() == SpanKind.CLIENT)
          .singleElement()
          .satisfies(span -> assertThat(span.getName()).startsWith("SELECT"));
    }
  }

  @Test
  void workAndQueueOfAnExecutor() throws Exception {
    ExecutorService mail =
        ExecutorServiceMetrics.monitor(meters, Executors.newFixedThreadPool(1), "mail");
    try {
      mail.invokeAll(List.of(() -> "sent", () -> "sent"));
      assertThat(meters.get("executor.queued").tag("name", "mail").gauge().value()).isZero();
    } finally {
      mail.shutdown();
    }

    assertThat(mail.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(meters.get("executor").tag("name", "mail").timer().count()).isEqualTo(2);
    assertThat(meters.get("executor.idle").tag("name", "mail").timer().count()).isEqualTo(2);
  }

  private double gets(String cache, String result) {
    return meters
        .get("cache.gets")
        .tag("cache", cache)
        .tag("result", result)
        .functionCounter()
        .count();
  }
}
