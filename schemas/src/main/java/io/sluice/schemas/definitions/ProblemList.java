package io.sluice.schemas.definitions;

import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.Origin;
import io.sluice.schemas.settings.Problem;
import java.util.ArrayList;
import java.util.List;

/** Collects the problems of several documents, so that people see all of them at once. */
final class ProblemList {

  private final List<Problem> problems = new ArrayList<>();

  void add(Problem problem) {
    problems.add(problem);
  }

  /** Runs a part of the reading; what it refuses is kept and the reading goes on. */
  void collect(Runnable reading) {
    try {
      reading.run();
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
    }
  }

  /** A problem of the whole, when nothing more exact is known. */
  void addUnlessAny(String source, String sentence) {
    if (problems.isEmpty()) {
      problems.add(new Problem(Origin.of(source), "", sentence));
    }
  }

  void throwIfAny() {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
