package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Backfill;
import io.sluice.schemas.SloBackfill;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackfillProgressTest {

  private final BackfillProgress progress =
      new BackfillProgress(
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
          false,
          7,
          List.of("a", "b"));

  @Test
  void isDoneWhenEverySloOfTheSetHasItsHistory() {
    progress.take("a", told("a", 7, Backfill.NONE, 0, 0));
    assertThat(progress.isDone()).isFalse();

    progress.take("b", told("b", 7, Backfill.READING, 10, 5));
    assertThat(progress.isDone()).isFalse();

    progress.take("b", told("b", 8, Backfill.NONE, 10, 10));
    assertThat(progress.isDone()).isTrue();
    assertThat(progress.bar()).isEmpty();
  }

  @Test
  void believesNothingThatWasSaidOfAnEarlierSet() {
    assertThat(progress.take("a", told("a", 6, Backfill.NONE, 0, 0))).isFalse();
    assertThat(progress.take("b", told("b", 6, Backfill.NONE, 0, 0))).isFalse();
    assertThat(progress.take("other", told("other", 7, Backfill.NONE, 0, 0))).isFalse();

    assertThat(progress.isDone()).isFalse();
  }

  @Test
  void waitsForNoSloThatALaterSetTookAway() {
    progress.take("b", null); // from before this set
    progress.take("a", told("a", 7, Backfill.NONE, 0, 0));
    assertThat(progress.isDone()).isFalse();

    progress.take("b", told("b", 7, Backfill.READING, 10, 5));
    assertThat(progress.take("b", null)).isTrue();
    assertThat(progress.isDone()).isTrue();

    progress.take("b", told("b", 9, Backfill.READING, 10, 0));
    assertThat(progress.isDone()).as("it is back").isFalse();
  }

  @Test
  void showsTheShareOfWhatIsRead() {
    progress.take("a", told("a", 7, Backfill.READING, 300, 100));
    progress.take("b", told("b", 7, Backfill.READING, 100, 100));

    assertThat(progress.bar())
        .isEqualTo("[###############---------------]  50% reading the history of 2 SLOs");

    progress.take("a", told("a", 7, Backfill.NONE, 300, 300));
    progress.take("b", told("b", 7, Backfill.SENDING, 100, 100));
    assertThat(progress.bar())
        .isEqualTo("[##############################] 100% sending the history of 1 SLO");
  }

  private static SloBackfill told(
      String slo, long version, Backfill backfill, long records, long read) {
    return new SloBackfill(slo, 1L, version, backfill, records, read, 0L, 0L);
  }
}
