package io.sluice.processors.sli;

import io.sluice.schemas.Contributor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Bad events by what they have in common. Exact within a batch, and in a window with at most {@link
 * #KEPT} values of a dimension. Beyond that it is a mergeable Misra-Gries summary: a count may be
 * too low by the dimension's bad events over {@link #KEPT}, never too high, so that no value with a
 * larger share is lost, in whatever order and however small the batches come.
 */
final class Contributors {

  /** Values of a dimension that a window remembers. */
  static final int KEPT = 32;

  /** Values of a dimension that a window names. */
  static final int NAMED = 8;

  /** Of a value; paths can be long, and people tell them apart by less. */
  private static final int MAX_LENGTH = 100;

  private static final Comparator<Contributor> LARGEST_FIRST =
      Comparator.comparingLong(Contributor::getBad).reversed().thenComparing(Contributor::getValue);

  private final Map<String, Map<String, Long>> byDimension = new TreeMap<>();

  /** Adds bad events to a value of a dimension; to none without a value. */
  void add(String dimension, @Nullable String value, long bad) {
    if (value != null && !value.isEmpty()) {
      byDimension
          .computeIfAbsent(dimension, unused -> new HashMap<>())
          .merge(shortened(value), bad, Long::sum);
    }
  }

  Contributors addAll(List<Contributor> others) {
    others.forEach(each -> add(each.getDimension(), each.getValue(), each.getBad()));
    return this;
  }

  /** What is remembered: by dimension, the largest first. */
  List<Contributor> kept() {
    List<Contributor> all = new ArrayList<>();
    byDimension.forEach((dimension, values) -> all.addAll(summary(dimension, values)));
    return all;
  }

  /** The largest of what is remembered. */
  static List<Contributor> named(List<Contributor> kept) {
    List<Contributor> named = new ArrayList<>();
    String dimension = "";
    int count = 0;
    for (Contributor each : kept) {
      count = each.getDimension().equals(dimension) ? count + 1 : 1;
      dimension = each.getDimension();
      if (count <= NAMED) {
        named.add(each);
      }
    }
    return named;
  }

  private static List<Contributor> summary(String dimension, Map<String, Long> values) {
    List<Contributor> sorted = new ArrayList<>();
    values.forEach((value, bad) -> sorted.add(new Contributor(dimension, value, bad)));
    sorted.sort(LARGEST_FIRST);
    if (sorted.size() <= KEPT) {
      return sorted;
    }
    long cut = sorted.get(KEPT).getBad();
    List<Contributor> above = new ArrayList<>();
    for (Contributor each : sorted) {
      if (each.getBad() > cut) {
        above.add(new Contributor(dimension, each.getValue(), each.getBad() - cut));
      }
    }
    return above;
  }

  private static String shortened(String value) {
    if (value.length() <= MAX_LENGTH) {
      return value;
    }
    boolean splitsPair = Character.isHighSurrogate(value.charAt(MAX_LENGTH - 1));
    return value.substring(0, splitsPair ? MAX_LENGTH - 1 : MAX_LENGTH);
  }
}
