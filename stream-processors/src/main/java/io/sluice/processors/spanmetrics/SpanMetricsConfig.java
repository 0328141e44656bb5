package io.sluice.processors.spanmetrics;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;
import java.util.List;

/** Settings of the metrics from spans. */
public record SpanMetricsConfig(
    @JsonPropertyDescription("How often a series that changed is written to sluice.series.")
        Duration emitInterval,
    @JsonPropertyDescription(
            "Series of one service. Spans beyond it count under span_name=\"__overflow__\", so that"
                + " totals stay right.")
        int maxSeriesPerService,
    @JsonPropertyDescription(
            "Attributes of spans that become labels of the span metrics, e.g. deployment.environment.name."
                + " Each value is a series of its own.")
        List<String> attributes,
    @JsonPropertyDescription("Longest value of a label, in characters; longer ones are cut.")
        int maxNameLength) {

  public SpanMetricsConfig {
    attributes = List.copyOf(attributes);
    unless(
        "attributes",
        attributes.stream().noneMatch(String::isBlank)
            && attributes.stream().map(RedDerivation::labelName).distinct().count()
                == attributes.size(),
        "keys of attributes, each label once",
        attributes);
    unless(
        "emitInterval",
        emitInterval.compareTo(Duration.ofMillis(100)) >= 0
            && emitInterval.compareTo(Duration.ofMinutes(5)) <= 0,
        "100ms to 5m",
        emitInterval);
    unless("maxSeriesPerService", maxSeriesPerService >= 1, "at least 1", maxSeriesPerService);
    unless("maxNameLength", maxNameLength >= 16, "at least 16", maxNameLength);
  }

  public static SpanMetricsConfig defaults() {
    return new SpanMetricsConfig(Duration.ofSeconds(1), 1000, List.of(), 200);
  }
}
