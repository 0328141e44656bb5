package io.sluice.processors.traces;

import io.sluice.schemas.settings.DataSize;

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
        CONFIG.memory(),
        CONFIG.remember(),
        CONFIG.maxRemembered());
  }
}
