package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.testkit.Telemetry;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SampledEventsTest {

  @Test
  void aSpanThatIsNotSampledIsOneEvent() {
    assertThat(events("", 1)).isEqualTo(1);
  }

  @Test
  void aSampledSpanIsAsManyEventsAsItStandsFor() {
    assertThat(events("ot=rv:ffffffffffffff;th:c", 1)).isEqualTo(4);
  }

  @Test
  void fractionsComeOutRightInTheSum() {
    // Of 2^56, 0xa/16 rejected: one in 2.67 is kept.
    long sum =
        LongStream.rangeClosed(1, 30_000).map(id -> events("ot=rv:ffffffffffffff;th:a", id)).sum();

    assertThat(sum / 30_000.0).isCloseTo(16 / 6.0, within(0.02));
    assertThat(events("ot=rv:ffffffffffffff;th:a", 7))
        .isEqualTo(events("ot=rv:ffffffffffffff;th:a", 7))
        .isBetween(2L, 3L);
  }

  @Test
  void aClaimOfMoreThanSamplersMakeIsNotBelieved() {
    assertThat(events("ot=rv:ffffffffffffff;th:ffffffffffffff", 1)).isEqualTo(1);
  }

  private static long events(String traceState, long id) {
    byte[] span =
        Span.newBuilder()
            .setSpanId(ByteString.copyFrom(Telemetry.spanId(id)))
            .setTraceState(traceState)
            .build()
            .toByteArray();
    SpanView view = new SpanView(Slice.of(span));
    return SampledEvents.of(view.adjustedCount(), view.spanId());
  }
}
