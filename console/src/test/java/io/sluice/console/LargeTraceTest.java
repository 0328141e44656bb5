package io.sluice.console;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace with more spans than an answer has. */
@SuppressWarnings("NullAway.Init") // start comes first
class LargeTraceTest {

  private static final String TRACE = HexFormat.of().formatHex(Telemetry.traceId(1));

  @TempDir private Path directory;
  private ConsoleFixture console;

  @BeforeEach
  void start() {
    console = ConsoleFixture.startWithoutKafka(directory);
  }

  @AfterEach
  void stop() {
    console.close();
  }

  @Test
  void hasItsRootAndWhereItsErrorBeganThoughTheyCameLast() {
    SpanBuilder failed = service("cart").span("fails").error();
    SpanBuilder last = service("cart").span("last").calls(failed);
    console.store().put(Samples.largeTrace(1, 9_999, last));
    console.store().refresh();

    JsonNode trace = console.answer("/api/v1/traces/" + TRACE, 200);
    assertThat(trace.get("spanCount").asInt()).isEqualTo(10_002);
    assertThat(trace.get("spansOmitted").asInt()).isEqualTo(2);
    List<String> names = new ArrayList<>();
    trace.get("spans").forEach(span -> names.add(span.get("name").asText()));
    assertThat(names).hasSize(10_000).startsWith("GET /all").endsWith("step 9999", "last", "fails");
    assertThat(trace.at("/spans/0/offsetMs").asDouble()).isZero();
    assertThat(trace.at("/spans/9997/offsetMs").asDouble()).isEqualTo(9999);
    assertThat(trace.at("/spans/9999/spanId")).isEqualTo(trace.at("/errorOrigin/spanId"));
    assertThat(trace.at("/spans/9999/parentSpanId")).isEqualTo(trace.at("/spans/9998/spanId"));
  }

  @Test
  void hasWhatTheTimeWentTo() {
    SpanBuilder slow = service("cart").span("slow").took(Duration.ofSeconds(1));
    console.store().put(Samples.largeTrace(1, 10_000, slow));
    console.store().refresh();

    JsonNode trace = console.answer("/api/v1/traces/" + TRACE, 200);
    assertThat(trace.at("/spans/9999/name").asText()).isEqualTo("slow");
    assertThat(trace.at("/spans/9999/criticalPathMs").asDouble()).isEqualTo(1000);
  }
}
