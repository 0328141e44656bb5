package io.sluice.ingest;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.schemas.settings.DataSize;
import io.sluice.schemas.stage.ServerTls;
import java.time.Duration;

/** Settings of the OTLP server. */
public record IngestConfig(
    @JsonPropertyDescription(
            "Address that both ports listen on. Loopback unless you say otherwise; anything else"
                + " takes a tokenFile or allowAnonymous.")
        String bindAddress,
    @JsonPropertyDescription("Port of OTLP/gRPC; 0 for any free one.") int grpcPort,
    @JsonPropertyDescription("Port of OTLP/HTTP; 0 for any free one.") int httpPort,
    @JsonPropertyDescription("Largest request body as it comes over the wire. Larger ones get 413.")
        DataSize maxBodySize,
    @JsonPropertyDescription(
            "Largest request once inflated, and once it is protobuf when it comes as JSON; counted"
                + " on the way. Must fit a Kafka record.")
        DataSize maxInflatedSize,
    @JsonPropertyDescription(
            "Attributes of one span, event, link, log record, data point, scope or resource."
                + " Records with more are rejected.")
        int maxAttributes,
    @JsonPropertyDescription(
            "Longest attribute key or value, in bytes. Records with longer are rejected.")
        DataSize maxAttributeLength,
    @JsonPropertyDescription("How deep arrays and maps in a value may be nested.") int maxDepth,
    @JsonPropertyDescription(
            "Bytes that requests under way take at one time: received, inflated, converted. Above"
                + " it clients are asked to come back; a request that alone takes more gets 413.")
        DataSize maxInFlight,
    @JsonPropertyDescription(
            "How long Kafka may take to acknowledge before the client is told to come back.")
        Duration ackTimeout,
    @JsonPropertyDescription("When clients that are sent away should come back.")
        Duration retryDelay,
    @JsonPropertyDescription(
            "File with who may send, in the form of console.tokenFile: those of the role write."
                + " Empty: everybody, and then only on loopback.")
        String tokenFile,
    @JsonPropertyDescription(
            "Whether ingest may listen beyond loopback without a tokenFile: for a container whose"
                + " ports are published on loopback, or in a network of trusted services.")
        boolean allowAnonymous,
    @JsonPropertyDescription("The certificate of both ports.") ServerTls tls) {

  public IngestConfig {
    port("grpcPort", grpcPort);
    port("httpPort", httpPort);
    size("maxBodySize", maxBodySize, DataSize.ofMiB(64));
    size("maxInflatedSize", maxInflatedSize, DataSize.ofMiB(7));
    size("maxAttributeLength", maxAttributeLength, DataSize.ofMiB(7));
    size("maxInFlight", maxInFlight, DataSize.ofMiB(4096));
    unless("maxAttributes", maxAttributes >= 1, "at least 1", maxAttributes);
    unless("maxDepth", maxDepth >= 1 && maxDepth <= 64, "1 to 64", maxDepth);
    unless(
        "ackTimeout",
        ackTimeout.compareTo(Duration.ofMillis(100)) >= 0
            && ackTimeout.compareTo(Duration.ofMinutes(2)) <= 0,
        "100ms to 2m",
        ackTimeout);
    unless(
        "retryDelay",
        retryDelay.compareTo(Duration.ofSeconds(1)) >= 0
            && retryDelay.compareTo(Duration.ofMinutes(5)) <= 0,
        "1s to 5m",
        retryDelay);
  }

  /** Whether whoever is on this machine may send: without a token, and without TLS. */
  public boolean isOpen() {
    return tokenFile.isEmpty() && !tls.isOn();
  }

  public static IngestConfig defaults() {
    return new IngestConfig(
        "127.0.0.1",
        4317,
        4318,
        DataSize.ofMiB(4),
        DataSize.ofMiB(7),
        128,
        DataSize.ofKiB(64),
        32,
        DataSize.ofMiB(64),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        "",
        false,
        ServerTls.none());
  }

  private static void port(String key, int port) {
    unless(key, port >= 0 && port <= 65535, "0 to 65535", port);
  }

  private static void size(String key, DataSize size, DataSize most) {
    unless(key, size.bytes() >= 1 && size.bytes() <= most.bytes(), "1B to " + most, size);
  }
}
