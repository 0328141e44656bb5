package io.sluice.sinks.search;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the logs of a record, or the spans of a trace, have in common, such as their resource, is in
 * the document of each: a large one times many would fill the disk. Each document has its share of
 * 64 MiB of it, so that all of one record have no more.
 */
final class SharedTexts {

  /**
   * The attribute that says so where some are left out: how many. The name is no sender's, who may
   * still write it.
   */
  static final String LEFT_OUT = "sluice.resource.attributes_left_out";

  private static final long MOST = 64L << 20;

  /** What an attribute costs beside its texts, about. */
  private static final int OVERHEAD = 32;

  private SharedTexts() {}

  /** How many documents were stored without some of their resource. */
  static Counter counter(MeterRegistry registry) {
    return registry.counter("sluice.search.shortened");
  }

  /** Characters that each of so many documents may have. */
  static int share(int documents) {
    return (int) (MOST / Math.max(1, documents));
  }

  /**
   * The same attributes where there is room for them; else the shortest, and {@link #LEFT_OUT}.
   *
   * @param most characters
   */
  static Map<String, String> within(int most, Map<String, String> attributes) {
    long length = 0;
    for (Map.Entry<String, String> each : attributes.entrySet()) {
      length += length(each);
    }
    if (length <= most) {
      return attributes;
    }
    List<Map.Entry<String, String>> shortestFirst =
        attributes.entrySet().stream()
            .sorted(Comparator.comparingInt(SharedTexts::length))
            .toList();
    Map<String, String> kept = new LinkedHashMap<>();
    int left = most;
    for (Map.Entry<String, String> each : shortestFirst) {
      left -= length(each);
      if (left < 0) {
        break;
      }
      kept.put(each.getKey(), each.getValue());
    }
    kept.put(LEFT_OUT, Integer.toString(attributes.size() - kept.size()));
    return kept;
  }

  private static int length(Map.Entry<String, String> attribute) {
    return attribute.getKey().length() + attribute.getValue().length() + OVERHEAD;
  }

  /** The text, or its beginning. */
  static String within(int most, String text) {
    return text.length() <= most ? text : text.substring(0, most);
  }
}
