package io.sluice.app.command;

import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionFiles;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.settings.DurationText;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sluice slo validate}, {@code explain} and {@code rules}, each of a PATH. */
@Command(
    name = "slo",
    mixinStandardHelpOptions = true,
    description = "Service level objectives.",
    subcommands = {SloCommand.Validate.class, SloExplainCommand.class, SloRulesCommand.class})
public final class SloCommand {

  /** The SLOs of a file or directory, all of them together. */
  static Slos read(Path path) {
    DefinitionSet set =
        DefinitionFiles.read(path).stream()
            .filter(each -> each.getKind().equals(DefinitionKinds.SLOS))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException(path + ": no OpenSLO document is here"));
    return Slos.of(set);
  }

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
      for (Slo slo : read(path).slos()) {
        System.out.printf(
            Locale.ROOT,
            "%s: %s of %s over %s, alert policies: %d%n",
            slo.id(),
            slo.objectiveText(),
            slo.service(),
            DurationText.format(slo.period()),
            slo.policies().size());
      }
      return 0;
    }
  }
}
