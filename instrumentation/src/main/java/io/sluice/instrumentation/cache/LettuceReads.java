package io.sluice.instrumentation.cache;

import io.lettuce.core.KeyValue;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandSucceededEvent;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the reads of a Redis client found: {@code
 * client.addListener(LettuceReads.of(openTelemetry, "sessions"))}. The server's own counts of hits
 * know no client, and the spans of the client do not say what came back.
 *
 * <p>Metric: {@code cache.gets} by {@code cache} and {@code result} ({@code hit}, {@code miss}), as
 * Micrometer's binders for caches have it. Each key of {@code MGET} and each field of {@code HMGET}
 * counts. Results that are streamed into a channel are not counted. Safe for use by several threads
 * and clients.
 */
public final class LettuceReads implements CommandListener {

  private final CacheReads reads;

  private LettuceReads(CacheReads reads) {
    this.reads = reads;
  }

  /**
   * @param cache what the service calls this cache
   */
  public static LettuceReads of(OpenTelemetry openTelemetry, String cache) {
    return new LettuceReads(new CacheReads(openTelemetry, cache));
  }

  @Override
  public void commandSucceeded(CommandSucceededEvent event) {
    RedisCommand<Object, Object, Object> command = event.getCommand();
    if (command.getOutput() == null
        || command.getOutput().hasError()
        || !(command.getType() instanceof CommandType type)) {
      return;
    }
    switch (type) {
      case GET, GETEX, GETDEL, HGET -> reads.add(1, command.getOutput().get() == null ? 0 : 1);
      case MGET, HMGET, HGETEX, HGETDEL -> each(command.getOutput().get());
      default -> {}
    }
  }

  private void each(@Nullable Object found) {
    if (found instanceof List<?> values) {
      long hits = values.stream().filter(LettuceReads::isThere).count();
      reads.add(values.size(), hits);
    }
  }

  private static boolean isThere(@Nullable Object value) {
    return value instanceof KeyValue<?, ?> pair && pair.hasValue();
  }
}
