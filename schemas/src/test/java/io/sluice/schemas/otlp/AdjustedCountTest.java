package io.sluice.schemas.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.proto.trace.v1.Span;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class AdjustedCountTest {

  private static double adjustedCount(String traceState) {
    byte[] span = Span.newBuilder().setTraceState(traceState).build().toByteArray();
    return new SpanView(Slice.of(span)).adjustedCount();
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
  void isFoundAmongOtherMembersAndKeys() {
    assertThat(adjustedCount("vendor=th:8 , ot=rv:6e6d1a75832a2f;th:c;x:th:8\t,z=1")).isEqualTo(4);
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
