package io.sluice.schemas.stage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What {@code /health/live} and {@code /health/ready} answer to everybody, whoever serves them:
 * which part it is, and not why. What a part says of itself has words of clusters and backends, and
 * paths of files.
 *
 * @param ok whether all parts are that the process needs
 * @param parts by component name
 */
public record HealthReport(boolean ok, Map<String, Part> parts) {

  /** One component. */
  public record Part(boolean ok) {}

  /** Whether a restart would help. */
  public static HealthReport live(Map<String, Health> states) {
    return of(states, Health::live);
  }

  /** Whether all do their work now. */
  public static HealthReport ready(Map<String, Health> states) {
    return of(states, Health::ready);
  }

  private static HealthReport of(Map<String, Health> states, Predicate<Health> good) {
    Map<String, Part> parts = new LinkedHashMap<>();
    states.forEach((name, state) -> parts.put(name, new Part(good.test(state))));
    return new HealthReport(
        states.values().stream().allMatch(state -> good.test(state) || !state.needed()), parts);
  }
}
