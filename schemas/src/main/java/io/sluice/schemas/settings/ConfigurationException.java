package io.sluice.schemas.settings;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration or definition file that cannot be used. The message has one line per problem,
 * each with file, line, full key path and what was expected: print it as it is.
 */
public final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public ConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** All problems that were found, in the order of the file where one has lines. */
  public List<Problem> problems() {
    return problems;
  }
}
