package io.sluice.instrumentation.redis;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.sluice.instrumentation.Failures;
import java.nio.charset.StandardCharsets;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.executors.ClusterCommandExecutor;
import redis.clients.jedis.executors.CommandExecutor;

/**
 * A span for each command of a Jedis client: {@code
 * RedisClient.builder().commandExecutor(JedisSpans.of(openTelemetry).wrap(executor))}. It waits for
 * its connection and fails with the command. Pipelines and transactions do not go through an
 * executor, and have none; not for clients of clusters. Safe for use by several threads and
 * clients.
 */
public final class JedisSpans {

  private final CommandSpans spans;

  private JedisSpans(CommandSpans spans) {
    this.spans = spans;
  }

  public static JedisSpans of(OpenTelemetry openTelemetry) {
    return new JedisSpans(new CommandSpans(openTelemetry));
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
    return new Spanned(executor, spans);
  }

  private record Spanned(CommandExecutor executor, CommandSpans spans) implements CommandExecutor {

    @Override
    public <T> T executeCommand(CommandObject<T> command) {
      Span span = spans.start(name(command));
      try {
        return executor.executeCommand(command);
      } catch (Throwable failure) {
        Failures.record(span, failure);
        throw failure;
      } finally {
        span.end();
      }
    }

    @Override
    public void close() throws Exception {
      executor.close();
    }

    private static String name(CommandObject<?> command) {
      return new String(command.getArguments().getCommand().getRaw(), StandardCharsets.US_ASCII);
    }
  }
}
