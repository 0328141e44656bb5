package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processors.traces.MemoryStore;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.SloCounting;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.SloGroup;
import io.sluice.schemas.definitions.Slos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The history of an SLO with many groups, of which hardly anything was seen in a week. */
class HistoryWindowsTest {

  private static final long WEEK = Duration.ofDays(7).toNanos();
  private static final long LENGTH = SliConfig.defaults().bucket().toNanos();

  private final List<SliWindow> sent = new ArrayList<>();
  private final Slo slo =
      Slos.of(
              TestSlos.set(
                  1,
                  TestSlos.slo(
                      "shop",
                      "{operation: x}\n              groupBy: {keys: tenant, limit: 100}",
                      "{noError: true}")))
          .slos()
          .get(0);

  @Test
  void isSentInPiecesThatATransactionHasTimeFor() {
    Groups groups = StoredGroups.in(new MemoryStore());
    for (int i = 0; i < 100; i++) {
      groups.place(slo, SloGroup.id("shop", "tenant=" + i), WEEK, WEEK);
    }
    HistoryWindows windows =
        new HistoryWindows(
            SliConfig.defaults(),
            new MemoryStore(),
            new PendingWindows(new MemoryStore(), SliConfig.defaults().bucket()),
            new SentRanges(new MemoryStore()),
            groups,
            sent::add);
    windows.add(part("shop[tenant=1]", 0), 1);
    windows.add(part("shop[tenant=2]", WEEK - LENGTH), 1);

    SloCounting counting = new SloCounting("digest", 1L, 1L, Backfill.SENDING, 0L, WEEK, 0L);
    int pieces = 0;
    while (counting.getBackfill() == Backfill.SENDING) {
      HistoryWindows.Sent piece = windows.send(slo, counting, 0, WEEK, 1000);
      assertThat((piece.counting().getNextUnixNano() - counting.getNextUnixNano()) / LENGTH)
          .as("windows of each of a hundred groups that were looked for")
          .isBetween(1L, 200L);
      assertThat(piece.count()).isLessThanOrEqualTo(1100);
      counting = piece.counting();
      pieces++;
    }

    assertThat(pieces).isGreaterThan(100);
    assertThat(sent)
        .extracting(SliWindow::getSloId)
        .containsExactly("shop[tenant=1]", "shop[tenant=2]");
  }

  private static SliWindow part(String id, long startNanos) {
    return SliWindow.newBuilder(WindowStep.empty(id, startNanos, LENGTH)).setTotal(1).build();
  }
}
