package io.sluice.sinks.prometheus;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** Settings of the Prometheus sink. */
public record PrometheusSinkConfig(
    @JsonPropertyDescription("Address that /metrics listens on. Loopback unless you say otherwise.")
        String bindAddress,
    @JsonPropertyDescription("Port of /metrics; 0 for any free one.") int port,
    @JsonPropertyDescription(
            "Upper bounds, in the metric's unit, that histograms are shown with in the text formats."
                + " Prometheus reads the exact native histogram where it asks for protobuf.")
        List<Double> buckets) {

  public PrometheusSinkConfig {
    buckets = List.copyOf(buckets);
    unless("port", port >= 0 && port <= 65535, "0 to 65535", port);
    unless(
        "buckets",
        !buckets.isEmpty() && buckets.equals(buckets.stream().distinct().sorted().toList()),
        "at least one bound, each larger than the one before",
        buckets);
  }

  public static PrometheusSinkConfig defaults() {
    return new PrometheusSinkConfig(
        "127.0.0.1",
        9464,
        List.of(
            0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096,
            8.192, 16.384));
  }
}
