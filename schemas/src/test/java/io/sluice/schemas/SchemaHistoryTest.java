package io.sluice.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaHistoryTest {

  @ParameterizedTest
  @MethodSource("schemas")
  void newestPublishedVersionIsTheCurrentSchema(Schema current) throws IOException {
    List<Schema> published = SchemaHistory.of(current.getName());
    Schema newest = published.isEmpty() ? null : published.get(published.size() - 1);

    assertThat(newest).as(() -> howToPublish(current, published.size() + 1)).isEqualTo(current);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void currentSchemaReadsEveryPublishedVersion(Schema current) {
    List<Schema> published = SchemaHistory.of(current.getName());

    for (int i = 0; i < published.size(); i++) {
      var result = SchemaCompatibility.checkReaderWriterCompatibility(current, published.get(i));
      assertThat(result.getType())
          .as(
              "%s cannot read its version %d (only add fields, each with a default): %s",
              current.getName(), i + 1, result.getResult().getIncompatibilities())
          .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }
  }

  @Test
  void recordThatWasNeverPublishedHasNoHistory() {
    assertThat(SchemaHistory.of("NoSuchRecord")).isEmpty();
  }

  static List<Schema> schemas() {
    return PublishedRecords.schemas();
  }

  /** Writes the file that is missing where it can be taken from, and says where it belongs. */
  private static String howToPublish(Schema current, int version) {
    String file = current.getName() + "/" + version + ".avsc";
    Path proposed = Path.of("target/history", file);
    try {
      Files.createDirectories(proposed.resolveSibling(""));
      Files.writeString(
          proposed, SchemaFormatter.getInstance("json/pretty").format(current) + "\n");
    } catch (IOException e) {
      throw new AssertionError("cannot write " + proposed, e);
    }
    return "%s changed since its newest published version. To publish it, from the module's directory: "
            .formatted(current.getName())
        + "mkdir -p history/%s && cp %s history/%s".formatted(current.getName(), proposed, file);
  }
}
