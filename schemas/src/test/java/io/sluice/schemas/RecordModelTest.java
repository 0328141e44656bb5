package io.sluice.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Avro loads classes by name for defaults and for copies, too. */
class RecordModelTest {

  @Test
  void builderFillsDefaultsThatAreListsOfRecords() {
    SeriesPoint point =
        SeriesPoint.newBuilder()
            .setName("calls_total")
            .setHelp("Calls.")
            .setType(SeriesType.COUNTER)
            .setLabels(Map.of("service", "a"))
            .setStartTimeUnixNano(1)
            .setTimeUnixNano(2)
            .setValue(3)
            .build();

    assertThat(point.getExemplars()).isEmpty();
    assertThat(point.getStale()).isFalse();
  }

  @Test
  void builderCopiesEveryType() {
    DeadLetter letter =
        new DeadLetter(
            "s", Reason.FAILED, "m", "t", 0, 1L, 2L, List.of(new Header("k", null)), null, null);
    SliWindow window =
        new SliWindow(
            "slo",
            1L,
            2L,
            3L,
            4L,
            0,
            0L,
            List.of(new TraceId(new byte[16])),
            List.of(new Contributor("route", "/", 1L)),
            5L,
            Backfill.HISTORY,
            false,
            6L);

    assertThat(DeadLetter.newBuilder(letter).build()).isEqualTo(letter);
    assertThat(SliWindow.newBuilder(window).build()).isEqualTo(window);
  }
}
