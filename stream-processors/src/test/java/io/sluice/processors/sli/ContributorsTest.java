package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Contributor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ContributorsTest {

  /** However the events come: never too many, and too few by the bound at most. */
  @Property
  void countsAreLowerBoundsWithinTheirError(
      @ForAll @Size(max = 600) List<@IntRange(max = 80) Integer> events,
      @ForAll @IntRange(min = 1, max = 50) int batch) {
    Map<String, Long> exact = new HashMap<>();
    List<Contributor> window = List.of();
    for (int from = 0; from < events.size(); from += batch) {
      Contributors partial = new Contributors();
      for (int value : events.subList(from, Math.min(events.size(), from + batch))) {
        // Small numbers come often.
        String route = "/" + value * value / 80;
        exact.merge(route, 1L, Long::sum);
        partial.add("route", route, 1);
      }
      window = new Contributors().addAll(window).addAll(partial.kept()).kept();
    }

    Map<String, Long> kept = new HashMap<>();
    window.forEach(each -> kept.put(each.getValue(), each.getBad()));
    assertThat(kept).hasSizeLessThanOrEqualTo(Contributors.KEPT);
    exact.forEach(
        (route, bad) ->
            assertThat(kept.getOrDefault(route, 0L))
                .isBetween(bad - events.size() / (Contributors.KEPT + 1), bad));
    assertThat(exact.keySet()).containsAll(kept.keySet());
  }

  @Example
  void namesTheLargestOfEachDimension() {
    Contributors contributors = new Contributors();
    for (int i = 0; i < 20; i++) {
      contributors.add("route", "/" + i, i + 1);
    }
    contributors.add("error", "timeout", 5);
    contributors.add("error", "", 7);
    contributors.add("error", null, 7);

    List<String> names = new ArrayList<>();
    Contributors.named(contributors.kept())
        .forEach(each -> names.add(each.getValue() + "=" + each.getBad()));
    assertThat(names)
        .containsExactly(
            "timeout=5",
            "/19=20",
            "/18=19",
            "/17=18",
            "/16=17",
            "/15=16",
            "/14=15",
            "/13=14",
            "/12=13");
  }

  @Example
  void cutsLongValuesBetweenCharacters() {
    Contributors contributors = new Contributors();
    contributors.add("route", "x".repeat(99) + "\uD83D\uDE00", 1);

    assertThat(contributors.kept().get(0).getValue()).isEqualTo("x".repeat(99));
  }
}
