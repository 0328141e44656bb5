package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.sluice.processor.InputRecord;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Test
  void carriesOnTheParentThatCameInAndNoStateThatMayHoldAnything() {
    InputRecord clean =
        record(
            Topics.LOGS,
            new RecordHeaders()
                .add("traceparent", bytes(SAMPLED))
                .add("tracestate", bytes("shop=password:hunter2")));

    try (Scope ignored = TraceContext.extract(clean).makeCurrent()) {
      assertThat(TraceContext.current()).isEqualTo(Map.of("traceparent", SAMPLED));
    }
    assertThat(TraceContext.current()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "ÿ"})
  void headerThatIsNoTraceContextIsNone(String traceparent) {
    assertIsNone(new RecordHeaders().add("traceparent", bytes(traceparent)));
  }

  @Test
  void headerWithoutValueIsNone() {
    assertIsNone(new RecordHeaders().add("traceparent", null));
  }

  @Test
  void outputIsPartOfTheTraceOfItsInputAndTheNextRecordIsNot() {
    try (var driver = StageTestDriver.of(LaneProcessor.of(LaneProcessor::copy)).start()) {
      Headers headers = new RecordHeaders().add("sluice-traceparent", bytes(SAMPLED));
      driver.send(
          Topics.RAW_LOGS, new TestRecord<>(bytes("k"), bytes("a"), headers, Instant.EPOCH));
      driver.send(Topics.RAW_LOGS, bytes("k"), bytes("b"));

      assertThat(driver.read(Topics.LOGS))
          .extracting(record -> traceparent(record.headers()))
          .containsExactly(SAMPLED, "none");
    }
  }

  /** A traced Kafka client that writes telemetry sends its own with every record. */
  @Test
  void othersTracesOnRawTopicsAreNotGoneOnWith() {
    try (var driver = StageTestDriver.of(LaneProcessor.of(LaneProcessor::copy)).start()) {
      Headers headers = new RecordHeaders().add("traceparent", bytes(SAMPLED));
      driver.send(
          Topics.RAW_LOGS, new TestRecord<>(bytes("k"), bytes("a"), headers, Instant.EPOCH));

      assertThat(driver.read(Topics.LOGS))
          .extracting(record -> traceparent(record.headers()))
          .containsExactly("none");
    }
  }

  private static void assertIsNone(Headers headers) {
    Context context = TraceContext.extract(record(Topics.LOGS, headers));
    assertThat(Span.fromContext(context).getSpanContext().isValid()).isFalse();
  }

  private static InputRecord record(Topic topic, Headers headers) {
    return new InputRecord(topic, 0, 0, 0, null, new byte[0], headers);
  }

  private static String traceparent(Headers headers) {
    Header header = headers.lastHeader("traceparent");
    return header == null ? "none" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
