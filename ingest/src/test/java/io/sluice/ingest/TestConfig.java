package io.sluice.ingest;

import io.sluice.schemas.settings.DataSize;
import io.sluice.schemas.stage.ServerTls;
import java.nio.file.Path;
import java.time.Duration;

/** The defaults on free ports, to change for a test. Each method changes it and returns it. */
final class TestConfig {

  private final IngestConfig defaults = IngestConfig.defaults();
  private DataSize maxBodySize = defaults.maxBodySize();
  private DataSize maxInflatedSize = defaults.maxInflatedSize();
  private int maxAttributes = defaults.maxAttributes();
  private DataSize maxAttributeLength = defaults.maxAttributeLength();
  private int maxDepth = defaults.maxDepth();
  private DataSize maxInFlight = defaults.maxInFlight();
  private Duration ackTimeout = defaults.ackTimeout();
  private Duration retryDelay = defaults.retryDelay();
  private String bindAddress = defaults.bindAddress();
  private String tokenFile = defaults.tokenFile();
  private boolean allowAnonymous = defaults.allowAnonymous();
  private ServerTls tls = defaults.tls();

  TestConfig maxBodySize(long bytes) {
    maxBodySize = new DataSize(bytes);
    return this;
  }

  TestConfig maxInflatedSize(long bytes) {
    maxInflatedSize = new DataSize(bytes);
    return this;
  }

  TestConfig maxAttributes(int attributes) {
    maxAttributes = attributes;
    return this;
  }

  TestConfig maxAttributeLength(long bytes) {
    maxAttributeLength = new DataSize(bytes);
    return this;
  }

  TestConfig maxDepth(int depth) {
    maxDepth = depth;
    return this;
  }

  TestConfig maxInFlight(long bytes) {
    maxInFlight = new DataSize(bytes);
    return this;
  }

  TestConfig ackTimeout(Duration time) {
    ackTimeout = time;
    return this;
  }

  TestConfig retryDelay(Duration time) {
    retryDelay = time;
    return this;
  }

  TestConfig bindAddress(String address) {
    bindAddress = address;
    return this;
  }

  TestConfig tokenFile(Path file) {
    tokenFile = file.toString();
    return this;
  }

  TestConfig allowAnonymous() {
    allowAnonymous = true;
    return this;
  }

  TestConfig tls(Path certificate, Path key) {
    tls = new ServerTls(certificate.toString(), key.toString());
    return this;
  }

  IngestConfig build() {
    return new IngestConfig(
        bindAddress,
        0,
        0,
        maxBodySize,
        maxInflatedSize,
        maxAttributes,
        maxAttributeLength,
        maxDepth,
        maxInFlight,
        ackTimeout,
        retryDelay,
        tokenFile,
        allowAnonymous,
        tls);
  }
}
