package io.sluice.console;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Settings of the console. */
public record ConsoleConfig(
    @JsonPropertyDescription(
            "Address that the console listens on. Loopback unless you say otherwise.")
        String bindAddress,
    @JsonPropertyDescription("Port of the console; 0 for any free one.") int port) {

  public ConsoleConfig {
    unless("port", port >= 0 && port <= 65535, "0 to 65535", port);
  }

  public static ConsoleConfig defaults() {
    return new ConsoleConfig("127.0.0.1", 8080);
  }
}
