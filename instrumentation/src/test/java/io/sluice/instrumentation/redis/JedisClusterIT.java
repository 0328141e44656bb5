package io.sluice.instrumentation.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.sluice.instrumentation.cache.JedisReads;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StaticCommandFlagsRegistry;
import redis.clients.jedis.executors.ClusterCommandExecutor;
import redis.clients.jedis.providers.ClusterConnectionProvider;

@NeedsProgram("redis-server")
class JedisClusterIT {

  /** The client of a cluster casts its executor at the first command without a key. */
  @Test
  void refusesTheExecutorOfAClusterBeforeItsClientFails(@TempDir Path directory)
      throws IOException {
    String bus = String.valueOf(Programs.freePort()); // by default it may be anybody's
    try (RedisServer server =
            RedisServer.start(directory, "--cluster-enabled", "yes", "--cluster-port", bus);
        Jedis node = new Jedis("127.0.0.1", server.port())) {
      node.clusterAddSlotsRange(0, 16383);
      try (ClusterConnectionProvider nodes =
          new ClusterConnectionProvider(
              Set.of(new HostAndPort("127.0.0.1", server.port())),
              DefaultJedisClientConfig.builder().build())) {
        ClusterCommandExecutor executor =
            new ClusterCommandExecutor(
                nodes, 1, Duration.ofSeconds(1), StaticCommandFlagsRegistry.registry());

        assertThatThrownBy(() -> JedisSpans.of(OpenTelemetry.noop()).wrap(executor))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("Redis cluster");
        assertThatThrownBy(() -> JedisReads.of(OpenTelemetry.noop(), "sessions").wrap(executor))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("Redis cluster");
      }
    }
  }
}
