package io.sluice.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** See {@link NeedsProgram}. */
final class NeedsProgramCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return context
        .getElement()
        .flatMap(test -> AnnotationSupport.findAnnotation(test, NeedsProgram.class))
        .map(needs -> evaluate(needs, System.getenv()))
        .orElseGet(() -> ConditionEvaluationResult.enabled("needs no program"));
  }

  static ConditionEvaluationResult evaluate(NeedsProgram needs, Map<String, String> environment) {
    List<String> missing =
        Arrays.stream(needs.value())
            .filter(name -> Programs.find(name, environment).isEmpty())
            .toList();
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("all programs are there");
    }
    String sentence =
        "not installed, or not in PATH: " + String.join(", ", missing) + ", which these tests need";
    if (environment.getOrDefault("CI", "").equals("true")) {
      throw new IllegalStateException(sentence + "; with CI=true no test may be left out");
    }
    return ConditionEvaluationResult.disabled(sentence);
  }
}
