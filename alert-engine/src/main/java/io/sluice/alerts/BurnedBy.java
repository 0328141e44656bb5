package io.sluice.alerts;

import io.sluice.schemas.Contributor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the bad events of some time have in common, by dimension (route, service, error, version). A
 * count is a lower bound where there were more values than are kept.
 */
final class BurnedBy {

  /** Values of a dimension that are kept. */
  private static final int KEPT = 32;

  private static final Comparator<Contributor> LARGEST_FIRST =
      Comparator.comparingLong(Contributor::getBad).reversed().thenComparing(Contributor::getValue);

  private final Map<String, Map<String, Long>> byDimension = new TreeMap<>();

  BurnedBy addAll(List<Contributor> contributors) {
    contributors.forEach(each -> add(each, each.getBad()));
    return this;
  }

  /** Takes out what an earlier revision of a window said. */
  BurnedBy removeAll(List<Contributor> contributors) {
    contributors.forEach(each -> add(each, -each.getBad()));
    return this;
  }

  private void add(Contributor contributor, long bad) {
    byDimension
        .computeIfAbsent(contributor.getDimension(), unused -> new HashMap<>())
        .merge(contributor.getValue(), bad, Long::sum);
  }

  /** All that is kept. */
  List<Contributor> kept() {
    return first(KEPT);
  }

  /** By dimension, the largest first, at most so many of each. */
  List<Contributor> first(int count) {
    List<Contributor> all = new ArrayList<>();
    byDimension.forEach(
        (dimension, values) ->
            values.entrySet().stream()
                .filter(value -> value.getValue() > 0)
                .map(value -> new Contributor(dimension, value.getKey(), value.getValue()))
                .sorted(LARGEST_FIRST)
                .limit(count)
                .forEach(all::add));
    return all;
  }
}
