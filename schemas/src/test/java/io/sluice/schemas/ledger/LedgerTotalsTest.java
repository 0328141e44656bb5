package io.sluice.schemas.ledger;

import static io.sluice.schemas.ledger.Entries.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Redaction;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LedgerTotalsTest {

  @Test
  void addsUpAPlaceOverItsWindowsAndVersions() {
    LedgerTotals totals = new LedgerTotals(10);
    Redaction first = entry(Duration.ofMinutes(2), "r", "cart", "log.body", 3);
    totals.add(Redaction.newBuilder(first).setRuleSetVersion(6).build());
    totals.add(entry(Duration.ofMinutes(1), "r", "cart", "log.body", 4));

    RedactedTotal total = totals.all().iterator().next();
    assertThat(totals.all()).hasSize(1);
    assertThat(total.count()).isEqualTo(7);
    assertThat(total.rulesVersion()).isEqualTo(7);
    assertThat(total.lastNanos() - total.firstNanos()).isEqualTo(Duration.ofSeconds(70).toNanos());
  }

  @Test
  void keepsOnlySoManyPlacesApartAndLosesNoCount() {
    LedgerTotals totals = new LedgerTotals(10);
    for (int i = 0; i < 1000; i++) {
      totals.add(entry(Duration.ZERO, "r" + i % 2, "service-" + i, "log.attributes." + i, 1));
    }

    assertThat(totals.all()).hasSize(12);
    assertThat(totals.all().stream().mapToLong(RedactedTotal::count).sum()).isEqualTo(1000);
    assertThat(totals.all())
        .filteredOn(total -> total.place().isOthers())
        .extracting(total -> total.place().ruleId())
        .containsExactlyInAnyOrder("r0", "r1");
  }
}
