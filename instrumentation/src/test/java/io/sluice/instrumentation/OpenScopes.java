package io.sluice.instrumentation;

import io.opentelemetry.context.ContextStorage;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Finds scopes that nobody closed. The build runs these tests with OpenTelemetry's strict storage
 * of contexts ({@code io.opentelemetry.context.enableStrictContext}), which remembers who opened
 * each, and fails at once when another thread closes it. Without the setting nothing is remembered.
 */
public final class OpenScopes {

  private OpenScopes() {}

  /**
   * None that was opened by the test or by its package; a server or an exporter of an earlier test
   * may hold one a moment longer.
   *
   * @throws AssertionError with the place where a scope was made current that still is
   */
  public static void assertNone(Class<?> test) throws Exception {
    if (ContextStorage.get() instanceof AutoCloseable strict) {
      try {
        strict.close();
      } catch (AssertionError open) {
        if (isOpenedBy(test.getPackageName() + ".", open)) {
          throw open;
        }
      }
    }
  }

  private static boolean isOpenedBy(String packageName, AssertionError open) {
    return Stream.concat(Stream.of(open), Arrays.stream(open.getSuppressed()))
        .flatMap(scope -> Arrays.stream(scope.getStackTrace()))
        .anyMatch(frame -> frame.getClassName().startsWith(packageName));
  }
}
