package io.sluice.instrumentation.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.event.command.CommandSucceededEvent;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.KeyValueListOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import io.sluice.instrumentation.RecordedTelemetry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LettuceReadsTest {

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final LettuceReads reads = LettuceReads.of(telemetry.openTelemetry(), "sessions");

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  void aReadIsAHitOrAMiss() {
    succeeded(CommandType.GET, value("Ada"));
    succeeded(CommandType.GET, value("Bob"));
    succeeded(CommandType.HGET, value(null));

    assertThat(gets()).isEqualTo(Map.of("hit", 2L, "miss", 1L));
  }

  @Test
  void eachKeyOfAReadOfSeveralCounts() {
    KeyValueListOutput<String, String> found =
        new KeyValueListOutput<>(StringCodec.UTF8, List.of("a", "b", "c"));
    found.multi(3);
    found.set(bytes("1"));
    found.set((ByteBuffer) null);
    found.set((ByteBuffer) null);

    succeeded(CommandType.MGET, found);

    assertThat(gets()).isEqualTo(Map.of("hit", 1L, "miss", 2L));
  }

  @Test
  void writesAndErrorsAreNoReads() {
    StatusOutput<String, String> ok = new StatusOutput<>(StringCodec.UTF8);
    ok.set(bytes("OK"));
    succeeded(CommandType.SET, ok);
    ValueOutput<String, String> wrongType = new ValueOutput<>(StringCodec.UTF8);
    wrongType.setError("WRONGTYPE");
    succeeded(CommandType.GET, wrongType);

    assertThat(gets()).isEmpty();
  }

  private Map<String, Long> gets() {
    return telemetry.sumBy("cache.gets", "result");
  }

  @SuppressWarnings("unchecked") // as Lettuce itself makes its events
  private void succeeded(CommandType type, CommandOutput<String, String, ?> output) {
    RedisCommand<?, ?, ?> command = new Command<>(type, output);
    reads.commandSucceeded(
        new CommandSucceededEvent(
            (RedisCommand<Object, Object, Object>) command, Map.of(), 1_000, 2_000));
  }

  private static ValueOutput<String, String> value(@Nullable String found) {
    ValueOutput<String, String> output = new ValueOutput<>(StringCodec.UTF8);
    output.set(found == null ? null : bytes(found));
    return output;
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
