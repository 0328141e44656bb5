package io.sluice.processors.spanmetrics;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every metric that is derived, with its unit and its labels. docs/metrics.md has the same. */
final class Metrics {

  private static final String SECONDS = "s";

  static final Metric SPAN_LATENCY =
      Metric.histogram(
              "traces_spanmetrics_latency",
              SECONDS,
              "Duration of spans in seconds.",
              Label.open("span_name"),
              Label.closed("span_kind"),
              Label.closed("status_code"))
          .countedAs("traces_spanmetrics_calls_total", "Number of spans.");

  private static final List<Metric> ALL = List.of(SPAN_LATENCY);

  private static final Map<String, Metric> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Metric::name, Function.identity()));

  private Metrics() {}

  static List<Metric> all() {
    return ALL;
  }

  static @Nullable Metric find(String name) {
    return BY_NAME.get(name);
  }
}
