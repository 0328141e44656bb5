package io.sluice.instrumentation.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.RecordedTelemetry;
import io.sluice.instrumentation.cache.JedisReads;
import io.sluice.instrumentation.cache.LettuceReads;
import io.sluice.testkit.NeedsProgram;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.executors.CommandExecutor;
import redis.clients.jedis.executors.DefaultCommandExecutor;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** What a real server's answers become. */
@NeedsProgram("redis-server")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class RedisClientsIT {

  private RedisServer server;
  private RecordedTelemetry telemetry = new RecordedTelemetry();

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    server = RedisServer.start(directory);
  }

  @AfterEach
  void forget() {
    telemetry.close();
    telemetry = new RecordedTelemetry();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void hitsMissesAndSpansOfLettuce() {
    RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", server.port()));
    Span request = telemetry.tracer().spanBuilder("request").startSpan();
    try (Scope current = request.makeCurrent()) {
      client.addListener(LettuceReads.of(telemetry.openTelemetry(), "sessions"));
      client.addListener(LettuceSpans.of(telemetry.openTelemetry()));
      RedisCommands<String, String> sessions = client.connect().sync();
      sessions.set("lettuce:ada", "secret-1");
      assertThat(sessions.get("lettuce:ada")).isEqualTo("secret-1");
      assertThat(sessions.get("lettuce:bob")).isNull();
      assertThat(sessions.mget("lettuce:ada", "lettuce:bob")).hasSize(2);
      sessions.hset("lettuce:user", Map.of("name", "ada"));
      assertThat(sessions.hget("lettuce:user", "name")).isEqualTo("ada");
      assertThat(sessions.hmget("lettuce:user", "name", "mail")).hasSize(2);
      assertThatThrownBy(() -> sessions.get("lettuce:user"))
          .isInstanceOf(RedisCommandExecutionException.class);
    } finally {
      client.shutdown(); // the listeners have heard of everything then
    }

    assertThat(gets()).isEqualTo(Map.of("hit", 4L, "miss", 3L));
    assertSpans(request);
  }

  @Test
  void hitsMissesAndSpansOfJedis() {
    ConnectionProvider connections =
        new PooledConnectionProvider(
            new HostAndPort("127.0.0.1", server.port()),
            DefaultJedisClientConfig.builder().build());
    CommandExecutor executor =
        JedisSpans.of(telemetry.openTelemetry())
            .wrap(
                JedisReads.of(telemetry.openTelemetry(), "sessions")
                    .wrap(new DefaultCommandExecutor(connections)));
    Span request = telemetry.tracer().spanBuilder("request").startSpan();
    try (redis.clients.jedis.RedisClient sessions =
            redis.clients.jedis.RedisClient.builder()
                .connectionProvider(connections)
                .commandExecutor(executor)
                .build();
        Scope current = request.makeCurrent()) {
      sessions.set("jedis:ada", "secret-1");
      assertThat(sessions.get("jedis:ada")).isEqualTo("secret-1");
      assertThat(sessions.get("jedis:bob")).isNull();
      assertThat(sessions.mget("jedis:ada", "jedis:bob")).hasSize(2);
      sessions.hset("jedis:user", Map.of("name", "ada"));
      assertThat(sessions.hget("jedis:user", "name")).isEqualTo("ada");
      assertThat(sessions.hmget("jedis:user", "name", "mail")).hasSize(2);
      assertThatThrownBy(() -> sessions.get("jedis:user")).isInstanceOf(JedisDataException.class);
    }

    assertThat(gets()).isEqualTo(Map.of("hit", 4L, "miss", 3L));
    assertSpans(request);
  }

  private Map<String, Long> gets() {
    return telemetry.sumBy("cache.gets", "result");
  }

  /** Of the same commands of both. */
  private void assertSpans(Span request) {
    List<String> commands = List.of("SET", "GET", "GET", "MGET", "HSET", "HGET", "HMGET", "GET");
    await().until(() -> commands().size() >= commands.size());
    assertThat(commands()).extracting(SpanData::getName).containsExactlyElementsOf(commands);
    assertThat(commands())
        .allSatisfy(
            span -> {
              assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
              assertThat(span.getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
              assertThat(RecordedTelemetry.text(span, "db.system.name")).isEqualTo("redis");
              assertThat(RecordedTelemetry.text(span, "db.operation.name"))
                  .isEqualTo(span.getName());
              assertThat(span.getAttributes().toString()).doesNotContain("ada", "secret");
            });
    assertThat(commands())
        .extracting(span -> span.getStatus().getStatusCode())
        .startsWith(StatusCode.UNSET)
        .endsWith(StatusCode.ERROR)
        .containsOnlyOnce(StatusCode.ERROR);
  }

  /** Without those that a client sends to make a connection. */
  private List<SpanData> commands() {
    return telemetry.spans().stream()
        .filter(span -> span.getParentSpanContext().isValid())
        .filter(span -> !List.of("HELLO", "CLIENT").contains(span.getName()))
        .toList();
  }
}
