package io.sluice.ingest;

import io.sluice.schemas.settings.DataSize;
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

  IngestConfig build() {
    return new IngestConfig(
        defaults.bindAddress(),
        0,
        0,
        maxBodySize,
        maxInflatedSize,
        maxAttributes,
        maxAttributeLength,
        maxDepth,
        maxInFlight,
        ackTimeout,
        retryDelay);
  }
}
