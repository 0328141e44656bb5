package io.sluice.processors.sanitize.logs;

import static io.sluice.processors.sanitize.logs.Shaped.bare;
import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.google.protobuf.ByteString;
import io.sluice.testkit.Telemetry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  @ParameterizedTest
  @CsvSource({
    "trace_id, span_id",
    "traceId, spanId",
    "trace.id, span.id",
    "TraceId, SpanId",
    "otelTraceID, otelSpanID",
    "X-B3-TraceId, X-B3-SpanId",
    "traceid, spanid",
    "mdc.trace_id, mdc.span_id",
  })
  void takesIdsFromAttributes(String traceKey, String spanKey) {
    Shaped shaped = Shaped.of(bare("x").attribute(traceKey, TRACE).attribute(spanKey, SPAN));
    assertThat(shaped.traceId()).isEqualTo(TRACE);
    assertThat(shaped.spanId()).isEqualTo(SPAN);
    assertThat(shaped.attributes()).isEmpty();
    assertThat(shaped.counts()).containsOnly(entry(LogChange.TRACE_CONTEXT, 1L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"msg\":\"x\",\"trace_id\":\"0AF7651916CD43DD8448EB211C80319C\",\"span_id\":\"b7ad6b7169203331\"}",
        "{\"msg\":\"x\",\"trace\":{\"id\":\"0af7651916cd43dd8448eb211c80319c\"},\"span\":{\"id\":\"b7ad6b7169203331\"}}",
        "{\"msg\":\"x\",\"mdc\":{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"spanId\":\"b7ad6b7169203331\"}}",
        "{\"msg\":\"x\",\"logging.googleapis.com/trace\":\"projects/p/traces/0af7651916cd43dd8448eb211c80319c\",\"logging.googleapis.com/spanId\":\"b7ad6b7169203331\"}",
        "msg=x trace_id=0af7651916cd43dd8448eb211c80319c span_id=b7ad6b7169203331",
      })
  void takesIdsFromTheBody(String body) {
    Shaped shaped = Shaped.ofBody(body);
    assertThat(shaped.traceId()).isEqualTo(TRACE);
    assertThat(shaped.spanId()).isEqualTo(SPAN);
    assertThat(shaped.attributes()).isEmpty();
  }

  @Test
  void fillsUpIdsOf64BitsWithZeros() {
    Shaped shaped = Shaped.of(bare("x").attribute("X-B3-TraceId", SPAN));
    assertThat(shaped.traceId()).isEqualTo("0".repeat(16) + SPAN);
  }

  @Test
  void readsDatadogsDecimalsAndLetsThemStand() {
    Shaped shaped =
        Shaped.ofBody(
            "{\"msg\":\"x\",\"dd\":{\"trace_id\":\"18446744073709551615\",\"span_id\":255}}");
    assertThat(shaped.traceId()).isEqualTo("0".repeat(16) + "f".repeat(16));
    assertThat(shaped.spanId()).isEqualTo("00000000000000ff");
    assertThat(shaped.attributes()).containsOnlyKeys("dd.trace_id", "dd.span_id");
  }

  @Test
  void readsDatadogsLongIds() {
    Shaped shaped = Shaped.of(bare("x").attribute("dd.trace_id", TRACE));
    assertThat(shaped.traceId()).isEqualTo(TRACE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "00000000000000000000000000000000",
        "xaf7651916cd43dd8448eb211c80319c",
        "0af7651916cd",
        "0af7651916cd43dd8448eb211c80319c00",
        "",
        "18446744073709551616",
      })
  void leavesWhatIsNoId(String id) {
    for (String key : new String[] {"trace_id", "dd.trace_id"}) {
      Shaped shaped = Shaped.of(bare("x").attribute(key, id));
      assertThat(shaped.traceId()).isEmpty();
      assertThat(shaped.attributes()).containsEntry(key, id);
      assertThat(shaped.counts()).isEmpty();
    }
  }

  @Test
  void letsTheRecordsOwnIdsStand() {
    byte[] request =
        service("a")
            .log("x")
            .in(service("a").span("s").trace(Telemetry.traceId(1)))
            .attribute("trace_id", TRACE)
            .toRequestBytes();
    assertThat(new LogShaper(true, 1 << 20, (buf, start, end) -> false).shape(request))
        .isSameAs(request);
  }

  @Test
  void takesNoSpanOfAnotherTrace() {
    Shaped shaped =
        Shaped.of(
            bare("x")
                .attribute("trace_id", TRACE)
                .attribute("span_id", SPAN)
                .with(log -> log.setTraceId(ByteString.copyFrom(Telemetry.traceId(1)))));
    assertThat(shaped.spanId()).isEmpty();
    assertThat(shaped.counts()).isEmpty();
  }

  @Test
  void takesASpanOnlyWithItsTrace() {
    Shaped shaped = Shaped.of(bare("x").attribute("span_id", SPAN));
    assertThat(shaped.spanId()).isEmpty();
    assertThat(shaped.attributes()).containsEntry("span_id", SPAN);
  }
}
