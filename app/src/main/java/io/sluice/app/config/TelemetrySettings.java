package io.sluice.app.config;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** What Sluice says of itself, through its own front door. */
public record TelemetrySettings(
    @JsonPropertyDescription(
            "Traces of Sluice itself that an ingest begins in a second at most; 0 for no spans of this"
                + " process. Bounded because each traced batch makes spans that travel again.")
        double tracesPerSecond,
    @JsonPropertyDescription(
            "Where spans of Sluice itself are sent, a URL that takes OTLP over gRPC such as"
                + " http://ingest:4317. Without it, the ingest of this process; a process that has none"
                + " keeps no spans then.")
        @Nullable String otlpEndpoint,
    @JsonPropertyDescription(
            "File with the token for the otlpEndpoint, when it asks for one; empty for none. Read at the"
                + " start.")
        String otlpTokenFile,
    @JsonPropertyDescription("Level of the log: error, warn, info or debug.") LogLevel logLevel,
    @JsonPropertyDescription("Address that health and metrics of 'sluice run' listen on.")
        String bindAddress,
    @JsonPropertyDescription(
            "Port of /health/live, /health/ready and /metrics of 'sluice run'; 0 for any free one.")
        int port) {

  /** Levels of the log. */
  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  public TelemetrySettings {
    unless(
        "tracesPerSecond",
        tracesPerSecond >= 0 && tracesPerSecond <= 100,
        "0 to 100",
        tracesPerSecond);
    unless(
        "otlpEndpoint",
        otlpEndpoint == null || otlpEndpoint.matches("https?://[^/\\s]+/?"),
        "a URL such as http://localhost:4317",
        otlpEndpoint);
    unless("bindAddress", !bindAddress.isBlank(), "an address or host name", bindAddress);
    unless("port", port >= 0 && port <= 65535, "0 to 65535", port);
  }

  public static TelemetrySettings defaults() {
    return new TelemetrySettings(0.2, null, "", LogLevel.INFO, "127.0.0.1", 9465);
  }
}
