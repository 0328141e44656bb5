package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.processors.sanitize.RuleExamples;
import io.sluice.processors.sanitize.SanitizeConfig;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionFiles;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice apply -f PATH}: definitions, checked, into Kafka. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Check definitions (redaction rules, SLOs) and put them into effect everywhere, without restart.",
      "All definitions of a kind are replaced as a whole by those in PATH.",
      "The history of SLOs that are new or changed is read from Kafka; how far it is, is shown on",
      "standard error. It goes on without this command too."
    })
public final class ApplyCommand implements Callable<Integer> {

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "PATH",
      description = "A YAML file, or a directory of them.")
  private Path path = Path.of("");

  @Option(names = "--no-wait", description = "Do not wait for the history of SLOs.")
  private boolean noWait;

  @Override
  public Integer call() {
    Processors processors = options.processors();
    LoadedConfig loaded = options.load(processors);
    if (options.printed(loaded)) {
      return 0;
    }
    List<DefinitionSet> sets = DefinitionFiles.read(path, processors.definitionChecks());
    sets.forEach(set -> refuseBadRules(set, loaded));
    DefinitionTopic topic = new DefinitionTopic(ConfigOptions.connection(loaded));
    Map<String, DefinitionSet> current = topic.current();
    List<DefinitionSet> applied = new ArrayList<>();
    for (DefinitionSet set : sets) {
      DefinitionSet before = current.get(set.getKind());
      // By a clock: versions go on after a delete, and two people who apply at once have two.
      Instant now = Instant.now();
      long after = before == null ? 0 : before.getVersion() + 1;
      DefinitionSet next =
          DefinitionSet.newBuilder(set)
              .setVersion(Math.max(after, now.toEpochMilli()))
              .setAppliedAtUnixNano(now.toEpochMilli() * 1_000_000)
              .build();
      topic.write(next.getKind(), next);
      System.out.println(
          "applied "
              + next.getKind()
              + " version "
              + next.getVersion()
              + " from "
              + next.getDocuments().size()
              + " files");
      applied.add(next);
    }
    for (DefinitionSet set : applied) { // all are in effect by now, however long this takes
      if (set.getKind().equals(DefinitionKinds.SLOS) && !noWait) {
        follow(set, loaded);
      }
    }
    return 0;
  }

  @SuppressWarnings("SystemConsoleNull") // where it is never null, lines are written over
  private static void follow(DefinitionSet slos, LoadedConfig loaded) {
    List<String> ids = Slos.of(slos).slos().stream().map(Slo::id).toList();
    new BackfillProgress(System.err, System.console() != null, slos.getVersion(), ids)
        .follow(ConfigOptions.connection(loaded));
  }

  /** Reading has checked the rest: whether the rules do what their examples say, it cannot know. */
  private static void refuseBadRules(DefinitionSet set, LoadedConfig loaded) {
    if (set.getKind().equals(DefinitionKinds.REDACTION_RULES)
        && loaded.processor("sanitizer") instanceof SanitizeConfig sanitizer) {
      RuleExamples.checked(set, sanitizer.tokenKeys() != null);
    }
  }
}
