package io.sluice.processors.traces;

import io.sluice.schemas.settings.DataSize;
import java.time.Duration;

/** The defaults but for what a test is about. */
final class Configs {

  private static final TracesConfig CONFIG = TracesConfig.defaults();

  private Configs() {}

  static TracesConfig size(int maxSpans, DataSize maxBytes) {
    return of(maxSpans, maxBytes, CONFIG.maxOpen(), CONFIG.maxOpenSpans());
  }

  static TracesConfig open(int maxOpen, int maxOpenSpans) {
    return of(CONFIG.maxSpans(), CONFIG.maxBytes(), maxOpen, maxOpenSpans);
  }

  static TracesConfig bytes(DataSize maxOpenBytes) {
    return of(maxOpenBytes, CONFIG.remember());
  }

  static TracesConfig remember(Duration remember) {
    return of(CONFIG.maxOpenBytes(), remember);
  }

  private static TracesConfig of(DataSize maxOpenBytes, Duration remember) {
    return new TracesConfig(
        CONFIG.settle(),
        CONFIG.inactivity(),
        CONFIG.maxAge(),
        CONFIG.maxSpans(),
        CONFIG.maxBytes(),
        CONFIG.maxOpen(),
        CONFIG.maxOpenSpans(),
        maxOpenBytes,
        CONFIG.memory(),
        remember,
        CONFIG.maxRemembered());
  }

  /** So that size closes some traces, pressure others, and most batches are not in memory. */
  static TracesConfig small() {
    return new TracesConfig(
        CONFIG.settle(),
        CONFIG.inactivity(),
        CONFIG.maxAge(),
        7,
        CONFIG.maxBytes(),
        2,
        CONFIG.maxOpenSpans(),
        CONFIG.maxOpenBytes(),
        new DataSize(1000),
        CONFIG.remember(),
        CONFIG.maxRemembered());
  }

  private static TracesConfig of(int maxSpans, DataSize maxBytes, int maxOpen, int maxOpenSpans) {
    return new TracesConfig(
        CONFIG.settle(),
        CONFIG.inactivity(),
        CONFIG.maxAge(),
        maxSpans,
        maxBytes,
        maxOpen,
        maxOpenSpans,
        CONFIG.maxOpenBytes(),
        CONFIG.memory(),
        CONFIG.remember(),
        CONFIG.maxRemembered());
  }
}
