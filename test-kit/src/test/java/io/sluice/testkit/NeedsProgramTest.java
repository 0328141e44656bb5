package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.commons.support.AnnotationSupport.findAnnotation;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.io.TempDir;

class NeedsProgramTest {

  @NeedsProgram({"browser", "driver"})
  private static final class WithBrowser {}

  @TempDir private Path empty;
  @TempDir private Path bin;
  private String path = "";

  @BeforeEach
  void setPath() {
    path = empty + File.pathSeparator + File.pathSeparator + bin;
  }

  @Test
  void runsWhereEveryProgramIsInPath() throws IOException {
    install("browser", "rwxr-xr-x");
    install("driver", "rwxr-xr-x");
    assertThat(evaluate(Map.of("PATH", path)).isDisabled()).isFalse();
    assertThat(evaluate(Map.of("PATH", path, "CI", "true")).isDisabled()).isFalse();
  }

  @Test
  void skipsWithTheNamesOfWhatIsMissing() throws IOException {
    install("browser", "rwxr-xr-x");
    install("driver", "rw-r--r--"); // there, but not a program
    ConditionEvaluationResult result = evaluate(Map.of("PATH", path, "CI", "false"));
    assertThat(result.isDisabled()).isTrue();
    assertThat(result.getReason())
        .hasValueSatisfying(
            sentence ->
                assertThat(sentence).contains("not installed", "driver").doesNotContain("browser"));
    assertThat(evaluate(Map.of()).getReason())
        .hasValueSatisfying(sentence -> assertThat(sentence).contains("browser, driver"));
  }

  @Test
  void failsInCiInsteadOfSkipping() {
    assertThatThrownBy(() -> evaluate(Map.of("PATH", path, "CI", "true")))
        .hasMessageContaining("browser, driver")
        .hasMessageContaining("CI=true");
  }

  @Test
  @NeedsProgram("sh")
  void findsProgramsOfThisMachine() {
    assertThat(Programs.path("sh")).isExecutable();
    assertThatThrownBy(() -> Programs.path("no-such-program-anywhere"))
        .hasMessageContaining("no-such-program-anywhere");
  }

  private void install(String name, String permissions) throws IOException {
    Files.createFile(
        bin.resolve(name),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
  }

  private static ConditionEvaluationResult evaluate(Map<String, String> environment) {
    NeedsProgram needs = findAnnotation(WithBrowser.class, NeedsProgram.class).orElseThrow();
    return NeedsProgramCondition.evaluate(needs, environment);
  }
}
