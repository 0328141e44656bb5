package io.sluice.instrumentation.examples;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.zaxxer.hikari.HikariConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.binder.cache.CaffeineStatsCounter;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.jdbc.datasource.JdbcTelemetry;
import io.sluice.instrumentation.ServiceTelemetry;
import io.sluice.instrumentation.cache.JedisReads;
import io.sluice.instrumentation.http.ArmeriaTelemetry;
import io.sluice.instrumentation.http.ServletTelemetry;
import io.sluice.instrumentation.kafka.KafkaExporters;
import io.sluice.instrumentation.logs.SanitizedLogs;
import io.sluice.instrumentation.micrometer.KafkaMeters;
import io.sluice.instrumentation.redis.JedisSpans;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.EnumSet;
import javax.sql.DataSource;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.executors.CommandExecutor;
import redis.clients.jedis.executors.DefaultCommandExecutor;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** The examples of docs/instrumentation.md, word for word. */
final class ServiceExamples {

  private ServiceExamples() {}

  static void jetty(OpenTelemetry otel, ServletContextHandler context) {
    FilterHolder telemetry = new FilterHolder(ServletTelemetry.create(otel).filter());
    telemetry.setAsyncSupported(true);
    context.addFilter(telemetry, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
  }

  static WebClient armeria(OpenTelemetry otel, HttpService orders) {
    ArmeriaTelemetry telemetry = ArmeriaTelemetry.create(otel);
    Server server =
        Server.builder().service("/orders/{id}", orders).decorator(telemetry.server()).build();
    WebClient client =
        WebClient.builder("http://payment:8080").decorator(telemetry.client()).build();
    server.start().join();
    return client;
  }

  static Counter micrometer(KafkaExporters exporters, ServiceTelemetry telemetry) {
    KafkaMeters meters =
        KafkaMeters.create(exporters, telemetry.resource(), Duration.ofSeconds(60));
    Counter gifts = meters.registry().counter("orders", "kind", "gift");
    return gifts;
  }

  static HikariConfig database(OpenTelemetry otel, KafkaMeters meters, DataSource database) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("orders");
    config.setDataSource(JdbcTelemetry.create(otel).wrap(database));
    config.setMetricRegistry(meters.registry());
    return config;
  }

  static void spring(CaffeineCacheManager caches, KafkaMeters meters) {
    caches.registerCustomCache(
        "prices",
        Caffeine.newBuilder()
            .maximumSize(10_000)
            .recordStats(() -> new CaffeineStatsCounter(meters.registry(), "prices"))
            .build());
  }

  static RedisClient jedis(OpenTelemetry otel, HostAndPort server, JedisClientConfig settings) {
    PooledConnectionProvider connections = new PooledConnectionProvider(server, settings);
    CommandExecutor executor = new DefaultCommandExecutor(connections);
    executor = JedisReads.of(otel, "sessions").wrap(executor);
    executor = JedisSpans.of(otel).wrap(executor);
    RedisClient sessions =
        RedisClient.builder().connectionProvider(connections).commandExecutor(executor).build();
    return sessions;
  }

  static ServiceTelemetry sanitizedLogs(KafkaExporters exporters) {
    ServiceTelemetry telemetry =
        ServiceTelemetry.builder("checkout")
            .kafka(exporters)
            .logExporter(SanitizedLogs.before(exporters.logs()))
            .build();
    return telemetry;
  }
}
