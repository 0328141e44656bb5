package io.sluice.schemas.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.settings.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefinitionFilesTest {

  private static final Path SHIPPED = Path.of("../definitions");

  @TempDir private Path directory;

  @Test
  void readsDirectoryIntoOneSetForEachKind() {
    List<DefinitionSet> sets = DefinitionFiles.read(SHIPPED);

    assertThat(sets)
        .extracting(DefinitionSet::getKind)
        .containsExactlyInAnyOrder("redaction-rules", "slos");
    assertThat(sets.get(0).getDocuments()).hasSize(ShippedDefinitions.REDACTION.size());
  }

  @Test
  void readsOneFile() {
    List<DefinitionSet> sets = DefinitionFiles.read(SHIPPED.resolve("slos/checkout.yaml"));

    assertThat(sets).hasSize(1);
    assertThat(sets.get(0).getKind()).isEqualTo(DefinitionKinds.SLOS);
    assertThat(sets.get(0).getDocuments().get(0).getName()).endsWith("checkout.yaml");
  }

  @Test
  void everyFileOfTheRepositoryIsShipped() throws IOException {
    assertShipped("redaction", ShippedDefinitions.REDACTION);
    assertShipped("slos", ShippedDefinitions.SLOS);
    assertShipped("runbooks", ShippedDefinitions.RUNBOOKS);
  }

  @Test
  void reportsProblemsOfAllFiles() throws IOException {
    Files.writeString(directory.resolve("a.yaml"), "kind: unheard\n");
    Files.writeString(directory.resolve("b.yml"), "a: [\n");
    Files.writeString(directory.resolve("c.yaml"), "kind: redaction-rules\nfamily: x\nrulez: []\n");
    Files.writeString(directory.resolve("notes.txt"), "not read");

    assertThatThrownBy(() -> DefinitionFiles.read(directory))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "a.yaml:1: kind: expected kind: redaction-rules, apiVersion: openslo/v1, or version:"
                + " prometheus/v1")
        .hasMessageContaining("b.yml:2: not valid YAML: ")
        .hasMessageContaining("c.yaml:3: rulez: unknown key; did you mean \"rules\"?");
  }

  @Test
  void refusesEmptyDirectoryEmptyFileAndOtherBytesThanText() throws IOException {
    assertThatThrownBy(() -> DefinitionFiles.read(directory))
        .hasMessage(directory + ": no definition file (.yaml, .yml) is here");

    Path file = Files.writeString(directory.resolve("empty.yaml"), "# nothing\n");
    assertThatThrownBy(() -> DefinitionFiles.read(file))
        .hasMessage(file + ": expected a definition, got nothing");

    Files.write(file, "kind: é".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> DefinitionFiles.read(file))
        .hasMessage(file + ": expected text in UTF-8");
  }

  @Test
  void absentFileIsAnErrorOfTheFileSystem() {
    assertThatThrownBy(() -> DefinitionFiles.read(directory.resolve("absent.yaml")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("absent.yaml");
  }

  @Test
  void runbookThatIsNotThereIsNull() {
    assertThat(ShippedDefinitions.runbook("../slos/checkout")).isNull();
    assertThat(ShippedDefinitions.runbook("checkout-latency")).contains("\n# ");
  }

  private static void assertShipped(String directory, List<String> names) throws IOException {
    try (Stream<Path> files = Files.list(SHIPPED.resolve(directory))) {
      assertThat(names)
          .as("list in ShippedDefinitions of the files in definitions/" + directory)
          .containsExactlyInAnyOrderElementsOf(
              files.map(file -> String.valueOf(file.getFileName())).toList());
    }
  }
}
