package io.sluice.processor;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * A kind of definition of a processor's own: YAML files whose first document says {@code kind:
 * NAME}, kept in Kafka as one versioned set, in force without restart.
 *
 * @param name lower-case letters, digits and hyphens, unique among all processors
 * @param shipped what holds until a user applies others; may be empty
 * @param check called by {@code sluice apply}, on its thread, before anything is written; throws a
 *     {@link RuntimeException} that says what is wrong and where, which refuses the set. A {@link
 *     io.sluice.schemas.settings.ConfigurationException} names several problems
 */
public record DefinitionKind(
    String name, List<DefinitionDocument> shipped, Consumer<DefinitionSet> check) {

  public DefinitionKind {
    if (!name.matches("[a-z][a-z0-9-]*")) {
      throw new IllegalArgumentException(
          "a kind of definition is named with lower-case letters, digits and hyphens: " + name);
    }
    shipped = List.copyOf(shipped);
  }

  /** A kind of which there is nothing until a user applies something. */
  public static DefinitionKind of(String name, Consumer<DefinitionSet> check) {
    return new DefinitionKind(name, List.of(), check);
  }

  /** The set that holds until a user applies another: version 0. */
  public DefinitionSet shippedSet() {
    return new DefinitionSet(name, 0L, 0L, shipped);
  }
}
