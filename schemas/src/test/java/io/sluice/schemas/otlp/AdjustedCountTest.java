package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class AdjustedCountTest {

  /** A trace that any sampler keeps. */
  private static final ByteString ALL_ONES = id(-1);

  private static double adjustedCount(String traceState) {
    return adjustedCount(traceState, ALL_ONES);
  }

  private static double adjustedCount(String traceState, ByteString traceId) {
    byte[] span =
        Span.newBuilder().setTraceState(traceState).setTraceId(traceId).build().toByteArray();
    SpanReader reader = new SpanReader(new AttributeKeys());
    reader.read(Slice.of(span));
    double count = new SpanView(Slice.of(span)).adjustedCount();
    assertThat(reader.adjustedCount()).isEqualTo(count);
    assertThat(count == 1 || !reader.isSamplingRefused()).isTrue();
    return count;
  }

  private static boolean isRefused(String traceState, ByteString traceId) {
    byte[] span =
        Span.newBuilder().setTraceState(traceState).setTraceId(traceId).build().toByteArray();
    SpanReader reader = new SpanReader(new AttributeKeys());
    reader.read(Slice.of(span));
    return reader.isSamplingRefused();
  }

  private static ByteString id(long last) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(-1).putLong(last).array());
  }

  @Test
  void isOneWhereNothingWasSampled() {
    assertThat(adjustedCount("")).isEqualTo(1);
    assertThat(adjustedCount("ot=th:0")).isEqualTo(1);
  }

  @Test
  void isTheInverseOfTheSamplingProbability() {
    assertThat(adjustedCount("ot=th:8")).isEqualTo(2);
    assertThat(adjustedCount("ot=th:c")).isEqualTo(4);
    assertThat(adjustedCount("ot=th:e668")).isCloseTo(10, within(0.01));
    assertThat(adjustedCount("ot=th:fff8")).isEqualTo(8192);
  }

  @Test
  void isNotBelievedBeyondTenThousand() {
    assertThat(adjustedCount("ot=th:fffc")).isEqualTo(1);
    assertThat(adjustedCount("ot=th:ffffffffffffff")).isEqualTo(1);
  }

  @Test
  void isNotBelievedWhereTheTracesRandomnessWouldNotHavePassedTheSampler() {
    ByteString half = id(0xff80_0000_0000_0000L); // its last 56 bits are 0x80000000000000
    assertThat(adjustedCount("ot=th:8", half)).isEqualTo(2);
    assertThat(isRefused("ot=th:8", half)).isFalse();
    assertThat(adjustedCount("ot=th:80000000000001", half)).isEqualTo(1);
    assertThat(isRefused("ot=th:80000000000001", half)).isTrue();
    assertThat(adjustedCount("ot=rv:c0000000000000;th:c", half)).isEqualTo(4);
    assertThat(isRefused("ot=rv:bfffffffffffff;th:c", half)).isTrue();
    assertThat(isRefused("ot=rv:c;th:8", half)).as("no rv: it has 14 digits").isFalse();
    assertThat(isRefused("ot=th:8", ByteString.EMPTY)).isTrue();
    assertThat(isRefused("ot=th:0", ByteString.EMPTY)).isFalse();
    assertThat(isRefused("ot=th:fffc", ALL_ONES)).as("more than 10,000").isTrue();
    assertThat(isRefused("ot=th:x", half)).isFalse();
  }

  @Test
  void isFoundAmongOtherMembersAndKeys() {
    assertThat(adjustedCount("vendor=th:8 , ot=rv:ce6d1a75832a2f;th:c;x:th:8\t,z=1")).isEqualTo(4);
    assertThat(adjustedCount("vendor=1,\tot=th:c")).isEqualTo(4);
  }

  @Test
  void isOneWhereTheThresholdIsNotValid() {
    for (String state :
        new String[] {
          "ot=",
          "ot",
          "ot=th",
          "ot=th:",
          "ot=th:C",
          "ot=th:g",
          "ot=th:-8",
          "ot=th: 8",
          "ot=th:8 ;",
          "ot=th:fffffffffffffff",
          "ot=rv:8",
          "not=th:8",
          "Ot=th:8",
          "ot=ath:8",
          ",",
          ";",
          "=th:8"
        }) {
      assertThat(adjustedCount(state)).as(state).isEqualTo(1);
    }
  }

  @Property
  void isWhatTheThresholdWithAllItsDigitsSays(
      @ForAll @LongRange(min = 0, max = (1L << 56) - 1) long threshold) {
    String digits = String.format("%014x", threshold);
    double inverse = 0x1p56 / ((1L << 56) - threshold);
    double expected = inverse <= 10_000 ? inverse : 1;

    assertThat(adjustedCount("ot=th:" + digits)).isEqualTo(expected);
    assertThat(adjustedCount("ot=th:" + digits.replaceAll("(?<=.)0+$", ""))).isEqualTo(expected);
  }

  @Property
  void readsAnyText(@ForAll String state) {
    assertThat(adjustedCount("ot=th:" + state)).isBetween(1.0, 10_000.0);
  }
}
