package io.sluice.instrumentation.cache;

import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.executors.ClusterCommandExecutor;
import redis.clients.jedis.executors.CommandExecutor;

/**
 * Counts what the reads of a Redis client found, as {@link LettuceReads} does: {@code
 * RedisClient.builder().commandExecutor(JedisReads.of(openTelemetry, "sessions").wrap(executor))}.
 * Each key of {@code MGET} and each field of {@code HMGET} counts. Pipelines and transactions do
 * not go through an executor, and are not counted; not for clients of clusters. Safe for use by
 * several threads and clients.
 */
public final class JedisReads {

  private final CacheReads reads;

  private JedisReads(CacheReads reads) {
    this.reads = reads;
  }

  /**
   * @param cache what the service calls this cache
   */
  public static JedisReads of(OpenTelemetry openTelemetry, String cache) {
    return new JedisReads(new CacheReads(openTelemetry, cache));
  }

  /**
   * Closing it closes the real one.
   *
   * @throws IllegalArgumentException for a cluster's executor: its client calls it by other methods
   *     too, for commands without a key, and takes no other
   */
  public CommandExecutor wrap(CommandExecutor executor) {
    if (executor instanceof ClusterCommandExecutor) {
      throw new IllegalArgumentException(
          "a client of a Redis cluster takes only its own executor: leave it as it is");
    }
    return new Counted(executor, reads);
  }

  private record Counted(CommandExecutor executor, CacheReads reads) implements CommandExecutor {

    @Override
    public <T> T executeCommand(CommandObject<T> command) {
      T found = executor.executeCommand(command);
      if (command.getArguments().getCommand() instanceof Protocol.Command type) {
        count(type, found);
      }
      return found;
    }

    @Override
    public void close() throws Exception {
      executor.close();
    }

    private void count(Protocol.Command type, @Nullable Object found) {
      switch (type) {
        case GET, GETEX, GETDEL, HGET -> reads.add(1, found == null ? 0 : 1);
        case MGET, HMGET, HGETEX, HGETDEL -> {
          if (found instanceof List<?> values) {
            reads.add(values.size(), values.stream().filter(Objects::nonNull).count());
          }
        }
        default -> {}
      }
    }
  }
}
