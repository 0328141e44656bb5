package io.sluice.app;

import io.sluice.testkit.Programs;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

final class NeedsDockerCondition implements ExecutionCondition {

  private static final List<String> PROGRAMS =
      List.of("docker", "debootstrap", "prometheus", "prometheus-alertmanager");

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    try {
      PROGRAMS.forEach(Programs::path);
      DockerClientFactory.instance().client().infoCmd().exec();
      return ConditionEvaluationResult.enabled("Docker answers");
    } catch (RuntimeException e) {
      return ConditionEvaluationResult.disabled(
          "no containers can be started here: " + e.getMessage());
    }
  }
}
