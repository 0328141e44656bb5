package io.sluice.console;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.schemas.stage.ServerTls;
import java.util.List;

/** Settings of the console. */
public record ConsoleConfig(
    @JsonPropertyDescription(
            "Address that the console listens on. Loopback unless you say otherwise; anything else takes a tokenFile or allowAnonymous.")
        String bindAddress,
    @JsonPropertyDescription("Port of the console; 0 for any free one.") int port,
    @JsonPropertyDescription(
            "Host names that the console answers to, besides localhost and any IP address. Others"
                + " are refused, so that no site can point a name of its own here and read along.")
        List<String> allowedHosts,
    @JsonPropertyDescription(
            "File with who may use the console: lines of NAME, read or operate, and the SHA-256 of"
                + " a bearer token in hex. Empty: everybody, and then only on loopback.")
        String tokenFile,
    @JsonPropertyDescription(
            "Whether the console may listen beyond loopback without a tokenFile: for a container"
                + " whose port is published on loopback, or behind a proxy that asks who one is.")
        boolean allowAnonymous,
    @JsonPropertyDescription("The certificate of the console.") ServerTls tls) {

  public ConsoleConfig {
    unless("port", port >= 0 && port <= 65535, "0 to 65535", port);
    allowedHosts = List.copyOf(allowedHosts);
    for (String host : allowedHosts) {
      unless(
          "allowedHosts",
          !host.isEmpty() && host.chars().noneMatch(c -> c == ':' || c == '/' || c == '*'),
          "host names without scheme, port or *",
          host);
    }
  }

  public static ConsoleConfig defaults() {
    return new ConsoleConfig("127.0.0.1", 8080, List.of(), "", false, ServerTls.none());
  }
}
