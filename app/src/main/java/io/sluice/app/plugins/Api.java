package io.sluice.app.plugins;

import java.util.List;

/**
 * What a plugin sees of the process besides the JDK: the API of processors and the libraries whose
 * types the API shows. Everything else of Sluice's, and its libraries, might as well not be there:
 * a plugin brings its own.
 */
final class Api {

  private static final List<String> SHOWN =
      List.of(
          "io.sluice.processor.",
          "io.sluice.schemas.",
          "org.apache.kafka.",
          "org.apache.avro.",
          "io.micrometer.core.",
          "io.micrometer.common.",
          "io.opentelemetry.api.",
          "io.opentelemetry.context.",
          "com.fasterxml.jackson.annotation.",
          "org.slf4j.",
          "org.jspecify.");

  private static final List<String> HIDDEN =
      List.of("io.sluice.processor.runtime.", "io.sluice.processor.testkit.");

  private Api() {}

  /** Whether a class of this name is taken from the process, and from nowhere else. */
  static boolean shows(String className) {
    return SHOWN.stream().anyMatch(className::startsWith)
        && HIDDEN.stream().noneMatch(className::startsWith);
  }
}
