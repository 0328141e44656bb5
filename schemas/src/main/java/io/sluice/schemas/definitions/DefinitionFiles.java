package io.sluice.schemas.definitions;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.Origin;
import io.sluice.schemas.settings.Problem;
import io.sluice.schemas.settings.StrictYaml;
import io.sluice.schemas.settings.YamlDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a user's definition files. */
public final class DefinitionFiles {

  private DefinitionFiles() {}

  /**
   * The sets in a file, or in all {@code .yaml} and {@code .yml} files under a directory, one set
   * for each kind that is there, checked as a whole. Version and time of the sets are 0: who
   * publishes them sets both.
   *
   * @throws ConfigurationException with every problem of every set: file, line, path
   * @throws UncheckedIOException when a file cannot be read
   */
  public static List<DefinitionSet> read(Path path) {
    return read(path, Map.of());
  }

  /**
   * The same with kinds that processors bring.
   *
   * @param further the check of a set by its kind, which throws when the set is wrong
   */
  public static List<DefinitionSet> read(Path path, Map<String, Consumer<DefinitionSet>> further) {
    ProblemList problems = new ProblemList();
    Map<String, List<DefinitionDocument>> byKind = new LinkedHashMap<>();
    for (Path file : files(path)) {
      problems.collect(
          () -> {
            DefinitionDocument document = new DefinitionDocument(file.toString(), text(file));
            byKind
                .computeIfAbsent(kind(document, further.keySet()), kind -> new ArrayList<>())
                .add(document);
          });
    }
    List<DefinitionSet> sets = new ArrayList<>();
    byKind.forEach((kind, documents) -> sets.add(new DefinitionSet(kind, 0L, 0L, documents)));
    sets.forEach(set -> problems.collect(() -> check(set, further)));
    if (sets.isEmpty()) {
      problems.addUnlessAny(path.toString(), "no definition file (.yaml, .yml) is here");
    }
    problems.throwIfAny();
    return sets;
  }

  /**
   * The set of one kind in a file or directory.
   *
   * @throws ConfigurationException with every problem of every set, or when there is none of it
   * @throws UncheckedIOException when a file cannot be read
   */
  public static DefinitionSet read(Path path, String kind) {
    return read(path).stream()
        .filter(set -> set.getKind().equals(kind))
        .findFirst()
        .orElseThrow(() -> wrong(new Problem(Origin.of(path.toString()), "", "expected " + kind)));
  }

  /** All documents of a file are of one kind, which its first one says. */
  private static String kind(DefinitionDocument file, Collection<String> further) {
    List<YamlDocument> documents = StrictYaml.documents(file.getName(), file.getContent());
    if (documents.isEmpty()) {
      throw wrong(new Problem(Origin.of(file.getName()), "", "expected a definition, got nothing"));
    }
    YamlDocument first = documents.get(0);
    if (String.valueOf(first.text("apiVersion")).startsWith("openslo/")
        || SlothReader.isSloth(first)) {
      return DefinitionKinds.SLOS;
    }
    if (DefinitionKinds.REDACTION_RULES.equals(first.text("kind"))) {
      return DefinitionKinds.REDACTION_RULES;
    }
    String kind = first.text("kind");
    if (kind != null && further.contains(kind)) {
      return kind;
    }
    throw wrong(
        first.problem(
            "kind",
            "expected kind: redaction-rules, apiVersion: openslo/v1, or version: prometheus/v1"
                + (further.isEmpty() ? "" : ", or kind: " + String.join(", ", further))));
  }

  /** What a processor's check says of a set is a problem of its files. */
  private static void check(DefinitionSet set, Map<String, Consumer<DefinitionSet>> further) {
    Consumer<DefinitionSet> check = further.get(set.getKind());
    if (check == null) {
      DefinitionKinds.validate(set);
      return;
    }
    try {
      check.accept(set);
    } catch (ConfigurationException e) {
      throw e;
    } catch (RuntimeException e) {
      String files =
          set.getDocuments().stream()
              .map(DefinitionDocument::getName)
              .collect(Collectors.joining(", "));
      throw wrong(new Problem(Origin.of(files), "", String.valueOf(e.getMessage())));
    }
  }

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> found = Files.walk(path)) {
      return found.filter(DefinitionFiles::isYaml).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + path, e);
    }
  }

  private static boolean isYaml(Path file) {
    String name = file.toString();
    return Files.isRegularFile(file) && (name.endsWith(".yaml") || name.endsWith(".yml"));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw wrong(new Problem(Origin.of(file.toString()), "", "expected text in UTF-8"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static ConfigurationException wrong(Problem problem) {
    return new ConfigurationException(List.of(problem));
  }
}
