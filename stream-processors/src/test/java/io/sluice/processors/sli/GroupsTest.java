package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.SloGroup;
import io.sluice.schemas.definitions.Slos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Two places, for an SLO over 30 days. */
class GroupsTest {

  private static final Slo SLO = slo("{keys: tenant, limit: 2}");
  private static final Slo OTHER_KEYS = slo("{keys: region, limit: 2}");
  private static final long DAY = Duration.ofDays(1).toNanos();

  /** What survives a restart. */
  private final Map<String, Long> kept = new HashMap<>();

  private final Groups groups = groups(kept);

  @Test
  void givesPlacesToThoseThatComeFirst() {
    assertThat(place(groups, "a", 0)).isEqualTo("a");
    assertThat(place(groups, "b", 0)).isEqualTo("b");
    assertThat(place(groups, "c", 0)).isEqualTo("(other)");
    assertThat(place(groups, "a", 1)).isEqualTo("a");
    assertThat(kept).hasSize(3);
  }

  @Test
  void givesAPlaceToAnotherWhenAGroupWasNotSeenForThePeriod() {
    place(groups, "a", 0);
    place(groups, "b", 20 * DAY);
    assertThat(place(groups, "c", 30 * DAY)).isEqualTo("(other)");
    assertThat(place(groups, "c", 31 * DAY)).isEqualTo("c");
    assertThat(place(groups, "a", 31 * DAY)).isEqualTo("(other)");
    assertThat(kept).doesNotContainKey(id("a"));
  }

  @Test
  void forgetsGroupsByOtherKeysAtOnceAndThoseOfASloThatIsAwayAfterAYear() {
    place(groups, "a", 0);
    groups.end(unused -> null, 300 * DAY);
    assertThat(kept).isNotEmpty();
    groups.end(unused -> null, 370 * DAY);
    assertThat(kept).isEmpty();

    place(groups, "a", 370 * DAY);
    groups.end(unused -> OTHER_KEYS, 370 * DAY);
    assertThat(kept).isEmpty();
  }

  @Test
  void sparesWritesOfAGroupThatIsSeenAllTheTime() {
    List<String> writes = new ArrayList<>();
    Groups counted =
        new Groups(
            new Groups.Memory() {
              @Override
              public void put(String id, long seenNanos) {
                writes.add(id);
              }

              @Override
              public void remove(String id) {
                writes.add(id);
              }
            });
    for (int second = 0; second < 3600; second++) {
      place(counted, "a", Duration.ofSeconds(second).toNanos());
    }
    assertThat(writes).hasSize(2);
  }

  /** A restart after any step, and whether time was looked at in between, change nothing. */
  @Property(tries = 300)
  void dividesEventsByTheirOrderAlone(
      @ForAll @Size(max = 60) List<@IntRange(max = 5) Integer> tenants,
      @ForAll @IntRange(min = 1, max = 20) int daysBetween,
      @ForAll @IntRange(max = 60) int restart) {
    Map<String, Long> first = new HashMap<>(); // jqwik keeps fields from one try to the next
    Groups runsOn = groups(first);
    Map<String, Long> store = new HashMap<>();
    Groups restarted = groups(store);
    long now = 0;
    for (int i = 0; i < tenants.size(); i++) {
      now += DAY * daysBetween * (tenants.get(i) % 2);
      if (i == restart) {
        Groups after = groups(store);
        store.forEach(after::restore);
        restarted = after;
        restarted.end(unused -> SLO, now);
      }
      String tenant = "t" + tenants.get(i);
      String group = place(runsOn, tenant, now);
      assertThat(place(restarted, tenant, now)).isEqualTo(group).isIn(tenant, "(other)");
      assertThat(first.keySet().stream().filter(id -> !id.contains("(other)")))
          .hasSizeBetween(1, 2);
      assertThat(first).hasSizeLessThanOrEqualTo(3);
    }
  }

  private static Groups groups(Map<String, Long> store) {
    return new Groups(
        new Groups.Memory() {
          @Override
          public void put(String id, long seenNanos) {
            store.put(id, seenNanos);
          }

          @Override
          public void remove(String id) {
            store.remove(id);
          }
        });
  }

  private static String place(Groups groups, String tenant, long now) {
    String id = groups.place(SLO, id(tenant), now, now);
    return id.substring("slo[tenant=".length(), id.length() - 1);
  }

  private static String id(String tenant) {
    return SloGroup.id("slo", "tenant=" + tenant);
  }

  private static Slo slo(String groupBy) {
    String file =
        TestSlos.slo(
            "slo", "{service: shop}\n              groupBy: " + groupBy, "{noError: true}");
    return Slos.of(TestSlos.set(1, file)).slos().get(0);
  }
}
