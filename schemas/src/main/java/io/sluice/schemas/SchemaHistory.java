package io.sluice.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The published versions of each record's schema, shipped as resources {@code history/NAME/N.avsc}.
 */
public final class SchemaHistory {

  private SchemaHistory() {}

  /** All published versions of a record, oldest first; empty for a record never published. */
  public static List<Schema> of(String recordName) {
    List<Schema> versions = new ArrayList<>();
    for (int version = 1; ; version++) {
      String path = "/io/sluice/schemas/history/" + recordName + "/" + version + ".avsc";
      try (InputStream in = SchemaHistory.class.getResourceAsStream(path)) {
        if (in == null) {
          return versions;
        }
        versions.add(new Schema.Parser().parse(in));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read shipped schema " + path, e);
      }
    }
  }
}
