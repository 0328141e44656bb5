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
                + " A value counts under the first bound that the next power of two above it does not"
                + " exceed, so bounds at or just over powers of two are shown exactly. Prometheus reads the"
                + " exact native histogram where it asks for protobuf.")
        List<Double> buckets,
    @JsonPropertyDescription(
            "The same for histograms of sizes and numbers: those whose names end in _bytes or _rows.")
        List<Double> sizeBuckets) {

  public PrometheusSinkConfig {
    buckets = List.copyOf(buckets);
    sizeBuckets = List.copyOf(sizeBuckets);
    unless("port", port >= 0 && port <= 65535, "0 to 65535", port);
    bounds("buckets", buckets);
    bounds("sizeBuckets", sizeBuckets);
  }

  private static void bounds(String name, List<Double> bounds) {
    unless(
        name,
        !bounds.isEmpty() && bounds.equals(bounds.stream().distinct().sorted().toList()),
        "at least one bound, each larger than the one before",
        bounds);
  }

  public static PrometheusSinkConfig defaults() {
    return new PrometheusSinkConfig(
        "127.0.0.1",
        9464,
        List.of(
            0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096,
            8.192, 16.384),
        List.of(
            1.0,
            4.0,
            16.0,
            64.0,
            256.0,
            1024.0,
            4096.0,
            16384.0,
            65536.0,
            262144.0,
            1048576.0,
            4194304.0,
            16777216.0));
  }
}
