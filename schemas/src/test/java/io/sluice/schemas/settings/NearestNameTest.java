package io.sluice.schemas.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

  private static final List<String> NAMES = List.of("port", "maxBodySize", "timeout");

  @Test
  void findsSwappedMissingAndWrongLetters() {
    assertThat(NearestName.of("prot", NAMES)).isEqualTo("port");
    assertThat(NearestName.of("timout", NAMES)).isEqualTo("timeout");
    assertThat(NearestName.of("timeoit", NAMES)).isEqualTo("timeout");
  }

  @Test
  void caseAndSeparatorsCountForNothing() {
    assertThat(NearestName.of("MAX-body_SIZE", NAMES)).isEqualTo("maxBodySize");
  }

  @Test
  void farNamesAreNoSuggestion() {
    assertThat(NearestName.of("colour", NAMES)).isNull();
    assertThat(NearestName.of("x", NAMES)).isNull();
  }
}
