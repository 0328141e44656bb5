package io.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {

  @Test
  void thePageInTheDocsIsTheOneThatTheCodeWrites() throws Exception {
    assertThat(Files.readString(Path.of("../docs/configuration.md")))
        .as("out of date: run './sluice config-reference > docs/configuration.md'")
        .isEqualTo(ConfigReference.page(Processors.load()));
  }

  @Test
  void everySettingHasADescription() {
    assertThat(LoadedConfig.reference(Processors.load()))
        .allSatisfy(setting -> assertThat(setting.description()).as(setting.path()).isNotEmpty());
  }
}
