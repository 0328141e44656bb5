package io.sluice.processors.spanmetrics;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Settings of the metrics from spans. */
public record SpanMetricsConfig(
    @JsonPropertyDescription("How often a series that changed is written to sluice.series.")
        Duration emitInterval,
    @JsonPropertyDescription(
            "Services of one partition. Further ones count in a service \"__overflow__\" with the"
                + " partition's number behind it.")
        int maxServices,
    @JsonPropertyDescription(
            "Series of one service, all metrics together. What is beyond it counts in a series of its"
                + " metric whose labels are \"__overflow__\", so that totals stay right.")
        int maxSeriesPerService,
    @JsonPropertyDescription("Series of one metric of one service; the same beyond it.")
        int maxSeriesPerMetric,
    @JsonPropertyDescription(
            "Values of one label of one metric of one service. Further ones become \"__overflow__\" in"
                + " this label alone.")
        int maxValuesPerLabel,
    @JsonPropertyDescription(
            "Values that a segment of a span name or path may have behind the same beginning before it"
                + " is taken for variable: further ones become \"{var}\".")
        int maxValuesPerSegment,
    @JsonPropertyDescription(
            "A series without a change for so long ends, and its place goes to another. When it comes"
                + " back it counts from zero.")
        Duration quiet,
    @JsonPropertyDescription(
            "How long a batch is remembered, so that one that a producer sent twice counts once;"
                + " at most 32,768 batches of a partition.")
        Duration duplicateWindow,
    @JsonPropertyDescription(
            "Over how long the statements of databases are ranked; it moves on by a quarter of it.")
        Duration statementWindow,
    @JsonPropertyDescription(
            "Statements of a service to one kind of database that a ranking has: so many that take"
                + " most time, and so many with the slowest call.")
        int topStatements,
    @JsonPropertyDescription(
            "Attributes of spans that become labels of the span metrics, e.g. deployment.environment.name."
                + " Each value is a series of its own.")
        List<String> attributes,
    @JsonPropertyDescription("Longest value of a label, in characters; longer ones are cut.")
        int maxNameLength) {

  /** Labels that span metrics have in any case, and those of Prometheus. */
  private static final Set<String> TAKEN =
      Set.of(
          "service", "span_name", "span_kind", "status_code", "le", "quantile", "job", "instance");

  public SpanMetricsConfig {
    attributes = List.copyOf(attributes);
    between(
        "emitInterval", emitInterval, Duration.ofMillis(100), Duration.ofMinutes(5), "100ms to 5m");
    atLeastOne("maxServices", maxServices);
    atLeastOne("maxSeriesPerService", maxSeriesPerService);
    atLeastOne("maxSeriesPerMetric", maxSeriesPerMetric);
    atLeastOne("maxValuesPerLabel", maxValuesPerLabel);
    atLeastOne("maxValuesPerSegment", maxValuesPerSegment);
    between("quiet", quiet, Duration.ofMinutes(1), Duration.ofDays(30), "1m to 30d");
    between("duplicateWindow", duplicateWindow, Duration.ZERO, Duration.ofDays(1), "0s to 1d");
    between(
        "statementWindow", statementWindow, Duration.ofMinutes(1), Duration.ofDays(1), "1m to 1d");
    unless("topStatements", topStatements >= 1 && topStatements <= 100, "1 to 100", topStatements);
    unless(
        "attributes",
        attributes.stream().noneMatch(String::isBlank)
            && attributes.stream().map(RedDerivation::labelName).noneMatch(TAKEN::contains)
            && attributes.stream().map(RedDerivation::labelName).distinct().count()
                == attributes.size(),
        "keys of attributes, each label once and none that span metrics have already",
        attributes);
    unless(
        "maxNameLength",
        maxNameLength >= 16 && maxNameLength <= 1_000,
        "16 to 1000",
        maxNameLength);
  }

  public static SpanMetricsConfig defaults() {
    return new SpanMetricsConfig(
        Duration.ofSeconds(1),
        2000,
        5000,
        2000,
        1000,
        100,
        Duration.ofHours(1),
        Duration.ofMinutes(10),
        Duration.ofMinutes(20),
        10,
        List.of(),
        200);
  }

  SeriesLimits.Most most() {
    return new SeriesLimits.Most(
        maxServices,
        maxSeriesPerService,
        maxSeriesPerMetric,
        maxValuesPerLabel,
        maxValuesPerSegment);
  }

  private static void atLeastOne(String name, int value) {
    unless(name, value >= 1, "at least 1", value);
  }

  private static void between(
      String name, Duration value, Duration least, Duration most, String expected) {
    unless(name, value.compareTo(least) >= 0 && value.compareTo(most) <= 0, expected, value);
  }
}
