package io.sluice.demo;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.net.URI;

/**
 * How the shop runs.
 *
 * @param otlpEndpoint where its services send their telemetry, OTLP over gRPC
 * @param bootstrapServers the Kafka between two of its services
 * @param requestsPerSecond visitors' requests to the frontend per second, 0 for none
 * @param seed what its randomness begins with
 */
public record ShopConfig(
    @JsonPropertyDescription(
            "Where the shop's services send their telemetry: a URL that takes OTLP over gRPC.")
        String otlpEndpoint,
    @JsonPropertyDescription(
            "The Kafka that carries orders from one of the shop's services to another: hosts and"
                + " ports, separated by commas.")
        String bootstrapServers,
    @JsonPropertyDescription(
            "Requests of visitors to the shop's frontend per second, 0 to 500. About one in six is a"
                + " checkout, which passes through six services. The default keeps a laptop quiet; 0"
                + " leaves the shop open without visitors.")
        double requestsPerSecond,
    @JsonPropertyDescription(
            "What the visitors' randomness begins with: the same seed makes the same visitors.")
        long seed) {

  private static final double MOST_REQUESTS = 500;

  /**
   * @throws IllegalArgumentException when a value is impossible
   */
  public ShopConfig {
    check("otlpEndpoint", isHttpUrl(otlpEndpoint), "a URL such as http://localhost:4317");
    check("bootstrapServers", !bootstrapServers.isBlank(), "such as localhost:9092");
    checkRate("requestsPerSecond", requestsPerSecond);
  }

  /**
   * Refuses a number of requests per second that the shop cannot serve.
   *
   * @param key what the user calls it
   * @throws IllegalArgumentException when it is impossible
   */
  public static void checkRate(String key, double requestsPerSecond) {
    check(key, requestsPerSecond >= 0 && requestsPerSecond <= MOST_REQUESTS, "0 to 500");
  }

  public static ShopConfig defaults() {
    return new ShopConfig("http://localhost:4317", "localhost:9092", 10, 1);
  }

  private static boolean isHttpUrl(String text) {
    try {
      URI uri = URI.create(text);
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  private static void check(String key, boolean valid, String expected) {
    if (!valid) {
      throw new IllegalArgumentException(key + ": expected " + expected);
    }
  }
}
