package io.sluice.instrumentation;

import io.opentelemetry.context.ContextStorage;

/**
 * Finds scopes that nobody closed. The build runs these tests with OpenTelemetry's strict storage
 * of contexts ({@code io.opentelemetry.context.enableStrictContext}), which remembers who opened
 * each, and fails at once when another thread closes it. Without the setting nothing is remembered.
 */
public final class OpenScopes {

  private OpenScopes() {}

  /**
   * @throws AssertionError with the place where a scope was made current that still is
   */
  public static void assertNone() throws Exception {
    if (ContextStorage.get() instanceof AutoCloseable strict) {
      strict.close();
    }
  }
}
