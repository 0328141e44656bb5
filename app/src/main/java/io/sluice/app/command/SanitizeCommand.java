package io.sluice.app.command;

import io.sluice.processors.sanitize.TextSanitizer;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionFiles;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice sanitize}: lines in, sanitized lines out, without Kafka. */
@Command(
    name = "sanitize",
    mixinStandardHelpOptions = true,
    description = "Read lines from standard input and write them sanitized to standard output.")
public final class SanitizeCommand implements Callable<Integer> {

  @Option(
      names = "--rules",
      paramLabel = "PATH",
      description = "Redaction rules; without it, those that Sluice ships.")
  private @Nullable Path rules;

  @Override
  public Integer call() {
    TextSanitizer sanitizer = TextSanitizer.of(RedactionRules.of(ruleSet()));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      String line = in.readLine();
      while (line != null && !out.checkError()) {
        out.println(sanitizer.sanitize(line));
        line = in.readLine();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read standard input", e);
    }
    return 0;
  }

  private DefinitionSet ruleSet() {
    if (rules == null) {
      return ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES);
    }
    return DefinitionFiles.read(rules).stream()
        .filter(set -> set.getKind().equals(DefinitionKinds.REDACTION_RULES))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(rules + ": no redaction rules are here"));
  }
}
