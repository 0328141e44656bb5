package io.sluice.schemas.definitions;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.Origin;
import io.sluice.schemas.settings.StrictYaml;
import io.sluice.schemas.settings.YamlDocument;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * All redaction rules that hold together.
 *
 * @param version the definition set's version; 0 for the shipped ones
 * @param rules in the order of the files
 */
public record RedactionRules(long version, List<RedactionRule> rules) {

  private static final String NO_KEYS = "processors.sanitizer.tokenKeys names none";

  /** Runs a rule on its examples: the engine is elsewhere. */
  @FunctionalInterface
  public interface Trial {

    /**
     * @param wrong gets each example that fails, e.g. {@code positive[0]}, and why
     */
    void run(RedactionRule rule, BiConsumer<String, String> wrong);
  }

  public RedactionRules {
    rules = List.copyOf(rules);
  }

  /** Whether some rule needs keys to tokenize with. */
  public boolean tokenize() {
    return rules.stream()
        .anyMatch(rule -> rule.action() == RedactionAction.TOKENIZE && rule.mode() != RuleMode.OFF);
  }

  /**
   * Reads and checks a file of rules, or all in a directory. Its version is 0.
   *
   * @throws ConfigurationException with every problem of the set: file, line, path
   * @throws UncheckedIOException when a file cannot be read
   */
  public static RedactionRules read(Path path) {
    return of(DefinitionFiles.read(path, DefinitionKinds.REDACTION_RULES));
  }

  /**
   * Reads and checks a set of the kind {@code redaction-rules}.
   *
   * @throws ConfigurationException with every problem of the set: file, line, path
   */
  public static RedactionRules of(DefinitionSet set) {
    return of(set, true);
  }

  /**
   * Reads and checks a set of the kind {@code redaction-rules} for a sanitizer.
   *
   * @param canTokenize whether the sanitizer has keys; without, rules that tokenize are refused
   * @throws ConfigurationException with every problem of the set: file, line, path
   */
  public static RedactionRules of(DefinitionSet set, boolean canTokenize) {
    return of(set, canTokenize, (rule, wrong) -> {});
  }

  /**
   * Reads and checks a set of the kind {@code redaction-rules}, its examples too.
   *
   * @param canTokenize whether the sanitizer has keys; without, rules that tokenize are refused
   * @param trial runs each rule on its examples
   * @throws ConfigurationException with every problem of the set: file, line, path
   */
  public static RedactionRules of(DefinitionSet set, boolean canTokenize, Trial trial) {
    ProblemList problems = new ProblemList();
    List<RedactionRule> rules = new ArrayList<>();
    Map<String, Origin> seen = new HashMap<>();
    for (DefinitionDocument file : set.getDocuments()) {
      problems.collect(
          () -> {
            for (YamlDocument document : StrictYaml.documents(file.getName(), file.getContent())) {
              problems.collect(() -> read(document, canTokenize, trial, rules, seen, problems));
            }
          });
    }
    if (rules.isEmpty()) {
      problems.addUnlessAny(
          set.getKind(), "no redaction rule: a set without rules would let everything pass");
    }
    problems.throwIfAny();
    return new RedactionRules(set.getVersion(), rules);
  }

  private static void read(
      YamlDocument document,
      boolean canTokenize,
      Trial trial,
      List<RedactionRule> rules,
      Map<String, Origin> seen,
      ProblemList problems) {
    RedactionFile file = document.bind(RedactionFile.class);
    for (int i = 0; i < file.rules().size(); i++) {
      RedactionRule rule = file.rules().get(i).inFamily(file.family());
      String path = "rules[" + i + "].id";
      Origin first = seen.putIfAbsent(rule.id(), document.originOf(path));
      if (first != null) {
        problems.add(document.problem(path, "expected a unique id, got that of " + first));
      }
      if (!canTokenize && rule.action() == RedactionAction.TOKENIZE) {
        String action = "rules[" + i + "].action";
        problems.add(document.problem(action, "expected keys for tokenize: " + NO_KEYS));
      }
      String examples = "rules[" + i + "].examples.";
      trial.run(
          rule,
          (example, sentence) -> problems.add(document.problem(examples + example, sentence)));
      rules.add(rule);
    }
  }
}
