package io.sluice.app.command;

import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionFiles;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.settings.DurationText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sluice slo validate PATH}. */
@Command(
    name = "slo",
    mixinStandardHelpOptions = true,
    description = "Service level objectives.",
    subcommands = SloCommand.Validate.class)
public final class SloCommand {

  /** {@code sluice slo validate}. */
  @Command(
      name = "validate",
      mixinStandardHelpOptions = true,
      description = "Check OpenSLO files and say what they promise.")
  static final class Validate implements Callable<Integer> {

    @Parameters(paramLabel = "PATH", description = "A YAML file, or a directory of them.")
    private Path path = Path.of("");

    @Override
    public Integer call() {
      List<DefinitionSet> sets =
          DefinitionFiles.read(path).stream()
              .filter(set -> set.getKind().equals(DefinitionKinds.SLOS))
              .toList();
      if (sets.isEmpty()) {
        throw new IllegalArgumentException(path + ": no OpenSLO document is here");
      }
      for (DefinitionSet set : sets) {
        for (Slo slo : Slos.of(set).slos()) {
          System.out.printf(
              Locale.ROOT,
              "%s: %s of %s over %s, alert policies: %d%n",
              slo.id(),
              slo.objectiveText(),
              slo.service(),
              DurationText.format(slo.period()),
              slo.policies().size());
        }
      }
      return 0;
    }
  }
}
