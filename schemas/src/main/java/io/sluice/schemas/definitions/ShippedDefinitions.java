package io.sluice.schemas.definitions;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The definitions that come with Sluice: what holds until a user applies others. */
public final class ShippedDefinitions {

  // A class path cannot be listed. A test compares this with the files in the repository.
  static final List<String> REDACTION =
      List.of(
          "cloud.yaml",
          "connections.yaml",
          "credentials.yaml",
          "forges.yaml",
          "forging.yaml",
          "national-ids.yaml",
          "network.yaml",
          "payment.yaml",
          "personal.yaml",
          "services.yaml",
          "statements.yaml");
  static final List<String> SLOS =
      List.of(
          "cart-cache.yaml", "checkout.yaml", "databases.yaml", "frontend.yaml", "telemetry.yaml");
  static final List<String> RUNBOOKS =
      List.of(
          "ErrorBudgetBurn.md",
          "SliAbsent.md",
          "SliInputLate.md",
          "SluiceConsumerLag.md",
          "SluiceDeadLetters.md",
          "SluiceIngestRefusing.md",
          "SluiceLeaksAboveNormal.md",
          "SluiceNotReady.md",
          "SluiceNotifierFailing.md",
          "SluicePluginNotReady.md",
          "SluiceProcessDown.md",
          "SluiceRulesRefused.md",
          "SluiceSinkDown.md",
          "SluiceSinkRefused.md",
          "SluiceStageCrashing.md",
          "SluiceStateRestore.md",
          "cart-cache-hits.md",
          "checkout-latency.md",
          "database-p99.md",
          "frontend-availability.md",
          "log-errors.md",
          "trace-completeness.md");

  private ShippedDefinitions() {}

  /**
   * The shipped set of a kind, version 0.
   *
   * @param kind one of {@link DefinitionKinds#all}
   * @throws IllegalArgumentException when there is no such kind
   */
  public static DefinitionSet of(String kind) {
    return switch (kind) {
      case DefinitionKinds.REDACTION_RULES -> set(kind, "redaction", REDACTION);
      case DefinitionKinds.SLOS -> set(kind, "slos", SLOS);
      default -> throw new IllegalArgumentException("no kind of definition: " + kind);
    };
  }

  /**
   * The Markdown of a shipped runbook.
   *
   * @param name without {@code .md}, as SLOs name it
   * @return null when there is none of this name
   */
  public static @Nullable String runbook(String name) {
    String file = name + ".md";
    return RUNBOOKS.contains(file) ? read("runbooks/" + file) : null;
  }

  private static DefinitionSet set(String kind, String directory, List<String> files) {
    List<DefinitionDocument> documents =
        files.stream()
            .map(file -> directory + "/" + file)
            .map(path -> new DefinitionDocument(path, read(path)))
            .toList();
    return new DefinitionSet(kind, 0L, 0L, documents);
  }

  private static String read(String path) {
    try (InputStream in = ShippedDefinitions.class.getResourceAsStream("/definitions/" + path)) {
      if (in == null) {
        throw new IllegalStateException("the build left out the resource definitions/" + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource definitions/" + path, e);
    }
  }
}
